"""A camp day's plan is the best there is; brute force says so on small days."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain import rules
from referrals.domain.assignment import CampHospital, CampPatient, Plan, assign_camp, cheapest
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.matching import HospitalProfile, Need, rank_hospitals
from referrals.domain.travel import Place
from risk.domain.urgency import Urgency

TODAY = date(2026, 11, 25)  # a Wednesday
RETINA = frozenset({Capability.EYE_CLINIC, Capability.LASER})
EMERGENCY = frozenset({Capability.EYE_CLINIC, Capability.EMERGENCY_EYE})
URGENT = Need(Urgency.URGENT, TODAY + timedelta(days=14), RETINA)
ROUTINE = replace(URGENT, urgency=Urgency.ROUTINE)
STAT = Need(Urgency.STAT, TODAY, EMERGENCY)


def patient(key: int, degrees_north: float = 0.0, need: Need = URGENT) -> CampPatient:
    return CampPatient(key, need, Place(36.0 + degrees_north, 128.0))


def hospital(key: int, degrees_north: float, places: int | None = 1, **more: object) -> CampHospital:
    this_week = Offer(0, {monday_of(TODAY): WeekPlaces(places, 0)}) if places is not None else Offer(None)
    offers = {Urgency.URGENT: this_week, Urgency.ROUTINE: this_week}
    at = Place(36.0 + degrees_north, 128.0)
    return replace(CampHospital(key, at, RETINA, offers), **more)


def where(plan: Plan) -> dict[int, int]:
    return {one.patient: one.slot.hospital for one in plan.assigned}


def why(plan: Plan) -> dict[int, str]:
    return {one.patient: one.reason.code for one in plan.unassigned}


costs_and_places = st.integers(1, 4).flatmap(
    lambda columns: st.tuples(
        st.lists(
            st.lists(st.one_of(st.integers(0, 20), st.just(np.inf)), min_size=columns, max_size=columns),
            min_size=1,
            max_size=5,
        ),
        st.lists(st.integers(0, 3), min_size=columns, max_size=columns),
    )
)


def best_by_brute_force(costs: np.ndarray, places: list[int]) -> tuple[int, float]:
    """(rows left out, sum of costs) of the best of all choices."""
    choices = product([None, *range(len(places))], repeat=len(costs))
    fit = (one for one in choices if all(one.count(at) <= free for at, free in enumerate(places)))
    return min(worth for worth in (_worth(costs, one) for one in fit) if np.isfinite(worth[1]))


def _worth(costs: np.ndarray, chosen: tuple[int | None, ...] | list[int | None]) -> tuple[int, float]:
    return chosen.count(None), sum(costs[row, at] for row, at in enumerate(chosen) if at is not None)


@given(costs_and_places)
def test_no_other_choice_takes_more_people_or_as_many_for_less(given_: tuple) -> None:
    costs, places = np.array(given_[0], dtype=float), given_[1]
    chosen = cheapest(costs, places)
    assert all(chosen.count(at) <= free for at, free in enumerate(places))
    assert _worth(costs, chosen) == pytest.approx(best_by_brute_force(costs, places))


def test_nobody_is_left_out_to_save_the_others_a_way() -> None:
    far_but_free = [hospital(1, 0.0), hospital(2, 3.0)]
    plan = assign_camp([patient(1), patient(2, 0.1)], far_but_free, today=TODAY)
    assert (where(plan), plan.unassigned) == ({1: 1, 2: 2}, ()) or where(plan) == {1: 2, 2: 1}


def test_the_sum_of_ways_is_least_and_not_each_ones_own() -> None:
    plan = assign_camp([patient(1, 0.0), patient(2, 0.1)], [hospital(1, 0.1), hospital(2, -0.3)], today=TODAY)
    assert where(plan) == {1: 2, 2: 1}


def test_the_more_urgent_choose_first_even_where_all_would_fit_better_otherwise() -> None:
    everybody = [patient(1, 0.0, ROUTINE), patient(2, 0.1, URGENT)]
    both = Offer(0, {monday_of(TODAY): WeekPlaces(1, 0)})
    near = hospital(1, 0.0, offers={Urgency.URGENT: both, Urgency.ROUTINE: both})
    far = hospital(2, 2.0, offers={Urgency.URGENT: Offer(0), Urgency.ROUTINE: both})
    assert where(assign_camp(everybody, [near, far], today=TODAY))[2] == 1


def test_an_emergency_goes_where_emergencies_are_taken_however_many_come() -> None:
    open_all_night = hospital(1, 1.0, None, capabilities=EMERGENCY)
    plan = assign_camp([patient(key, need=STAT) for key in (1, 2, 3)], [open_all_night], today=TODAY)
    assert where(plan) == {1: 1, 2: 1, 3: 1}
    assert {one.slot.monday for one in plan.assigned} == {None}


@pytest.mark.parametrize(
    ("hospitals", "reason"),
    [
        ([hospital(1, 0.1, capabilities=EMERGENCY)], rules.REFR_NO_HOSPITAL),
        ([hospital(1, 0.1, None)], rules.REFR_PLACES_UNKNOWN),
        ([hospital(1, 0.1, 0)], rules.REFR_NO_PLACE),
    ],
)
def test_whoever_goes_nowhere_is_told_why(hospitals: list[CampHospital], reason: str) -> None:
    assert why(assign_camp([patient(1)], hospitals, today=TODAY)) == {1: reason}


def test_whoever_comes_after_the_places_are_gone_is_told_that_others_took_them() -> None:
    plan = assign_camp([patient(1, 0.0), patient(2, 0.1)], [hospital(1, 0.0)], today=TODAY)
    assert (where(plan), why(plan)) == ({1: 1}, {2: rules.REFR_CAMP_FULL})


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=5), st.integers(0, 4))
def test_one_person_alone_gets_the_first_of_the_ranking(places: list[float], weekly: int) -> None:
    camp = [
        CampHospital(key, Place(36.0 + north, 128.0), RETINA, {Urgency.URGENT: Offer(weekly)})
        for key, north in enumerate(places)
    ]
    profiles: list[HospitalProfile] = [one.profile(Urgency.URGENT) for one in camp]
    best = rank_hospitals(URGENT, Place(36.0, 128.0), profiles, today=TODAY).best
    plan = assign_camp([patient(1)], camp, today=TODAY)
    assert [one.cost for one in plan.assigned] == ([] if best is None else [pytest.approx(best.cost)])
