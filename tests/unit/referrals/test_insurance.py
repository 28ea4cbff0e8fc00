from dataclasses import replace
from datetime import date, timedelta

import pytest

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.directory import InsuranceClass
from referrals.domain.matching import Need
from tests.unit.referrals.test_matching import NEED, RETINA, STAT, TODAY, hospital, keys, rank

AID, NATIONAL = InsuranceClass.MEDICAL_AID, InsuranceClass.NATIONAL
ON_AID = replace(NEED, insurance=AID)


def codes(need: Need, **changes: object) -> tuple[str, ...]:
    """Why one hospital is passed over; empty where it is a candidate."""
    return tuple(one.reason.code for one in rank(hospital(1, 0.1, **changes), need=need).passed_over)


@pytest.mark.parametrize(
    ("insurance", "taken", "passed_over"),
    [
        (NATIONAL, {NATIONAL, AID}, ()),
        (NATIONAL, {AID}, (rules.REFR_INSURANCE,)),
        (NATIONAL, set(), ()),
        (None, {AID}, ()),
    ],
)
def test_a_hospital_known_not_to_take_the_insurance_is_passed_over(
    insurance: InsuranceClass | None, taken: set[InsuranceClass], passed_over: tuple[str, ...]
) -> None:
    assert codes(replace(NEED, insurance=insurance), insurances=frozenset(taken)) == passed_over


def test_where_it_is_not_known_the_candidate_says_so() -> None:
    (candidate,) = rank(hospital(1, 0.1), need=replace(NEED, insurance=NATIONAL)).candidates
    assert rules.REFR_INSURANCE_UNKNOWN in [reason.code for reason in candidate.reasons]


@pytest.mark.parametrize(
    ("level", "letter_on", "pays"),
    [
        (1, None, True),
        (2, None, False),
        (2, TODAY, True),
        (2, TODAY - timedelta(days=7), True),
        (2, TODAY - timedelta(days=8), False),
        (2, TODAY + timedelta(days=1), False),
        (3, TODAY, False),
        (None, TODAY, False),
        (None, None, False),
    ],
)
def test_medical_aid_goes_up_level_by_level_with_a_letter_in_force(
    level: int | None, letter_on: date | None, pays: bool
) -> None:
    passed_over = codes(replace(ON_AID, letter_on=letter_on), care_level=level)
    assert passed_over == (() if pays else (rules.REFR_MEDICAL_AID,))


def test_other_insurances_know_no_levels() -> None:
    assert codes(replace(NEED, insurance=NATIONAL), care_level=3) == ()


def test_a_same_day_case_goes_to_the_nearest_emergency_whoever_pays() -> None:
    emergency = RETINA | {Capability.EMERGENCY_EYE}
    near = hospital(1, 0.1, capabilities=emergency, care_level=3, insurances=frozenset({NATIONAL}))
    assert keys(rank(near, need=replace(STAT, insurance=AID))) == [1]
