"""The one dated thing a patient has to know: what happens next. A pure rule over `config.case.case_outcome`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pharmacy.models import PrescriptionStatus
from referrals.domain.status import WITH_A_HOSPITAL, ReferralStatus
from risk.domain.disposition import ActionKind, Disposition
from risk.domain.red_flags import RED_FLAGS
from risk.domain.urgency import Urgency, most_urgent
from screening.domain.rules import Rule

# By when the patient hears from the clinic while something waits for a person, in days from the visit (NX-01).
TELL_WITHIN_DAYS: Mapping[str, int] = {
    Urgency.STAT: 0,
    Urgency.ASAP: 0,
    Urgency.URGENT: 3,
    Urgency.ROUTINE: 7,
}
RULES = (
    Rule(
        "NX-01",
        "While something waits for a person, the patient hears from the clinic the same day (stat, asap), within "
        "3 days (urgent) or 7 (routine), never after the deadline and never on a day that has passed",
        "product policy",
        "P",
    ),
    Rule(
        "NX-02",
        "The patient's sheet has one dated next step: hospital, new photograph or medicine; else the earlier of "
        "an appointment and an expert's look; else the next visit. A hospital is named once a person authorised it",
        "DESIGN 6.10",
        "P",
    ),
)


class Next(StrEnum):
    """What comes next for the patient. The first five wait for a person of the clinic."""

    HOSPITAL_SOUGHT = "hospital-sought"
    RESULT_AWAITED = "result-awaited"
    MEDICINE_CHECKED = "medicine-checked"
    EXPERT_LOOKS = "expert-looks"
    CLINIC_CALLS = "clinic-calls"
    HOSPITAL = "hospital"
    PHOTOGRAPH = "photograph"
    APPOINTMENT = "appointment"
    COME_BACK = "come-back"


WAITING = (
    Next.HOSPITAL_SOUGHT,
    Next.RESULT_AWAITED,
    Next.MEDICINE_CHECKED,
    Next.EXPERT_LOOKS,
    Next.CLINIC_CALLS,
)


@dataclass(frozen=True)
class PatientStep:
    """`on`: by when, never before today. `hospital` is named only where a person has authorised it."""

    next: Next
    on: date
    urgency: str
    hospital: str = ""


def patient_step(case: Mapping[str, Any], *, visited_on: date, today: date) -> PatientStep:
    """The next step as it stands today; `case` is what `config.case.case_outcome` returns."""
    days = _Days(visited_on, today)
    assessment = case["assessment"]
    if assessment is None:
        return _before_a_result(case["red_flags"], days)
    decided = {action["kind"]: action for action in assessment["actions"]}
    steps = {
        Disposition.REFER: _hospital,
        Disposition.REPEAT_IMAGING: _photograph,
        Disposition.MEDICINE: _medicine,
    }
    first = steps.get(assessment["disposition"])
    found = first(case, decided, days) if first else None
    return found or _watching(case, decided, days)


@dataclass(frozen=True)
class _Days:
    visited_on: date
    today: date

    def tell_by(self, urgency: str, due_by: date | None = None) -> date:
        told = self.visited_on + timedelta(days=TELL_WITHIN_DAYS[urgency])
        return self.not_passed(min(told, due_by) if due_by else told)

    def not_passed(self, day: date) -> date:
        return max(day, self.today)


def _before_a_result(red_flags: Iterable[str], days: _Days) -> PatientStep:
    raised = [row.urgency for row in RED_FLAGS if row.flag in set(red_flags)]
    if raised:
        urgency = most_urgent(raised)
        return PatientStep(Next.HOSPITAL_SOUGHT, days.tell_by(urgency), urgency)
    return PatientStep(Next.RESULT_AWAITED, days.tell_by(Urgency.ROUTINE), Urgency.ROUTINE)


def _hospital(case: Mapping[str, Any], decided: Mapping[str, Any], days: _Days) -> PatientStep | None:
    referral, urgency = case["referral"], case["assessment"]["urgency"]
    status = referral["status"] if referral else ReferralStatus.PROPOSED
    due_by = _day(referral["due_by"]) if referral else _due(decided, ActionKind.REFERRAL)
    if status in (ReferralStatus.AUTHORISED, *WITH_A_HOSPITAL) and due_by:
        return PatientStep(Next.HOSPITAL, days.not_passed(due_by), urgency, referral["hospital"])
    if status == ReferralStatus.COMPLETED or (referral and referral.get("follow_up")):
        return None
    closed = (ReferralStatus.REJECTED, ReferralStatus.FAILED, ReferralStatus.CANCELLED)
    told = Next.CLINIC_CALLS if status in closed else Next.HOSPITAL_SOUGHT
    return PatientStep(told, days.tell_by(urgency, due_by), urgency)


def _photograph(case: Mapping[str, Any], decided: Mapping[str, Any], days: _Days) -> PatientStep | None:
    again_now = case["exam"]["status"] == "open"
    due_by = _due(decided, ActionKind.REPEAT_IMAGING) or _due(decided, ActionKind.RECALL) or days.today
    on = days.today if again_now else days.not_passed(due_by)
    return PatientStep(Next.PHOTOGRAPH, on, case["assessment"]["urgency"])


def _medicine(case: Mapping[str, Any], decided: Mapping[str, Any], days: _Days) -> PatientStep | None:
    medicine, urgency = case["medicine"], case["assessment"]["urgency"]
    status = medicine["status"] if medicine else PrescriptionStatus.PROPOSED
    if status in (PrescriptionStatus.PROPOSED, PrescriptionStatus.NEEDS_PHARMACIST):
        return PatientStep(Next.MEDICINE_CHECKED, days.not_passed(days.visited_on), urgency)
    if status == PrescriptionStatus.REFUSED and not medicine.get("follow_up"):
        return PatientStep(Next.CLINIC_CALLS, days.tell_by(urgency), urgency)
    return None


def _watching(case: Mapping[str, Any], decided: Mapping[str, Any], days: _Days) -> PatientStep:
    """Nothing is to be treated: an eye clinic may expect the patient, an expert may still look, or they come back."""
    urgency = case["assessment"]["urgency"]
    looks, expected = _due(decided, ActionKind.GRADING), _due(decided, ActionKind.KEEP_APPOINTMENT)
    if expected and expected >= days.today and (looks is None or expected <= looks):
        return PatientStep(Next.APPOINTMENT, expected, urgency)
    if looks:
        return PatientStep(Next.EXPERT_LOOKS, days.not_passed(looks), urgency)
    back = _day(case["recall"]["due_by"]) if case["recall"] else _due(decided, ActionKind.RECALL)
    return PatientStep(Next.COME_BACK, days.not_passed(back or days.today), urgency)


def _due(decided: Mapping[str, Any], kind: ActionKind) -> date | None:
    return _day(decided[kind]["due_by"]) if kind in decided else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
