from django.db import models
from django.db.models import Q

from records.models import Organization, Practitioner
from referrals.domain.decisions import CANCEL_CODES, REFUSAL_CODES, SENT_BACK, DecisionCode
from referrals.domain.status import CLOSED, UNDECIDED, UNSENT, WITH_A_HOSPITAL, ReferralStatus
from referrals.models.hospital import URGENCIES, Capacity, Hospital
from risk.domain.urgency import Urgency
from risk.models import RiskAssessment
from screening.models import Encounter

STATUSES = [(status.value, status.value) for status in ReferralStatus]
CODES = [(code.value, code.value) for code in DecisionCode]


class Referral(models.Model):
    """What became of one assessment's need for a hospital. The software proposes, a physician authorises."""

    assessment = models.ForeignKey(RiskAssessment, on_delete=models.PROTECT, related_name="referrals")
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        help_text="the one of the same assessment that a hospital sent back, or never answered",
    )
    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="referrals")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=STATUSES)
    urgency = models.CharField(max_length=8, choices=URGENCIES)
    due_by = models.DateField()
    hospital = models.ForeignKey(
        Hospital, on_delete=models.PROTECT, related_name="referrals", null=True, blank=True
    )
    capacity = models.ForeignKey(
        Capacity,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="the place held; null for emergencies and for places agreed by telephone",
    )
    decided_at = models.DateTimeField()
    authorised_at = models.DateTimeField(null=True, blank=True)
    authorised_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal_code = models.CharField(max_length=24, choices=CODES, blank=True)
    cancel_code = models.CharField(
        max_length=24, choices=CODES, blank=True, help_text="why it was cancelled after it was sent"
    )
    followed_up_at = models.DateTimeField(null=True, blank=True)
    followed_up_by = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    follow_up = models.CharField(max_length=200, blank=True, help_text="what was done after a refusal")
    held_until = models.DateField(null=True, blank=True, help_text="the last day on hold; null: not told")
    alarm_at = models.DateTimeField(
        null=True, blank=True, help_text="when its silence is looked at next; null: it waits for nothing"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=~Q(status__in=CLOSED), name="referral_one_open"
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(status=ReferralStatus.ON_HOLD),
                name="referral_held_while_on_hold",
            ),
            models.CheckConstraint(
                condition=Q(alarm_at__isnull=True) | ~Q(status__in=CLOSED),
                name="referral_closed_waits_for_nothing",
            ),
            models.CheckConstraint(condition=Q(status__in=list(ReferralStatus)), name="referral_status"),
            models.CheckConstraint(condition=Q(urgency__in=list(Urgency)), name="referral_urgency"),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[ReferralStatus.PROPOSED, ReferralStatus.AUTHORISED, *WITH_A_HOSPITAL]
                )
                | Q(hospital__isnull=False),
                name="referral_has_a_hospital",
            ),
            models.CheckConstraint(
                condition=Q(authorised_at__isnull=True, authorised_by__isnull=True)
                | Q(authorised_at__isnull=False, authorised_by__isnull=False),
                name="referral_authorised_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ReferralStatus.AUTHORISED, *WITH_A_HOSPITAL])
                | Q(authorised_at__isnull=False),
                name="referral_sent_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=UNDECIDED) | Q(authorised_at__isnull=True),
                name="referral_undecided_has_no_name",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refusal_code="")
                | Q(
                    refused_at__isnull=False,
                    refusal_code__in=list(REFUSAL_CODES),
                    status=ReferralStatus.CANCELLED,
                ),
                name="referral_refused_with_code",
            ),
            models.CheckConstraint(
                condition=Q(cancel_code="")
                | Q(
                    cancel_code__in=list(CANCEL_CODES),
                    status=ReferralStatus.CANCELLED,
                    refused_at__isnull=True,
                ),
                name="referral_cancelled_with_code",
            ),
            models.CheckConstraint(
                condition=Q(followed_up_at__isnull=True, followed_up_by__isnull=True, follow_up="")
                | Q(followed_up_at__isnull=False, followed_up_by__isnull=False)
                & (Q(refused_at__isnull=False) | Q(status__in=list(SENT_BACK)) | ~Q(cancel_code=""))
                & ~Q(follow_up=""),
                name="referral_follow_up_after_refusal",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_by"],
                condition=~Q(status__in=CLOSED),
                name="referral_open_by_deadline",
            ),
            models.Index(
                fields=["organization", "due_by"],
                condition=Q(status__in=list(UNSENT)),
                name="referral_unsent_by_deadline",
            ),
            models.Index(
                fields=["organization", "refused_at"],
                condition=Q(refused_at__isnull=False, followed_up_at__isnull=True),
                name="referral_to_follow_up",
            ),
            models.Index(
                fields=["organization", "due_by"],
                condition=Q(status__in=list(SENT_BACK), followed_up_at__isnull=True),
                name="referral_sent_back",
            ),
            models.Index(
                fields=["organization", "due_by"],
                condition=~Q(cancel_code="") & Q(followed_up_at__isnull=True),
                name="referral_cancelled_open",
            ),
            models.Index(fields=["organization", "decided_at"], name="referral_decided"),
            # A hospital's program asks what waits for it, and what is new.
            models.Index(fields=["hospital", "status", "-id"], name="referral_of_hospital"),
            models.Index(
                fields=["followed_up_at"],
                condition=Q(followed_up_at__isnull=False),
                name="referral_followed_up_by_time",
            ),
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="referral_by_alarm"),
        ]

    @property
    def end_code(self) -> str:
        """Why a physician refused it, or why it was cancelled after it was sent; empty: neither."""
        return self.refusal_code or self.cancel_code


class ReferralCandidate(models.Model):
    """One of the up to three hospitals shown, as it was ranked then."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="candidates")
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    distance_km = models.FloatField(help_text="an estimate: straight line times 1.3")
    travel_minutes = models.FloatField(null=True, blank=True, help_text="null: ranked before it was kept")
    routed = models.BooleanField(default=False, help_text="minutes by road of a router; else an estimate")
    wait_days = models.PositiveSmallIntegerField()
    expected_on = models.DateField(null=True, blank=True, help_text="null: emergency, today")
    cost = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "rank"], name="candidate_rank_once"),
            models.UniqueConstraint(fields=["referral", "hospital"], name="candidate_hospital_once"),
            models.CheckConstraint(condition=Q(rank__range=(1, 3)), name="candidate_rank"),
            models.CheckConstraint(condition=Q(distance_km__gte=0), name="candidate_distance"),
        ]


class ReferralReason(models.Model):
    """Why: about the whole case, or about one hospital (a candidate, or a nearer one that was passed over)."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="reasons")
    position = models.PositiveSmallIntegerField()
    rule_id = models.CharField(max_length=8)
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    passed_over = models.BooleanField(default=False)
    subject = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "position"], name="referral_reason_position_once"),
            models.CheckConstraint(
                condition=Q(passed_over=False) | Q(hospital__isnull=False),
                name="referral_reason_passed_over_names_a_hospital",
            ),
        ]


class ReferralEvent(models.Model):
    """One step of a referral: who, when, why. `hospital`: the one it was for after this step."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="history")
    from_status = models.CharField(max_length=20, choices=STATUSES, blank=True)
    to_status = models.CharField(max_length=20, choices=STATUSES)
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    role = models.CharField(max_length=16, blank=True)
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    code = models.CharField(max_length=24, choices=CODES, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(
        max_length=200, blank=True, help_text="what the hospital's program said beside the step"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code="") | Q(code__in=list(DecisionCode)), name="referral_event_code"
            ),
            models.CheckConstraint(
                condition=~Q(code=DecisionCode.OTHER) | ~Q(reason=""), name="referral_event_other_in_words"
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="referral_event_by_time")]
