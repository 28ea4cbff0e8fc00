"""Whatever was decided and wherever it stands, a patient has one next step, and it is never in the past."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from config.patient_step import Next, PatientStep, patient_step
from referrals.domain.status import ReferralStatus
from risk.domain.disposition import Disposition
from risk.domain.urgency import Urgency
from tests.unit.config.patient_cases import MEDICINE_STATES, VISITED, a_case, every_case

LATER = VISITED + timedelta(days=400)


def step(case: dict[str, Any], *, today: date = VISITED) -> PatientStep:
    return patient_step(case, visited_on=VISITED, today=today)


@pytest.mark.parametrize("today", [VISITED, VISITED + timedelta(days=5), LATER])
def test_every_case_has_a_step_that_is_not_in_the_past(today: date) -> None:
    for case in every_case():
        assert step(case, today=today).on >= today


def test_a_hospital_is_named_only_once_a_person_authorised_it() -> None:
    named = {
        status: step(a_case(Disposition.REFER, Urgency.URGENT, referral=status)).hospital
        for status in ReferralStatus
    }
    assert {status for status, hospital in named.items() if hospital} == {
        ReferralStatus.AUTHORISED,
        ReferralStatus.REQUESTED,
        ReferralStatus.RECEIVED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.IN_PROGRESS,
        ReferralStatus.ON_HOLD,
    }


@pytest.mark.parametrize(
    ("urgency", "days"),
    [(Urgency.STAT, 0), (Urgency.ASAP, 0), (Urgency.URGENT, 3), (Urgency.ROUTINE, 7)],
)
def test_who_waits_for_a_hospital_hears_from_the_clinic_in_time(urgency: Urgency, days: int) -> None:
    case = a_case(Disposition.REFER, urgency, referral=ReferralStatus.PROPOSED)
    assert step(case) == PatientStep(Next.HOSPITAL_SOUGHT, VISITED + timedelta(days=days), urgency)


def test_the_clinic_never_tells_after_the_deadline() -> None:
    case = a_case(Disposition.REFER, Urgency.ROUTINE, referral=None, due_in=2)
    assert step(case).on == VISITED + timedelta(days=2)


def test_a_refused_referral_is_spoken_about_until_somebody_followed_it_up() -> None:
    case = a_case(Disposition.REFER, Urgency.URGENT, referral=ReferralStatus.CANCELLED)
    assert step(case).next is Next.CLINIC_CALLS
    case["referral"]["follow_up"] = "saw the patient"
    assert step(case).next is Next.COME_BACK


def test_who_was_treated_comes_back_at_the_recall() -> None:
    case = a_case(Disposition.REFER, Urgency.URGENT, referral=ReferralStatus.COMPLETED)
    assert step(case).next is Next.COME_BACK


@pytest.mark.parametrize(
    ("medicine", "expected"),
    [
        (None, Next.MEDICINE_CHECKED),
        ("proposed", Next.MEDICINE_CHECKED),
        ("needs-pharmacist", Next.MEDICINE_CHECKED),
        ("authorised", Next.COME_BACK),
        ("refused", Next.CLINIC_CALLS),
        ("cancelled", Next.COME_BACK),
    ],
)
def test_a_medicine_waits_for_the_pharmacist(medicine: str | None, expected: Next) -> None:
    assert medicine in MEDICINE_STATES
    assert step(a_case(Disposition.MEDICINE, Urgency.ROUTINE, medicine=medicine)).next is expected


def test_an_open_retake_is_for_today_and_else_has_its_date() -> None:
    again = a_case(Disposition.REPEAT_IMAGING, Urgency.ROUTINE)
    assert step(again) == PatientStep(Next.PHOTOGRAPH, VISITED + timedelta(days=28), Urgency.ROUTINE)
    again["exam"]["status"] = "open"
    assert step(again).on == VISITED


@pytest.mark.parametrize(
    ("appointment", "looks", "expected"),
    [
        (1, 3, (Next.APPOINTMENT, 1)),
        (9, 3, (Next.EXPERT_LOOKS, 3)),
        (1, None, (Next.APPOINTMENT, 1)),
        (-1, None, (Next.COME_BACK, 365)),
    ],
)
def test_of_an_appointment_and_an_experts_look_the_earlier_counts(
    appointment: int, looks: int | None, expected: tuple[Next, int]
) -> None:
    case = a_case(Disposition.SELF_CARE, Urgency.ROUTINE, appointment=appointment, looks=looks)
    found = step(case)
    assert (found.next, (found.on - VISITED).days) == expected


def test_a_red_flag_does_not_wait_for_the_photographs() -> None:
    waiting = a_case(None, Urgency.ROUTINE, red_flags=["distorted-lines", "sudden-vision-loss"])
    assert step(waiting) == PatientStep(Next.HOSPITAL_SOUGHT, VISITED, Urgency.STAT)


def test_without_a_result_the_clinic_tells_by_a_date() -> None:
    assert step(a_case(None, Urgency.ROUTINE)).next is Next.RESULT_AWAITED


def test_every_disposition_and_urgency_is_among_the_cases() -> None:
    seen = {
        (case["assessment"]["disposition"], case["assessment"]["urgency"])
        for case in every_case()
        if case["assessment"]
    }
    assert seen == set(product(Disposition, Urgency))
