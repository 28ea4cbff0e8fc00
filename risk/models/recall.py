from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization, Patient, Practitioner
from risk.domain.recall import RecallCause
from risk.models.assessment import RiskAssessment
from risk.models.choices import choices_of


class RecallState(models.TextChoices):
    OPEN = "open", _("Open")
    ATTENDED = "attended", _("Came back")
    DECLINED = "declined", _("Declined")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


class Recall(models.Model):
    """When a patient is to be called again, and why then. Overdue is open with `due_by` in the past."""

    assessment = models.OneToOneField(RiskAssessment, on_delete=models.PROTECT, related_name="recall")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="recalls")
    due_by = models.DateField()
    cause = models.CharField(max_length=16, choices=choices_of(RecallCause))
    state = models.CharField(max_length=16, choices=RecallState, default=RecallState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=list(RecallCause)), name="recall_cause"),
            models.CheckConstraint(condition=Q(state__in=RecallState.values), name="recall_state"),
            models.CheckConstraint(
                condition=Q(state=RecallState.OPEN, closed_at__isnull=True)
                | (~Q(state=RecallState.OPEN) & Q(closed_at__isnull=False)),
                name="recall_closed_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_by"],
                condition=Q(state=RecallState.OPEN),
                name="recall_overdue_list",
            ),
        ]


class ContactChannel(models.TextChoices):
    PHONE = "phone", _("Telephone")
    SMS = "sms", _("Text message")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in-person", _("In person")


class ContactResult(models.TextChoices):
    REACHED = "reached", _("Reached, will come")
    NOT_REACHED = "not-reached", _("Not reached")
    DECLINED = "declined", _("Does not want to come")
    ATTENDED = "attended", _("Was seen")


class ContactAttempt(models.Model):
    """One attempt to reach a patient about a recall."""

    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="contact_attempts")
    attempted_at = models.DateTimeField()
    attempted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", null=True)
    channel = models.CharField(max_length=16, choices=ContactChannel)
    result = models.CharField(max_length=16, choices=ContactResult)
    submission = models.UUIDField(null=True, help_text="of the form; sent twice it is one attempt")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=ContactChannel.values), name="contact_channel"),
            models.CheckConstraint(condition=Q(result__in=ContactResult.values), name="contact_result"),
            models.UniqueConstraint(fields=["recall", "submission"], name="contact_once_per_submission"),
        ]
