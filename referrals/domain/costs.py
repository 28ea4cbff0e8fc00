"""What a hospital costs a person, in minutes of travel: the one scale on which everything soft is weighed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from referrals.domain import rules
from risk.domain.urgency import Urgency

if TYPE_CHECKING:
    from referrals.domain.capacity import Opening
    from referrals.domain.matching import HospitalProfile, Need

# Using up the whole window weighs as much as this many minutes (REFR-15). All weights are product policy.
WINDOW_MINUTES: Final = 60.0
CROWDED_MINUTES: Final = 15.0
UNKNOWN_THERE_MINUTES: Final = 15.0
LANGUAGE_MINUTES: Final = 30.0
NO_ACCESS_MINUTES: Final = 60.0
ACCESS_UNKNOWN_MINUTES: Final = 30.0

# Spoken at every hospital there, so that only another language is asked for (REFR-38).
LANGUAGE_OF_COUNTRY: Final = {"KR": "ko", "IN": "en"}


class Term(NamedTuple):
    """One part of a cost, by the rule that weighs it."""

    rule_id: str
    minutes: float


def wait_minutes(wait_days: int, need: Need, today: date) -> float:
    """The share of the window that a wait uses up, in minutes (REFR-15)."""
    return WINDOW_MINUTES * wait_days / max(1, (need.due_by - today).days)


def crowded_minutes(hospital: HospitalProfile, monday: date) -> float:
    """The taken share of a week's places, in minutes (REFR-36)."""
    return CROWDED_MINUTES * hospital.offer.taken_share(monday)


def terms_of(
    need: Need, hospital: HospitalProfile, *, travel: float, opening: Opening | None, wait: float
) -> tuple[Term, ...]:
    """Every part of what this hospital costs this person; their sum ranks it. `travel` and `wait` are minutes.

    Source: facts 3.3 (soft costs); rules REFR-15 and REFR-35 to REFR-40.
    """
    return (
        Term(rules.REFR_ROAD, travel),
        Term(rules.REFR_COST, wait),
        Term(rules.REFR_CROWDED, crowded_minutes(hospital, opening.monday) if opening else 0.0),
        Term(rules.REFR_KNOWN, _unknown_there(need, hospital)),
        Term(rules.REFR_LANGUAGE, _language(need, hospital)),
        *_access(need, hospital),
    )


def _unknown_there(need: Need, hospital: HospitalProfile) -> float:
    """Nothing for a same-day case: an emergency knows whoever comes."""
    if need.urgency is Urgency.STAT or not need.known_at or hospital.key in need.known_at:
        return 0.0
    return UNKNOWN_THERE_MINUTES


def _language(need: Need, hospital: HospitalProfile) -> float:
    return LANGUAGE_MINUTES if need.language and need.language not in hospital.languages else 0.0


def _access(need: Need, hospital: HospitalProfile) -> tuple[Term, Term]:
    asked = need.wheelchair
    return (
        Term(
            rules.REFR_NO_ACCESS, NO_ACCESS_MINUTES if asked and hospital.wheelchair_access is False else 0.0
        ),
        Term(
            rules.REFR_ACCESS_UNKNOWN,
            ACCESS_UNKNOWN_MINUTES if asked and hospital.wheelchair_access is None else 0.0,
        ),
    )
