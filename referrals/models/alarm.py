"""The silence of a referral's step, how far its alarm climbed, and who was called about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from records.models import Organization, Practitioner, Role
from referrals.domain.contact import ContactOutcome as Outcome
from referrals.domain.contact import Party
from referrals.domain.silence import Rung, Step
from referrals.models.referral import Referral
from risk.models import ContactChannel


class ContactParty(models.TextChoices):
    HOSPITAL = Party.HOSPITAL, _("The hospital")
    PATIENT = Party.PATIENT, _("Patient")
    CARETAKER = Party.CARETAKER, _("Somebody who cares for the patient")


class ContactOutcome(models.TextChoices):
    REACHED = Outcome.REACHED, _("Reached")
    NO_ANSWER = Outcome.NO_ANSWER, _("No answer")
    WRONG_NUMBER = Outcome.WRONG_NUMBER, _("Wrong number")
    WILL_COME = Outcome.WILL_COME, _("Will come")
    REFUSED = Outcome.REFUSED, _("Will not come")


class ReferralAlarm(models.Model):
    """One step of a referral that stayed silent: an entry of the contact work-list while it is open.

    `begun_at`: since when the step is open; with it a step that comes again is another silence. `due_at`: by when
    somebody is to be called.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="alarms", db_index=False)
    step = models.CharField(max_length=16, choices=[(step.value, step.value) for step in Step])
    begun_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField(choices=[(rung.value, rung.name) for rung in Rung])
    turn = models.CharField(max_length=16, choices=Role)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="the step went on, or the referral ended"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "step", "begun_at"], name="alarm_once_per_silence"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(closed_at__isnull=True), name="alarm_one_open_per_referral"
            ),
            models.CheckConstraint(condition=Q(step__in=list(Step)), name="alarm_step"),
            models.CheckConstraint(condition=Q(rung__in=[int(rung) for rung in Rung]), name="alarm_rung"),
            models.CheckConstraint(condition=Q(turn__in=Role.values), name="alarm_turn"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"],
                condition=Q(closed_at__isnull=True),
                name="alarm_open_by_due",
            )
        ]


class AlarmRung(models.Model):
    """When an alarm reached a rung, and whom it called."""

    alarm = models.ForeignKey(ReferralAlarm, on_delete=models.PROTECT, related_name="rungs", db_index=False)
    rung = models.PositiveSmallIntegerField()
    turn = models.CharField(max_length=16, choices=Role)
    raised_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "rung"], name="alarm_rung_once")]


class ReferralContact(models.Model):
    """One attempt to reach somebody about a silent referral. `next_due_at`: when the next is due after it."""

    alarm = models.ForeignKey(
        ReferralAlarm, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    party = models.CharField(max_length=16, choices=ContactParty)
    channel = models.CharField(max_length=16, choices=ContactChannel)
    outcome = models.CharField(max_length=16, choices=ContactOutcome)
    attempted_at = models.DateTimeField()
    attempted_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    next_due_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    submission = models.UUIDField(help_text="of the form; sent twice it is one attempt")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alarm", "submission"], name="referral_contact_once"),
            models.CheckConstraint(condition=Q(party__in=ContactParty.values), name="referral_contact_party"),
            models.CheckConstraint(
                condition=Q(channel__in=ContactChannel.values), name="referral_contact_channel"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=ContactOutcome.values), name="referral_contact_outcome"
            ),
        ]
