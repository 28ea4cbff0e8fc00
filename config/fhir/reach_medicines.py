"""The medicines of the visits within reach (config/fhir/reach.py)."""

from django.db.models import Case, DateTimeField, F, Func, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Greatest, Now

from config.fhir import reach
from pharmacy.domain.order_status import LAPSES
from pharmacy.models import Dispense, LedgerEntry, MedicationOrder, Prescription
from records import access
from records.models import PartnerClient


def prescriptions(client: PartnerClient) -> QuerySet[Prescription]:
    """Supplies under which a person put their name; what the software proposed is the clinic's own affair.

    One that a recall took back changed when its packs did.
    """
    own = access.within(Prescription.objects.filter(authorised_at__isnull=False), by=client.actor())
    reached = own.filter(encounter__in=reach.visits(client))
    moved = LedgerEntry.objects.filter(prescription=OuterRef("pk")).order_by("-recorded_at")
    last = Subquery(moved.values("recorded_at")[:1])
    return reached.annotate(changed_at=Greatest("authorised_at", "closed_at", last))


def orders(client: PartnerClient) -> QuerySet[MedicationOrder]:
    """The physicians' orders on which those supplies rest. One that lapsed changed when its last day ended."""
    own = access.within(MedicationOrder.objects.all(), by=client.actor())
    reached = own.filter(pk__in=prescriptions(client).values("order"))
    supplied = Prescription.objects.filter(order=OuterRef("pk")).order_by("-authorised_at")
    last = supplied.filter(authorised_at__isnull=False).values("authorised_at")[:1]
    lapsed = When(status__in=LAPSES, ends_at__lte=Now(), then="ends_at")
    return reached.annotate(
        ends_at=_day_ended("valid_until", "organization__time_zone"),
        changed_at=Greatest("entered_at", "status_changed_at", Subquery(last), Case(lapsed)),
    )


def _day_ended(day: str, zone: str) -> Func:
    """Midnight after a day, where the clinic is."""
    written = " + 1)::timestamp AT TIME ZONE ("
    return Func(
        F(day), F(zone), template="(%(expressions)s)", arg_joiner=written, output_field=DateTimeField()
    )


def dispenses(client: PartnerClient) -> QuerySet[Dispense]:
    own = access.within(Dispense.objects.all(), by=client.actor())
    reached = own.filter(prescription__in=prescriptions(client).values("pk"))
    return reached.annotate(changed_at=Greatest("released_at", "sent_at", "handed_over_at", "ended_at"))
