"""What the sheet says of each eye, above all while a release is on hold (RW-05), and besides."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from config.patient_result import besides, seen
from config.patient_step import Next
from risk.domain.disposition import Disposition
from risk.domain.urgency import Urgency
from tests.unit.config.patient_cases import VISITED, a_case

CLEAR = [{"label": label, "decision": "absent"} for label in "DGCAHMO"]


def told(*codes: str, read: bool = False, assessed: bool = True) -> str:
    eye = {"laterality": "R", "gradability": "gradable", "findings": CLEAR, "read": read}
    grading = {"kind": "grading", "reasons": [(code, "") for code in codes]}
    case: dict[str, Any] = {
        "exam": {"eyes": [eye], "photographs": []},
        "assessment": {"actions": [grading]} if assessed else None,
    }
    with translation.override("en"):
        return next(seen(case))


@pytest.mark.parametrize(
    ("codes", "read", "cleared"),
    [((), False, True), (("RW-05",), False, False), (("RW-05",), True, True)],
)
def test_a_release_on_hold_clears_no_eye_that_nobody_has_read(
    codes: tuple[str, ...], read: bool, cleared: bool
) -> None:
    text = told(*codes, read=read)
    assert ("no sign of an illness" in text) is cleared
    assert ("A person looks at the photograph" in text) is not cleared


def test_before_the_assessment_which_knows_of_a_hold_no_eye_is_cleared() -> None:
    assert told(assessed=False) == "We have not finished looking at your photographs."


@pytest.mark.parametrize(
    ("days", "coming", "said"),
    [(0, Next.MEDICINE_CHECKED, True), (1, Next.MEDICINE_CHECKED, False), (0, Next.APPOINTMENT, False)],
)
def test_beside_another_step_an_appointment_that_is_still_to_come_is_not_forgotten(
    days: int, coming: Next, *, said: bool
) -> None:
    case = a_case(Disposition.MEDICINE, Urgency.URGENT, appointment=0)
    with translation.override("en"):
        told = list(besides(case, coming, today=VISITED + timedelta(days=days)))
    assert ("Also go to the appointment that you have at your eye clinic." in told) is said
