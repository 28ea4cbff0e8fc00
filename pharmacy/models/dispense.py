from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pharmacy.models.machine import Bay
from pharmacy.models.prescription import Prescription
from pharmacy.models.stock import Lot
from records.models import Organization, Practitioner


class DispenseStatus(models.TextChoices):
    """Ours; `pharmacy.domain.fhir_status` gives the FHIR MedicationDispense status of each."""

    RELEASED = "released", _("Released, waits for the machine")
    DISPENSING = "dispensing", _("The machine is at work")
    IN_BAY = "in-bay", _("In the bay, to be scanned and handed over")
    COMPLETED = "completed", _("Handed over")
    PARTIAL = "partial", _("Handed over in part")
    FAILED = "failed", _("Nothing was handed over")
    UNKNOWN = "unknown", _("Not known, a person must count")
    RECONCILED = "reconciled", _("Counted by a person")
    CANCELLED = "cancelled", _("Cancelled before the machine began")
    EXPIRED = "expired", _("The release ran out")


NOT_SENT = (DispenseStatus.RELEASED, DispenseStatus.CANCELLED, DispenseStatus.EXPIRED)
# Packs of it may be on the move, or nobody knows.
UNDER_WAY = (DispenseStatus.DISPENSING, DispenseStatus.IN_BAY, DispenseStatus.UNKNOWN)
OPEN = (DispenseStatus.RELEASED, *UNDER_WAY)


class Dispense(models.Model):
    """One release of a prescription to a machine and what became of it. Its key is the machine's order number.

    Without a bay: a release for the counter, where no machine stands; its packs go from the shelf into the hand in
    one step (DM-07).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="dispenses")
    bay = models.ForeignKey(Bay, on_delete=models.PROTECT, related_name="dispenses", null=True, blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="dispenses")
    packs = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=DispenseStatus)
    order_hash = models.CharField(max_length=64, help_text="of order, patient and bay as released")
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="from here on the machine may have the order"
    )
    packs_dropped = models.PositiveSmallIntegerField(default=0)
    packs_handed_over = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it ended without a hand-over")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DispenseStatus.values), name="dispense_status"),
            models.CheckConstraint(
                condition=Q(packs__gte=1, packs_handed_over__lte=F("packs"))
                & Q(packs_handed_over__lte=F("packs_dropped")),
                name="dispense_not_more_than_released",
            ),
            models.CheckConstraint(
                condition=Q(status=DispenseStatus.COMPLETED, packs_handed_over=F("packs"))
                | Q(status=DispenseStatus.PARTIAL, packs_handed_over__gt=0, packs_handed_over__lt=F("packs"))
                | Q(status=DispenseStatus.RECONCILED)
                | ~Q(status__in=["completed", "partial", "reconciled"]) & Q(packs_handed_over=0),
                name="dispense_handed_over_as_status_says",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True, packs_handed_over=0)
                | Q(handed_over_at__isnull=False, packs_handed_over__gt=0),
                name="dispense_handed_over_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=NOT_SENT, sent_at__isnull=True)
                | ~Q(status__in=NOT_SENT) & Q(sent_at__isnull=False),
                name="dispense_sent_as_status_says",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, ended_at__isnull=True)
                | ~Q(status__in=OPEN) & Q(ended_at__isnull=False),
                name="dispense_ended_as_status_says",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("released_at")), name="dispense_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(bay__isnull=False) | Q(status__in=[*NOT_SENT, DispenseStatus.COMPLETED]),
                name="dispense_without_bay_moves_at_once",
            ),
            models.UniqueConstraint(
                fields=["prescription"],
                condition=Q(status__in=OPEN),
                name="dispense_one_open_per_prescription",
            ),
            models.UniqueConstraint(
                fields=["bay"], condition=Q(status__in=OPEN), name="dispense_one_open_per_bay"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status=DispenseStatus.RELEASED), name="dispense_to_expire"
            ),
        ]


class DispensedPack(models.Model):
    """One pack that left the shelf, as its label says. No serial number leaves a clinic twice."""

    dispense = models.ForeignKey(Dispense, on_delete=models.PROTECT, related_name="dropped")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    machine_pack = models.CharField(
        max_length=64, help_text="the machine's own number of it; over the counter, its place among the scans"
    )
    gtin = models.CharField(max_length=14)
    lot_number = models.CharField(max_length=20)
    expiry = models.DateField()
    serial = models.CharField(max_length=20, blank=True)
    dropped_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "gtin", "serial"], condition=~Q(serial=""), name="pack_dropped_once"
            ),
            models.UniqueConstraint(fields=["dispense", "machine_pack"], name="pack_once_per_dispense"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(handed_over_at__isnull=False),
                name="pack_returned_after_hand_over",
            ),
        ]
