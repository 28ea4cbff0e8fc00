from dataclasses import replace
from datetime import date, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import (
    CANDIDATES_SHOWN,
    HospitalProfile,
    Match,
    Need,
    rank_hospitals,
)
from referrals.domain.travel import Place
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

TODAY = date(2026, 11, 25)
HOME = Place(36.0, 128.0)
RETINA = frozenset({Capability.EYE_CLINIC, Capability.OCT, Capability.LASER})
NEED = Need(Urgency.URGENT, TODAY + timedelta(days=14), RETINA)
STAT = Need(Urgency.STAT, TODAY, frozenset({Capability.EYE_CLINIC, Capability.EMERGENCY_EYE}))


def hospital(key: int, degrees_north: float, **changes: object) -> HospitalProfile:
    near = HospitalProfile(key, Place(36.0 + degrees_north, 128.0), RETINA, Offer(per_week=3))
    return replace(near, **changes)


def rank(*hospitals: HospitalProfile, need: Need = NEED) -> Match:
    return rank_hospitals(need, HOME, hospitals, today=TODAY)


def keys(match: Match) -> list[int]:
    return [candidate.key for candidate in match.candidates]


def test_three_candidates_nearest_first_with_an_estimated_distance() -> None:
    match = rank(hospital(1, 0.4), hospital(2, 0.1), hospital(3, 0.3), hospital(4, 0.2))
    assert keys(match) == [2, 4, 3]
    assert [round(candidate.distance_km) for candidate in match.candidates] == [14, 29, 43]
    assert match.passed_over == ()


def test_a_nearer_hospital_without_the_equipment_is_passed_over_and_named() -> None:
    match = rank(hospital(1, 0.1, capabilities=RETINA - {Capability.LASER}), hospital(2, 0.3))
    assert keys(match) == [2]
    (passed,) = match.passed_over
    assert (passed.key, passed.reason.code) == (1, rules.REFR_LACKS)
    assert passed.reason.parameters == (("capabilities", "laser"),)


def test_a_nearer_hospital_without_a_place_in_time_is_passed_over() -> None:
    match = rank(hospital(1, 0.1, offer=Offer(per_week=0)), hospital(2, 0.3))
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_NO_PLACE)]


def test_unknown_capacity_is_not_taken_for_a_free_place() -> None:
    match = rank(hospital(1, 0.1, offer=Offer(per_week=None)), hospital(2, 0.3))
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_PLACES_UNKNOWN)]


def test_a_long_wait_lets_a_farther_hospital_go_first_and_says_so() -> None:
    full = {monday_of(TODAY) + timedelta(weeks=n): WeekPlaces(3, 3) for n in range(2)}
    match = rank(hospital(1, 0.1, offer=Offer(3, full)), hospital(2, 0.3))
    assert keys(match) == [2, 1]
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_COST)]


def test_a_same_day_case_goes_to_the_nearest_emergency_whatever_its_places() -> None:
    emergency = frozenset({Capability.EYE_CLINIC, Capability.EMERGENCY_EYE})
    match = rank(
        hospital(1, 0.1),
        hospital(2, 0.5, capabilities=emergency, offer=Offer(per_week=None)),
        hospital(3, 0.2, capabilities=emergency, offer=Offer(per_week=0)),
        need=STAT,
    )
    assert keys(match) == [3, 2]
    assert match.candidates[0].opening is None
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_LACKS)]


def test_when_none_fits_the_reason_and_the_nearest_refusals_are_there() -> None:
    match = rank(*(hospital(key, key / 10, offer=Offer(per_week=0)) for key in range(1, 9)))
    assert match.best is None
    assert [reason.code for reason in match.reasons] == [rules.REFR_NO_HOSPITAL]
    assert [passed.key for passed in match.passed_over] == list(range(1, 9))


def test_no_hospitals_at_all_is_a_result_too() -> None:
    assert [reason.code for reason in rank().reasons] == [rules.REFR_NO_HOSPITAL]


profiles = st.builds(
    HospitalProfile,
    key=st.integers(1, 10_000),
    place=st.builds(Place, st.floats(33.0, 38.6), st.floats(125.0, 131.0)),
    capabilities=st.frozensets(st.sampled_from(sorted(RETINA | {Capability.EMERGENCY_EYE}))),
    offer=st.builds(Offer, per_week=st.none() | st.integers(0, 3)),
)


@given(
    st.lists(profiles, max_size=12, unique_by=lambda one: one.key),
    st.sampled_from([NEED, STAT, replace(NEED, due_by=TODAY)]),
)
def test_candidates_can_treat_in_time_and_are_in_order_of_cost(
    hospitals: list[HospitalProfile], need: Need
) -> None:
    match = rank(*hospitals, need=need)
    by_key = {one.key: one for one in hospitals}
    assert len(match.candidates) <= CANDIDATES_SHOWN
    assert bool(match.candidates) != bool(match.reasons)
    assert [c.cost for c in match.candidates] == sorted(c.cost for c in match.candidates)
    for candidate in match.candidates:
        assert need.capabilities <= by_key[candidate.key].capabilities
        if need.urgency is not Urgency.STAT:
            assert candidate.opening
            assert by_key[candidate.key].offer.open_in(candidate.opening.monday) > 0


@given(st.lists(profiles, max_size=12, unique_by=lambda one: one.key), st.randoms())
def test_the_order_in_which_hospitals_are_listed_changes_nothing(
    hospitals: list[HospitalProfile], random: object
) -> None:
    shuffled = list(hospitals)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(*hospitals) == rank(*shuffled)


SUNDAYS = Hours(frozenset({OpenSpan(7, 540, 720)}))


def test_a_place_counts_on_the_first_day_on_which_the_hospital_opens() -> None:
    (candidate,) = rank(hospital(1, 0.1, hours=SUNDAYS)).candidates
    assert candidate.opening
    assert candidate.opening.expected_on == date(2026, 11, 29)


def test_a_nearer_hospital_that_does_not_open_in_time_is_passed_over() -> None:
    need = replace(NEED, due_by=TODAY + timedelta(days=2))
    match = rank(hospital(1, 0.1, hours=SUNDAYS), hospital(2, 0.3), need=need)
    assert keys(match) == [2]
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_CLOSED)]


def test_a_deadline_on_a_public_holiday_moves_to_the_next_working_day() -> None:
    friday = TODAY + timedelta(days=2)
    holidays = frozenset({TODAY, TODAY + timedelta(days=1), friday})
    (candidate,) = rank(
        hospital(1, 0.1, hours=Hours(holidays=holidays)), need=replace(NEED, due_by=friday)
    ).candidates
    assert candidate.opening
    assert candidate.opening.expected_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("need", "drawback", "code"),
    [
        ({"language": "vi"}, {"languages": frozenset({"ko"})}, rules.REFR_LANGUAGE),
        ({"wheelchair": True}, {"wheelchair_access": False}, rules.REFR_NO_ACCESS),
        ({"wheelchair": True}, {"wheelchair_access": None}, rules.REFR_ACCESS_UNKNOWN),
        ({"known_at": frozenset({2})}, {}, rules.REFR_KNOWN_ELSEWHERE),
        (
            {},
            {"offer": Offer(10, {monday_of(TODAY): WeekPlaces(10, 9)})},
            rules.REFR_CROWDED,
        ),
    ],
)
def test_what_speaks_most_against_a_nearer_hospital_is_named(
    need: dict[str, object], drawback: dict[str, object], code: str
) -> None:
    good: dict[str, object] = {"languages": frozenset({"vi"}), "wheelchair_access": True}
    match = rank(hospital(1, 0.1, **(good | drawback)), hospital(2, 0.15, **good), need=replace(NEED, **need))
    assert keys(match) == [2, 1]
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, code)]


def test_minutes_of_a_router_count_before_the_straight_line() -> None:
    across_the_bay, by_road = hospital(1, 0.1), hospital(2, 0.3)
    match = rank_hospitals(NEED, HOME, [across_the_bay, by_road], today=TODAY, minutes={1: 190.0, 2: 31.0})
    assert [(c.key, c.routed, c.travel_minutes) for c in match.candidates] == [
        (2, True, 31.0),
        (1, True, 190.0),
    ]
    assert [(p.key, p.reason) for p in match.passed_over] == [
        (1, Reason(rules.REFR_ROAD, (("minutes", "190"),)))
    ]
    assert Reason(rules.REFR_ROAD, (("minutes", "31"),)) in match.candidates[0].reasons
    assert rules.REFR_DISTANCE not in {reason.code for one in match.candidates for reason in one.reasons}


def test_without_minutes_the_estimate_stands_in_and_is_not_called_routed() -> None:
    (candidate,) = rank_hospitals(NEED, HOME, [hospital(1, 0.1)], today=TODAY, minutes={2: 5.0}).candidates
    assert not candidate.routed
    assert candidate.travel_minutes == pytest.approx(candidate.distance_km)


def test_a_hospital_to_which_the_router_knows_no_way_is_passed_over_and_named() -> None:
    match = rank_hospitals(
        NEED, HOME, [hospital(1, 0.1), hospital(2, 0.3)], today=TODAY, minutes={1: inf, 2: 31}
    )
    assert keys(match) == [2]
    assert [(p.key, p.reason.code) for p in match.passed_over] == [(1, rules.REFR_NO_WAY)]


def test_from_an_island_nobody_is_sent_across_the_water_by_an_estimate() -> None:
    match = rank_hospitals(NEED, HOME, [hospital(1, 0.1), hospital(2, 0.3)], today=TODAY, minutes={1: inf})
    assert match.best is None
    assert {p.reason.code for p in match.passed_over} == {rules.REFR_NO_WAY}


@pytest.mark.parametrize(("routed", "best"), [(2, 9), (3, 1)])
def test_an_estimate_ranks_behind_three_ways_that_the_router_knows(routed: int, best: int) -> None:
    known = {key: 100.0 + key for key in range(1, routed + 1)}
    near = [hospital(key, 0.1) for key in known]
    match = rank_hospitals(NEED, HOME, [*near, hospital(9, 0.2)], today=TODAY, minutes=known)
    assert match.best is not None and match.best.key == best


@given(st.lists(profiles, max_size=12, unique_by=lambda one: one.key), st.sampled_from([NEED, STAT]))
def test_a_cost_is_the_sum_of_its_terms_and_none_is_a_reward(
    hospitals: list[HospitalProfile], need: Need
) -> None:
    known = frozenset(one.key for one in hospitals[:1])
    wanting = replace(need, language="vi", wheelchair=True, known_at=known)
    for candidate in rank(*hospitals, need=wanting).candidates:
        assert all(term.minutes >= 0 for term in candidate.terms)
        assert candidate.cost == pytest.approx(sum(term.minutes for term in candidate.terms))
