"""What a program sent ahead of an order, which only it finds, and of whom it may send photographs."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from config.fhir import reach
from records import access
from records.models import FoundPatient, PartnerClient, Patient
from records.services import FOUND_FOR
from screening.models import PartnerUpload
from screening.upload_selectors import uploads_waiting


def uploads(client: PartnerClient) -> QuerySet[PartnerUpload]:
    return uploads_waiting(client, timezone.now()).select_related("patient")


def described(client: PartnerClient) -> QuerySet[PartnerUpload]:
    return uploads(client).filter(patient__isnull=False)


def nameable(client: PartnerClient, now: datetime) -> QuerySet[Patient]:
    """Whose record it may read, and whom it found by number and name within the day."""
    found = FoundPatient.objects.filter(client=client, found_at__gt=now - FOUND_FOR)
    own = access.within(Patient.objects.all(), by=client.actor())
    return own.filter(Q(pk__in=found.values("patient")) | Q(pk__in=reach.patients(client).values("pk")))
