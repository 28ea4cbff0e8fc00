from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pharmacy.domain.alerts import Tier
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.domain.overrides import OverrideReason as Reason
from pharmacy.models.prescription import Prescription
from records.models import Practitioner


class OverrideReason(models.TextChoices):
    """Why a soft stop does not stand. Source: facts 4.3 (the reasons given in practice)."""

    WILL_MONITOR = Reason.WILL_MONITOR, _("I will watch how it goes")
    TOLERATED_BEFORE = Reason.TOLERATED_BEFORE, _("The patient has tolerated it before")
    BENEFIT_OUTWEIGHS = Reason.BENEFIT_OUTWEIGHS, _("The benefit is greater than the risk")
    DATA_WRONG = Reason.DATA_WRONG, _("What was noted is wrong or has been answered now")
    SPECIALIST_ADVICE = Reason.SPECIALIST_ADVICE, _("A specialist advised it")


class Override(models.Model):
    """A licensed person's answer to one soft stop (CDS Hooks: outcome *overridden*). A hard one has none."""

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="overrides")
    rule_id = models.CharField(max_length=8)
    tier = models.CharField(max_length=4)
    medicine_code = models.CharField(max_length=64)
    subject = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=24, choices=OverrideReason)
    words = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "rule_id", "medicine_code", "subject"], name="override_once_a_stop"
            ),
            models.CheckConstraint(condition=Q(tier=Tier.SOFT), name="override_of_soft_stops_only"),
            models.CheckConstraint(condition=Q(reason__in=list(Reason)), name="override_reason"),
            models.CheckConstraint(
                condition=Q(role__in=OVERRIDING_ROLES), name="override_by_a_licensed_role"
            ),
            models.CheckConstraint(condition=~Q(medicine_code=""), name="override_of_one_medicine"),
        ]
        indexes = [models.Index(fields=["rule_id", "decided_at"], name="override_by_rule")]
