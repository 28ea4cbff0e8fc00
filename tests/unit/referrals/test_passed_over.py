"""Every nearer hospital is told by itself, with its reason, or is in a number; none is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer
from referrals.domain.matching import HospitalProfile, Need
from referrals.domain.passed_over import TOLD_MOST, Counted
from referrals.domain.travel import Place, estimated_km
from risk.domain.disposition import Reason
from tests.unit.referrals.test_matching import HOME, NEED, RETINA, STAT, hospital, rank

HEART = frozenset({Capability.INTERNAL_MEDICINE, Capability.EMERGENCY_MEDICINE})
OF_ANY_KIND = st.lists(
    st.builds(
        HospitalProfile,
        key=st.integers(1, 10_000),
        place=st.builds(Place, st.floats(35.0, 37.0), st.floats(127.0, 129.0)),
        capabilities=st.sampled_from(
            [frozenset(), HEART, RETINA, RETINA | HEART, frozenset({Capability.LASER}), STAT.capabilities]
        ),
        offer=st.builds(Offer, per_week=st.sampled_from([None, 0, 3])),
        eye_department=st.booleans(),
    ),
    max_size=80,
    unique_by=lambda one: one.key,
)


def test_those_without_an_eye_clinic_are_one_number_and_the_others_are_named() -> None:
    match = rank(
        *(hospital(key, 0.01 * key, capabilities=HEART) for key in range(1, 8)),
        hospital(8, 0.1, capabilities=RETINA - {Capability.LASER}),
        hospital(9, 0.3),
    )
    assert [(one.key, one.reason.code) for one in match.passed_over] == [(8, rules.REFR_LACKS)]
    assert match.counted == Counted(not_listed=0, no_eye_clinic=7)
    assert match.counted.reasons == (Reason(rules.REFR_NO_EYE_CLINIC, (("hospitals", "7"),)),)


def test_an_eye_department_that_offers_nothing_is_told_by_itself() -> None:
    match = rank(hospital(1, 0.1, capabilities=frozenset(), eye_department=True), hospital(2, 0.3))
    assert [(one.key, one.reason.code) for one in match.passed_over] == [(1, rules.REFR_LACKS)]


def test_a_hospital_that_said_no_is_told_whatever_it_treats() -> None:
    need = Need(NEED.urgency, NEED.due_by, RETINA, said_no={1: "no-place"})
    match = rank(hospital(1, 0.1, capabilities=HEART), hospital(2, 0.3), need=need)
    assert [(one.key, one.reason.code) for one in match.passed_over] == [(1, rules.REFR_SAID_NO)]
    assert match.counted == Counted()


def test_of_very_many_the_nearest_are_listed_and_the_others_are_a_number() -> None:
    full = (hospital(key, 0.001 * key, offer=Offer(per_week=0)) for key in range(1, TOLD_MOST + 13))
    match = rank(*full, hospital(99, 1.0))
    assert [one.key for one in match.passed_over] == list(range(1, TOLD_MOST + 1))
    assert match.counted.reasons == (Reason(rules.REFR_NOT_LISTED, (("hospitals", "12"),)),)


@pytest.mark.parametrize("need", [NEED, STAT], ids=["urgent", "stat"])
@given(hospitals=OF_ANY_KIND)
def test_every_nearer_hospital_is_a_candidate_or_named_or_counted(
    need: Need, hospitals: list[HospitalProfile]
) -> None:
    match = rank(*hospitals, need=need)
    within = match.best.distance_km if match.best else float("inf")
    nearer = {one.key: one for one in hospitals if estimated_km(HOME, one.place) < within}
    named = [one.key for one in match.passed_over]
    assert len(named) == len(set(named))
    assert set(named) <= nearer.keys()
    assert len(named) + match.counted.not_listed + match.counted.no_eye_clinic == len(nearer)
    left = [nearer[key] for key in nearer.keys() - set(named)]
    assert sum(not one.treats_eyes for one in left) == match.counted.no_eye_clinic
    assert match.counted.not_listed == 0 or len(named) == TOLD_MOST
    listed = [one.distance_km for one in match.passed_over]
    assert listed == sorted(listed)
