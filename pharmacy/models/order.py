from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pharmacy.domain import order_reading as limits
from pharmacy.domain.order_reading import DoseUnit
from pharmacy.domain.order_reading import OrderSource as Source
from pharmacy.domain.order_status import FHIR_STATUS, STORED, status_on
from pharmacy.domain.order_status import OrderStatus as Status
from pharmacy.models.stock import Medicine
from records.models import Organization, Patient, Practitioner


class OrderStatus(models.TextChoices):
    """FHIR MedicationRequest status; *expired* is made by the day alone and stands in no row."""

    ACTIVE = Status.ACTIVE, _("In force")
    ON_HOLD = Status.ON_HOLD, _("On hold")
    CANCELLED = Status.CANCELLED, _("Cancelled")
    COMPLETED = Status.COMPLETED, _("Every supply was released")
    EXPIRED = Status.EXPIRED, _("Expired")


class OrderSource(models.TextChoices):
    PAPER = Source.PAPER, _("Copied from a paper prescription")
    SIGNED = Source.SIGNED, _("Ordered here by a physician")


class MedicationOrder(models.Model):
    """A physician's order for one medicine (FHIR MedicationRequest, intent *order*).

    Only its status and its count of supplies ever change; what was ordered does not. `supplies_released` counts the
    first supply and its refills, those of a visit that was not handed out excepted (PH-83).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="orders")
    status = models.CharField(
        max_length=16, choices=[(one.value, one.value) for one in STORED], default=OrderStatus.ACTIVE
    )
    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="+")
    strength = models.CharField(max_length=100, help_text="as the formulary had it when it was entered")
    dose_text = models.CharField(max_length=limits.DOSE_TEXT_MAX, help_text="in the physician's words")
    units_per_day = models.PositiveSmallIntegerField(help_text="drops in each eye, or capsules")
    unit = models.CharField(max_length=16, choices=[(one.value, one.value) for one in DoseUnit])
    supply_days = models.PositiveSmallIntegerField(help_text="how long one supply lasts")
    refills_allowed = models.PositiveSmallIntegerField(help_text="after the first supply")
    supplies_released = models.PositiveSmallIntegerField(default=0)
    written_on = models.DateField()
    valid_until = models.DateField(help_text="the last day on which a supply may be released")
    source = models.CharField(max_length=16, choices=OrderSource)
    prescriber = models.CharField(max_length=200)
    licence = models.CharField(max_length=limits.LICENCE_MAX, blank=True, help_text="of a paper prescription")
    entered_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    status_reason = models.CharField(max_length=200, blank=True, help_text="why it is cancelled or on hold")
    status_changed_at = models.DateTimeField(null=True, blank=True)
    status_changed_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(STORED)), name="order_status"),
            models.CheckConstraint(
                condition=Q(unit__in=list(DoseUnit), units_per_day__range=(1, limits.UNITS_MAX)),
                name="order_dose",
            ),
            models.CheckConstraint(
                condition=Q(
                    supply_days__range=(1, limits.SUPPLY_DAYS_MAX), refills_allowed__lte=limits.REFILLS_MAX
                ),
                name="order_quantity",
            ),
            models.CheckConstraint(
                condition=Q(supplies_released__lte=F("refills_allowed") + 1), name="order_never_exceeded"
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.COMPLETED) | Q(supplies_released=F("refills_allowed") + 1),
                name="order_completed_when_used_up",
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("written_on")), name="order_validity"),
            # Copied twice, one prescription would allow twice its supplies.
            models.UniqueConstraint(
                fields=["patient", "medicine", "written_on"],
                condition=~Q(status=OrderStatus.CANCELLED),
                name="order_recorded_once",
            ),
            models.CheckConstraint(
                condition=Q(source=OrderSource.SIGNED, licence="")
                | Q(source=OrderSource.PAPER) & ~Q(licence=""),
                name="order_signed_or_licensed",
            ),
            models.CheckConstraint(
                condition=~Q(prescriber="") & ~Q(dose_text=""), name="order_says_who_and_how"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[OrderStatus.CANCELLED, OrderStatus.ON_HOLD])
                | Q(status_changed_at__isnull=False, status_changed_by__isnull=False) & ~Q(status_reason=""),
                name="order_stopped_by_whom_and_why",
            ),
        ]
        indexes = [models.Index(fields=["patient", "-entered_at"], name="order_of_patient")]

    @property
    def supplies_allowed(self) -> int:
        return self.refills_allowed + 1

    @property
    def supplies_left(self) -> int:
        return self.supplies_allowed - self.supplies_released

    def status_on(self, today: date) -> OrderStatus:
        """Where it stands on a day of the clinic."""
        return OrderStatus(status_on(Status(self.status), self.valid_until, today))

    def fhir_status_on(self, today: date) -> str:
        """FHIR R4 MedicationRequest.status on a day."""
        return FHIR_STATUS[Status(self.status_on(today))]


class OrderFilling(models.Model):
    """A pharmacy filled one supply of an order, which now waits in the machine for pick-up (PH-61)."""

    order = models.ForeignKey(MedicationOrder, on_delete=models.PROTECT, related_name="fillings")
    number = models.PositiveSmallIntegerField(help_text="1 is the first supply")
    pharmacy = models.CharField(max_length=limits.NAME_MAX)
    filled_at = models.DateTimeField()
    filled_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_supply_filled_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="order_filling_number"),
            models.CheckConstraint(condition=~Q(pharmacy=""), name="order_filling_pharmacy"),
        ]
