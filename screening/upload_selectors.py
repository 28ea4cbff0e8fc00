"""Reads of photographs that wait for an order."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from records import access
from records.models import PartnerClient
from screening.models import PartnerUpload

UPLOAD_KEPT = timedelta(hours=24)


def uploads_waiting(client: PartnerClient, now: datetime) -> QuerySet[PartnerUpload]:
    """What a client sent within the day, and nobody ordered yet; described or not."""
    own = access.within(PartnerUpload.objects.all(), by=client.actor(), path="client__organization_id")
    return own.filter(client=client, received_at__gt=now - UPLOAD_KEPT)
