"""Moments of a case after its photographs: what software made of them, and what people decided."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

import referrals.texts
from config.case_work import work_by_encounter
from config.failure_words import failure_in_words
from config.moments import Moment, listed, person
from config.reason_words import decision_in_words
from referrals.models import ReferralEvent
from risk.models import ContactAttempt, RiskAssessment
from screening.domain.grading import Cause
from screening.models import Encounter, ExamOutcome, Read


def scoring(encounter: Encounter) -> Iterator[Moment]:
    """Results of the image model."""
    for outcome in ExamOutcome.objects.filter(exam__encounter=encounter).select_related("release"):
        detail = f"{outcome.release.name}, {outcome.engine}"
        yield Moment(outcome.resulted_at, _("Photographs scored"), detail)


def reading(encounter: Encounter) -> Iterator[Moment]:
    """Reads that people signed; a blind quality case is the reader's own business."""
    reads = Read.objects.filter(task__encounter=encounter).exclude(task__cause=Cause.QUALITY)
    for read in reads.order_by("pk"):
        what = _("Read amended and signed") if read.version > 1 else _("Read signed")
        yield Moment(read.signed_at, what, read.amend_reason, person(read.grader_id))


def assessing(encounter: Encounter) -> Iterator[Moment]:
    """Assessments, also those that a newer one replaced."""
    for assessment in RiskAssessment.objects.filter(encounter=encounter).prefetch_related("actions"):
        rules = _("rules %(version)s") % {"version": assessment.rules_version}
        what = _("Risk assessed: %(result)s") % {"result": decision_in_words(assessment)}
        yield Moment(assessment.assessed_at, what, rules)


def contacting(encounter: Encounter) -> Iterator[Moment]:
    """Attempts to reach the patient about the next visit."""
    attempts = ContactAttempt.objects.filter(recall__assessment__encounter=encounter)
    for attempt in attempts.order_by("attempted_at"):
        what = _("Contact about the next visit: %(result)s") % {"result": attempt.get_result_display()}
        who = person(attempt.attempted_by_id)
        yield Moment(attempt.attempted_at, what, attempt.get_channel_display(), who)


def referring(encounter: Encounter) -> Iterator[Moment]:
    """Each step of a referral."""
    events = ReferralEvent.objects.filter(referral__encounter=encounter).select_related("hospital")
    for event in events.order_by("pk"):
        what = _("Referral: %(status)s") % {"status": referrals.texts.STATUSES[event.to_status]}
        hospital = event.hospital.name if event.hospital else ""
        decision, note = referrals.texts.DECISIONS.get(event.code, ""), referrals.texts.note_text(event.note)
        why = listed(hospital, decision, event.reason, note)
        yield Moment(event.recorded_at, what, why, event.actor)
    for one in encounter.referrals.exclude(followed_up_at=None):
        yield Moment(
            one.followed_up_at, _("Refusal followed up"), one.follow_up, person(one.followed_up_by_id)
        )


def failing(encounter: Encounter) -> Iterator[Moment]:
    """Steps that were given up."""
    for item in work_by_encounter([encounter.pk]).get(encounter.pk, []):
        if item.failed_at:
            yield Moment(item.failed_at, _("A step failed"), failure_in_words(item.reason))
