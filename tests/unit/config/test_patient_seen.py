"""What the sheet says of each eye while a release is on hold (RW-05)."""

from typing import Any

import pytest
from django.utils import translation

from config.patient_result import seen

CLEAR = [{"label": label, "decision": "absent"} for label in "DGCAHMO"]


def told(*codes: str, read: bool = False) -> str:
    eye = {"laterality": "R", "gradability": "gradable", "findings": CLEAR, "read": read}
    grading = {"kind": "grading", "reasons": [(code, "") for code in codes]}
    case: dict[str, Any] = {
        "exam": {"eyes": [eye], "photographs": []},
        "assessment": {"actions": [grading]},
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
