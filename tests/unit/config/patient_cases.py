"""Cases as `config.case.case_outcome` describes them, in every disposition, urgency and state."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from referrals.domain.status import ReferralStatus
from risk.domain.disposition import Disposition
from risk.domain.urgency import Urgency

VISITED = date(2026, 11, 24)
MEDICINE_STATES = (None, "proposed", "needs-pharmacist", "authorised", "refused", "cancelled")
REFERRAL_STATES = (None, *ReferralStatus)


def after(days: int) -> str:
    return (VISITED + timedelta(days=days)).isoformat()


def a_case(
    disposition: Disposition | None,
    urgency: Urgency,
    *,
    referral: ReferralStatus | None = None,
    medicine: str | None = None,
    due_in: int = 14,
    looks: int | None = None,
    appointment: int | None = None,
    red_flags: list[str] | None = None,
) -> dict[str, Any]:
    due = {
        "referral": due_in if disposition == Disposition.REFER else None,
        "repeat-imaging": 28 if disposition == Disposition.REPEAT_IMAGING else None,
        "grading": looks,
        "keep-appointment": appointment,
        "recall": 365,
    }
    actions = [
        {"kind": kind, "urgency": str(urgency), "due_by": after(days), "reasons": []}
        for kind, days in due.items()
        if days is not None
    ]
    return {
        "exam": {"status": "resulted", "eyes": [], "photographs": []},
        "red_flags": red_flags or [],
        "assessment": disposition
        and {"disposition": str(disposition), "urgency": str(urgency), "actions": actions},
        "referral": referral
        and {
            "status": str(referral),
            "due_by": after(due_in),
            "hospital": "Hill Hospital",
            "follow_up": None,
        },
        "medicine": medicine
        and {"status": medicine, "medicine": "carmellose-0.5-unit-dose", "follow_up": None},
        "recall": {"due_by": after(365)},
    }


def every_case() -> Iterator[dict[str, Any]]:
    """Disposition × urgency × what a person has made of it so far, and the visits without a result."""
    for disposition, urgency in product(Disposition, Urgency):
        for referral in REFERRAL_STATES if disposition == Disposition.REFER else (None,):
            for medicine in MEDICINE_STATES:
                yield a_case(disposition, urgency, referral=referral, medicine=medicine)
        yield a_case(disposition, urgency, looks=3, appointment=1)
    yield a_case(None, Urgency.ROUTINE)
    yield a_case(None, Urgency.ROUTINE, red_flags=["sudden-vision-loss"])
    yield a_case(None, Urgency.ROUTINE, red_flags=["white-pupil-in-child"])
