"""What happened in a case, from the visit to what was proposed, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from config.case_work import work_by_encounter
from referrals import texts as referral_texts
from referrals.models import ReferralEvent
from risk import texts as risk_texts
from risk.models import RiskAssessment
from screening.models import Encounter, Exam, ExamOutcome


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `detail`: which release, rules or reason."""

    at: datetime
    what: str
    detail: str = ""


def timeline(encounter: Encounter) -> list[Moment]:
    """Every dated fact of the case, oldest first."""
    moments = [Moment(encounter.started_at, _("Visit opened"))]
    for source in (_photography, _scoring, _assessing, _dispensing, _referring, _failing):
        moments += source(encounter)
    return sorted(moments, key=lambda moment: moment.at)


def _photography(encounter: Encounter) -> Iterator[Moment]:
    for exam in Exam.objects.filter(encounter=encounter).prefetch_related("images"):
        yield Moment(exam.opened_at, _("Photography began"))
        if exam.submitted_at:
            eyes = ", ".join(sorted((image.laterality for image in exam.images.all()), reverse=True))
            yield Moment(exam.submitted_at, _("Photographs submitted"), eyes)


def _scoring(encounter: Encounter) -> Iterator[Moment]:
    for outcome in ExamOutcome.objects.filter(exam__encounter=encounter).select_related("release"):
        yield Moment(
            outcome.resulted_at, _("Photographs scored"), f"{outcome.release.name}, {outcome.engine}"
        )


def _assessing(encounter: Encounter) -> Iterator[Moment]:
    assessed = RiskAssessment.objects.filter(encounter=encounter).select_related("recall", "prescription")
    for assessment in assessed.prefetch_related("recall__contact_attempts"):
        disposition = risk_texts.DISPOSITIONS[assessment.disposition]
        rules = _("rules %(version)s") % {"version": assessment.rules_version}
        yield Moment(assessment.assessed_at, _("Risk assessed: %(result)s") % {"result": disposition}, rules)
        recall = getattr(assessment, "recall", None)
        for attempt in recall.contact_attempts.all() if recall else ():
            what = _("Contact about the next visit: %(result)s") % {"result": attempt.get_result_display()}
            yield Moment(attempt.attempted_at, what, attempt.get_channel_display())


def _dispensing(encounter: Encounter) -> Iterator[Moment]:
    for prescription in encounter.prescriptions.all():
        proposed = _("Medicine proposed") if prescription.lot_id else _("Medicine passed to the pharmacist")
        yield Moment(prescription.decided_at, proposed)
        if prescription.authorised_at:
            yield Moment(prescription.authorised_at, _("Medicine authorised"))
        if prescription.closed_at:
            status = prescription.get_status_display()
            why = _listed(prescription.get_refusal_code_display(), prescription.close_reason)
            yield Moment(prescription.closed_at, _("Medicine: %(status)s") % {"status": status}, why)
        if prescription.followed_up_at:
            yield Moment(prescription.followed_up_at, _("Refusal followed up"), prescription.follow_up)


def _referring(encounter: Encounter) -> Iterator[Moment]:
    events = ReferralEvent.objects.filter(referral__encounter=encounter).select_related("hospital")
    for event in events.order_by("pk"):
        status = referral_texts.STATUSES[event.to_status]
        hospital = event.hospital.name if event.hospital else ""
        why = _listed(hospital, referral_texts.DECISIONS.get(event.code, ""), event.reason)
        yield Moment(event.recorded_at, _("Referral: %(status)s") % {"status": status}, why)
    for referral in encounter.referrals.exclude(followed_up_at=None):
        yield Moment(referral.followed_up_at, _("Refusal followed up"), referral.follow_up)


def _listed(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)


def _failing(encounter: Encounter) -> Iterator[Moment]:
    for item in work_by_encounter([encounter.pk]).get(encounter.pk, []):
        if item.failed_at:
            yield Moment(item.failed_at, _("A step failed"), item.reason)
