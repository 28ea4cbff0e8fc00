from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.alerts import Tier
from pharmacy.models.order import MedicationOrder
from pharmacy.models.safety import SafetyAnswers
from pharmacy.models.stock import Lot, Medicine
from records.models import Organization, Practitioner
from risk.models import RiskAssessment
from screening.models import Encounter


class PrescriptionStatus(models.TextChoices):
    """FHIR MedicationRequest: the first two are *draft* proposals, then *active*, then *cancelled*."""

    PROPOSED = "proposed", _("Proposed, waits for the pharmacist's release")
    NEEDS_PHARMACIST = "needs-pharmacist", _("A pharmacist decides")
    AUTHORISED = "authorised", _("Authorised")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class RefusalCode(models.TextChoices):
    """Why a licensed person refused; the words beside it are their own."""

    ALREADY_USES = "already-uses", _("The patient already uses it, or something like it")
    CONTRAINDICATED = "contraindicated", _("Something speaks against it that the answers do not show")
    STOP_STANDS = "stop-stands", _("The safety stop stands")
    WARNING_SIGN = "warning-sign", _("A warning sign: a doctor must see the patient first")
    SYMPTOM_NOT_CONFIRMED = "not-confirmed", _("The complaint was not confirmed")
    PATIENT_DECLINES = "patient-declines", _("The patient does not want it")
    PACK_UNUSABLE = "pack-unusable", _("The pack is damaged or missing")
    OTHER = "other", _("Another reason")


class SupplyBasis(models.TextChoices):
    """What a medicine is supplied for."""

    ASSESSMENT = "assessment", _("The complaint of this visit")
    ORDER = "order", _("A physician's order")
    DIAGNOSIS = "diagnosis", _("A confirmed diagnosis")


OPEN_STATUSES = (PrescriptionStatus.PROPOSED, PrescriptionStatus.NEEDS_PHARMACIST)
CLOSED_STATUSES = (PrescriptionStatus.REFUSED, PrescriptionStatus.CANCELLED)
SUPPLYING_STATUSES = (PrescriptionStatus.PROPOSED, PrescriptionStatus.AUTHORISED)


class Prescription(models.Model):
    """One medicine for one visit: an assessment's wish, or what an order or a confirmed diagnosis allows and a person
    asked for. The software proposes, a pharmacist authorises.

    `assessment` is the one in force when it was decided; it wishes for one medicine at most.
    """

    assessment = models.ForeignKey(RiskAssessment, on_delete=models.PROTECT, related_name="prescriptions")
    basis = models.CharField(max_length=16, choices=SupplyBasis, default=SupplyBasis.ASSESSMENT)
    order = models.ForeignKey(
        MedicationOrder, on_delete=models.PROTECT, related_name="supplies", null=True, blank=True
    )
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="prescriptions")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    indication = models.CharField(max_length=32)
    status = models.CharField(max_length=16, choices=PrescriptionStatus)
    medicine = models.ForeignKey(Medicine, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    packs = models.PositiveSmallIntegerField(default=0)
    supply_days = models.PositiveSmallIntegerField(default=0)
    answers = models.ForeignKey(
        SafetyAnswers, on_delete=models.PROTECT, related_name="+", null=True, help_text="null: never asked"
    )
    formulary_version = models.CharField(max_length=16)
    decided_at = models.DateTimeField()
    authorised_at = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    warning_signs_asked = models.BooleanField(
        null=True, help_text="asked at the release; null: the questionnaire had answered them"
    )
    perhaps_given = models.BooleanField(
        default=False,
        help_text="authorised before hand-overs were booked where no machine stands: nobody knows from the books",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=100, blank=True)
    refusal_code = models.CharField(max_length=24, choices=RefusalCode, blank=True)
    close_reason = models.CharField(max_length=200, blank=True)
    followed_up_at = models.DateTimeField(null=True, blank=True)
    followed_up_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    follow_up = models.CharField(max_length=200, blank=True, help_text="what was done after a refusal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PrescriptionStatus.values), name="prescription_status"
            ),
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(basis=SupplyBasis.ASSESSMENT),
                name="prescription_one_wish_an_assessment",
            ),
            models.CheckConstraint(
                condition=Q(basis=SupplyBasis.ORDER, order__isnull=False)
                | Q(basis__in=[SupplyBasis.ASSESSMENT, SupplyBasis.DIAGNOSIS], order__isnull=True),
                name="prescription_basis",
            ),
            models.UniqueConstraint(
                fields=["encounter", "basis", "order"],
                condition=Q(status__in=OPEN_STATUSES) & ~Q(basis=SupplyBasis.ASSESSMENT),
                nulls_distinct=False,
                name="prescription_one_open_supply_a_visit",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SUPPLYING_STATUSES)
                | Q(medicine__isnull=False, lot__isnull=False, packs__gte=1, supply_days__gte=1),
                name="prescription_supply_has_a_lot",
            ),
            models.CheckConstraint(
                condition=Q(authorised_at__isnull=True, authorised_by__isnull=True)
                | Q(authorised_at__isnull=False, authorised_by__isnull=False),
                name="prescription_authorised_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(status=PrescriptionStatus.AUTHORISED) | Q(authorised_at__isnull=False),
                name="prescription_authorised_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED_STATUSES, closed_at__isnull=False)
                & (~Q(close_reason="") | ~Q(refusal_code__in=["", RefusalCode.OTHER]))
                | ~Q(status__in=CLOSED_STATUSES) & Q(closed_at__isnull=True),
                name="prescription_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=PrescriptionStatus.REFUSED, refusal_code__in=RefusalCode.values)
                | ~Q(status=PrescriptionStatus.REFUSED) & Q(refusal_code=""),
                name="prescription_refused_with_code",
            ),
            models.CheckConstraint(
                condition=Q(followed_up_at__isnull=True, followed_up_by__isnull=True, follow_up="")
                | Q(
                    status=PrescriptionStatus.REFUSED,
                    followed_up_at__isnull=False,
                    followed_up_by__isnull=False,
                )
                & ~Q(follow_up=""),
                name="prescription_follow_up_after_refusal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "decided_at"],
                condition=Q(status__in=OPEN_STATUSES),
                name="prescription_waiting",
            ),
            models.Index(
                fields=["organization", "closed_at"],
                condition=Q(status=PrescriptionStatus.REFUSED, followed_up_at__isnull=True),
                name="prescription_to_follow_up",
            ),
            models.Index(fields=["organization", "decided_at"], name="prescription_decided"),
        ]


class AlertStage(models.TextChoices):
    PRESCRIBING = "prescribing", _("When it was decided")
    RELEASE = "release", _("When it was released")


class PrescriptionAlert(models.Model):
    """One rule that fired at one of the two checks, in the order of that check (PH-86)."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="alerts")
    stage = models.CharField(max_length=16, choices=AlertStage, default=AlertStage.PRESCRIBING)
    position = models.PositiveSmallIntegerField()
    rule_id = models.CharField(max_length=8)
    tier = models.CharField(max_length=4, choices=[(tier.value, tier.value) for tier in Tier])
    medicine_code = models.CharField(max_length=64, blank=True, help_text="empty: stops every medicine")
    subject = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "stage", "position"], name="alert_position_once_a_stage"
            ),
            models.CheckConstraint(condition=Q(tier__in=list(Tier)), name="alert_tier"),
            models.CheckConstraint(condition=Q(stage__in=AlertStage.values), name="alert_stage"),
        ]
