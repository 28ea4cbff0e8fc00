"""Whether an insurance pays at a hospital. Source: facts 3.3; rules REFR-32 to REFR-34."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from referrals.domain import rules
from referrals.domain.directory import InsuranceClass
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

if TYPE_CHECKING:
    from referrals.domain.matching import HospitalProfile, Need

# Days in which the letter of a first-level institution must be handed in (facts 3.3 [V]).
LETTER_DAYS: Final = 7
FIRST_LEVEL: Final = 1
SECOND_LEVEL: Final = 2


def why_not_paid(need: Need, hospital: HospitalProfile, expected_on: date) -> Reason | None:
    """Why the person would pay everything there; None where the insurance pays or nothing is known of it.

    A same-day case goes to the nearest emergency whatever its insurance. Source: facts 3.3.
    """
    if need.urgency is Urgency.STAT or need.insurance is None:
        return None
    if hospital.insurances and need.insurance not in hospital.insurances:
        return Reason(rules.REFR_INSURANCE)
    if need.insurance is InsuranceClass.MEDICAL_AID and not _level_allowed(need, hospital, expected_on):
        return Reason(rules.REFR_MEDICAL_AID)
    return None


def _level_allowed(need: Need, hospital: HospitalProfile, expected_on: date) -> bool:
    """First level always, second with a letter in force; an unknown level may be the third."""
    if hospital.care_level == FIRST_LEVEL:
        return True
    return hospital.care_level == SECOND_LEVEL and _letter_holds(need.letter_on, expected_on)


def _letter_holds(letter_on: date | None, expected_on: date) -> bool:
    return letter_on is not None and 0 <= (expected_on - letter_on).days <= LETTER_DAYS
