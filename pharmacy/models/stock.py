from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization, Practitioner


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
    in_bay = models.IntegerField(default=0, help_text="dropped and not yet handed over")
    quarantined = models.IntegerField(default=0, help_text="set aside, never given again")
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "gtin", "number"], name="lot_once_per_machine"),
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="lot_on_hand"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="lot_reserved_within_on_hand"
            ),
            models.CheckConstraint(condition=Q(in_bay__gte=0), name="lot_in_bay"),
            models.CheckConstraint(condition=Q(quarantined__gte=0), name="lot_quarantined"),
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recall_reason="")
                | Q(recalled_at__isnull=False) & ~Q(recall_reason=""),
                name="lot_recalled_with_reason",
            ),
            models.CheckConstraint(condition=Q(gtin__regex=r"^\d{14}$"), name="lot_gtin"),
            models.CheckConstraint(condition=~Q(number=""), name="lot_number"),
        ]


class RecallNotice(models.Model):
    """A person's word that a product, or one lot of it, may not be given: what is delivered later is refused."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    gtin = models.CharField(max_length=14)
    number = models.CharField(
        max_length=20, blank=True, help_text="as pharmacy.domain.labels.lot_key; empty: all"
    )
    reason = models.CharField(max_length=200)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(gtin__regex=r"^\d{14}$"), name="recall_notice_gtin"),
            models.CheckConstraint(condition=~Q(reason=""), name="recall_notice_reason"),
        ]
        indexes = [models.Index(fields=["organization", "gtin"], name="recall_notice_of_product")]


class LedgerKind(models.TextChoices):
    RECEIVE = "receive", _("Received")
    RESERVE = "reserve", _("Reserved")
    RELEASE = "release", _("Reservation given back")
    DROP = "drop", _("Dropped into the bay")
    HAND_OVER = "hand-over", _("Handed over")
    QUARANTINE = "quarantine", _("Set aside")
    RETURN = "return", _("Came back from a patient")
    COUNT = "count", _("Corrected after a count")
    DESTROY = "destroy", _("Destroyed")


CHANGES = ("on_hand_change", "reserved_change", "in_bay_change", "quarantined_change")


def _moves(kind: LedgerKind, **changes: object) -> Q:
    """What an entry of a kind may change; what is not named, it leaves alone."""
    named = {name.partition("__")[0] for name in changes}
    return Q(kind=kind, **changes, **dict.fromkeys((one for one in CHANGES if one not in named), 0))


class LedgerEntry(models.Model):
    """One signed movement of packs. The sums over a lot equal what the lot says."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=LedgerKind)
    on_hand_change = models.IntegerField()
    reserved_change = models.IntegerField()
    in_bay_change = models.IntegerField(default=0)
    quarantined_change = models.IntegerField(default=0)
    prescription = models.ForeignKey(
        "pharmacy.Prescription", on_delete=models.PROTECT, related_name="entries", null=True, blank=True
    )
    dispense = models.ForeignKey(
        "pharmacy.Dispense", on_delete=models.PROTECT, related_name="entries", null=True, blank=True
    )
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_moves(LedgerKind.RECEIVE, on_hand_change__gt=0, prescription__isnull=True)
                | _moves(LedgerKind.RESERVE, reserved_change__gt=0, prescription__isnull=False)
                | _moves(LedgerKind.RELEASE, reserved_change__lt=0, prescription__isnull=False)
                | _moves(
                    LedgerKind.DROP,
                    on_hand_change__lt=0,
                    in_bay_change=-F("on_hand_change"),
                    reserved_change__lte=0,
                    reserved_change__gte=F("on_hand_change"),
                    dispense__isnull=False,
                )
                | _moves(LedgerKind.HAND_OVER, in_bay_change__lt=0, dispense__isnull=False)
                | _moves(
                    LedgerKind.QUARANTINE,
                    on_hand_change__lte=0,
                    in_bay_change__lte=0,
                    quarantined_change__gt=0,
                    quarantined_change=-F("on_hand_change") - F("in_bay_change"),
                )
                | _moves(LedgerKind.RETURN, quarantined_change__gt=0, dispense__isnull=False)
                | _moves(LedgerKind.COUNT, on_hand_change__gt=0)
                | _moves(
                    LedgerKind.COUNT,
                    on_hand_change__lt=0,
                    reserved_change__lte=0,
                    reserved_change__gte=F("on_hand_change"),
                )
                | _moves(LedgerKind.DESTROY, quarantined_change__lt=0),
                name="ledger_sign_follows_kind",
            ),
            # A prescription reserves once and gives back once, whatever a repeated task or click does.
            models.UniqueConstraint(
                fields=["prescription", "kind"],
                condition=Q(kind__in=[LedgerKind.RESERVE, LedgerKind.RELEASE], dispense__isnull=True),
                name="ledger_once_per_prescription",
            ),
            # Packs of an order drop once, are handed over once, and are replaced once, whatever a machine repeats.
            models.UniqueConstraint(
                fields=["dispense", "lot", "kind"],
                condition=Q(kind__in=[LedgerKind.DROP, LedgerKind.HAND_OVER, LedgerKind.RESERVE]),
                name="ledger_once_per_dispense",
            ),
        ]
