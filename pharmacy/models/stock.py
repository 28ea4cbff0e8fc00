from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization


class Medicine(models.Model):
    """One entry of the formulary (pharmacy.domain.formulary), so that lots and prescriptions can point to it."""

    code = models.CharField(max_length=64, unique=True)
    ingredient = models.CharField(max_length=64)
    atc = models.CharField(max_length=7, blank=True)
    form = models.CharField(max_length=32)
    strength = models.CharField(max_length=100, blank=True)
    formulary_version = models.CharField(max_length=16)


class Lot(models.Model):
    """Packs of one batch in one clinic's machine. Reserved packs are still on hand: reserve is not deduct."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="lots")
    gtin = models.CharField(max_length=14, help_text="GS1 AI 01, 14 digits")
    number = models.CharField(max_length=20, help_text="GS1 AI 10")
    expiry = models.DateField(help_text="GS1 AI 17, the last day of the month where no day is printed")
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    quarantined_at = models.DateTimeField(null=True, blank=True)
    quarantine_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "gtin", "number"], name="lot_once_per_machine"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_on_hand"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="lot_reserved_within_on_hand"
            ),
            models.CheckConstraint(condition=Q(gtin__regex=r"^\d{14}$"), name="lot_gtin"),
            models.CheckConstraint(condition=~Q(number=""), name="lot_number"),
            models.CheckConstraint(
                condition=Q(quarantined_at__isnull=True, quarantine_reason="")
                | Q(quarantined_at__isnull=False) & ~Q(quarantine_reason=""),
                name="lot_quarantined_for_a_reason",
            ),
        ]


class LedgerKind(models.TextChoices):
    RECEIVE = "receive", _("Received")
    RESERVE = "reserve", _("Reserved")
    RELEASE = "release", _("Reservation given back")


class LedgerEntry(models.Model):
    """One signed movement of packs. The sums over a lot equal what the lot says."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=LedgerKind)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    prescription = models.ForeignKey(
        "pharmacy.Prescription", on_delete=models.PROTECT, related_name="entries", null=True, blank=True
    )
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=LedgerKind.RECEIVE,
                    on_hand_change__gt=0,
                    reserved_change=0,
                    prescription__isnull=True,
                )
                | Q(
                    kind=LedgerKind.RESERVE,
                    on_hand_change=0,
                    reserved_change__gt=0,
                    prescription__isnull=False,
                )
                | Q(
                    kind=LedgerKind.RELEASE,
                    on_hand_change=0,
                    reserved_change__lt=0,
                    prescription__isnull=False,
                ),
                name="ledger_sign_follows_kind",
            ),
            # A prescription reserves once and gives back once, whatever a repeated task or click does.
            models.UniqueConstraint(fields=["prescription", "kind"], name="ledger_once_per_prescription"),
        ]
