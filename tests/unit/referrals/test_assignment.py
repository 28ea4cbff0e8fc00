"""A camp day's plan is the best there is; brute force says so on small days."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain import rules
from referrals.domain.assignment import TIERS, CampPatient, Hospitals, Plan, assign_camp, cheapest
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.directory import InsuranceClass
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import HospitalProfile, Need, rank_hospitals
from referrals.domain.travel import Place
from risk.domain.urgency import Urgency

TODAY = date(2026, 11, 25)  # a Wednesday
RETINA = frozenset({Capability.EYE_CLINIC, Capability.LASER})
EMERGENCY = frozenset({Capability.EYE_CLINIC, Capability.EMERGENCY_EYE})
URGENT = Need(Urgency.URGENT, TODAY + timedelta(days=14), RETINA)
ROUTINE = replace(URGENT, urgency=Urgency.ROUTINE)
CLOSED_THIS_WEEK = Hours(closed_on=frozenset(TODAY + timedelta(days=ahead) for ahead in range(5)))
STAT = Need(Urgency.STAT, TODAY, EMERGENCY)


def patient(key: int, degrees_north: float = 0.0, need: Need = URGENT) -> CampPatient:
    return CampPatient(key, need, Place(36.0 + degrees_north, 128.0))


def hospital(key: int, degrees_north: float, places: int | None = 1, **more: object) -> HospitalProfile:
    this_week = Offer(0, {monday_of(TODAY): WeekPlaces(places, 0)}) if places is not None else Offer(None)
    return replace(HospitalProfile(key, Place(36.0 + degrees_north, 128.0), RETINA, this_week), **more)


def same_for_all(*hospitals: HospitalProfile) -> Hospitals:
    """Places of every urgency."""
    return dict.fromkeys(TIERS, hospitals)


def where(plan: Plan) -> dict[int, int]:
    return {one.patient: one.slot.hospital.key for one in plan.assigned}


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


@pytest.mark.parametrize("need", [URGENT, replace(STAT, capabilities=RETINA)])
def test_a_hospital_that_said_no_is_not_planned_again_and_says_so(need: Need) -> None:
    again = patient(1, need=replace(need, said_no={1: "laser broken"}))
    near_and_far = same_for_all(hospital(1, 0.0), hospital(2, 0.5))
    assert where(assign_camp([again], near_and_far, today=TODAY)) == {1: 2}
    (left,) = assign_camp([again], same_for_all(hospital(1, 0.0)), today=TODAY).unassigned
    assert (left.reason.code, left.reason.parameters) == (
        rules.REFR_SAID_NO,
        (("reason", "laser broken"),),
    )


def test_nobody_is_left_out_to_save_the_others_a_way() -> None:
    far_but_free = same_for_all(hospital(1, 0.0), hospital(2, 3.0))
    plan = assign_camp([patient(1), patient(2, 0.1)], far_but_free, today=TODAY)
    assert (where(plan), plan.unassigned) == ({1: 1, 2: 2}, ()) or where(plan) == {1: 2, 2: 1}


def test_the_sum_of_ways_is_least_and_not_each_ones_own() -> None:
    plan = assign_camp(
        [patient(1, 0.0), patient(2, 0.1)], same_for_all(hospital(1, 0.1), hospital(2, -0.3)), today=TODAY
    )
    assert where(plan) == {1: 2, 2: 1}


def test_the_more_urgent_choose_first_even_where_all_would_fit_better_otherwise() -> None:
    everybody = [patient(1, 0.0, ROUTINE), patient(2, 0.1, URGENT)]
    near, far = hospital(1, 0.0), hospital(2, 2.0)
    open_to = {Urgency.URGENT: [near], Urgency.ROUTINE: [near, far]}
    assert where(assign_camp(everybody, open_to, today=TODAY))[2] == 1


def test_an_emergency_goes_where_emergencies_are_taken_however_many_come() -> None:
    open_all_night = hospital(1, 1.0, None, capabilities=EMERGENCY)
    plan = assign_camp(
        [patient(key, need=STAT) for key in (1, 2, 3)], same_for_all(open_all_night), today=TODAY
    )
    assert where(plan) == {1: 1, 2: 1, 3: 1}
    assert {one.slot.monday for one in plan.assigned} == {None}


@pytest.mark.parametrize(
    ("hospitals", "reason"),
    [
        ([hospital(1, 0.1, capabilities=EMERGENCY)], rules.REFR_NO_HOSPITAL),
        ([hospital(1, 0.1, None)], rules.REFR_PLACES_UNKNOWN),
        ([hospital(1, 0.1, 0)], rules.REFR_NO_PLACE),
        ([hospital(1, 0.1, None), hospital(2, 0.2, 0)], rules.REFR_NO_PLACE),
        ([hospital(1, 0.1, hours=CLOSED_THIS_WEEK)], rules.REFR_CLOSED),
    ],
)
def test_whoever_goes_nowhere_is_told_why(hospitals: list[HospitalProfile], reason: str) -> None:
    assert why(assign_camp([patient(1)], same_for_all(*hospitals), today=TODAY)) == {1: reason}


def test_nobody_is_sent_where_their_insurance_does_not_pay_in_that_week() -> None:
    aided = replace(URGENT, insurance=InsuranceClass.MEDICAL_AID, letter_on=TODAY)
    second_level = hospital(1, 0.0, care_level=2)
    with_letter = assign_camp([patient(1, need=aided)], same_for_all(second_level), today=TODAY)
    without = assign_camp(
        [patient(1, need=replace(aided, letter_on=None))], same_for_all(second_level), today=TODAY
    )
    assert (where(with_letter), why(without)) == ({1: 1}, {1: rules.REFR_MEDICAL_AID})


def test_a_person_in_a_wheelchair_goes_where_it_gets_in_and_the_other_makes_room() -> None:
    steps, ramp = hospital(1, 0.0, wheelchair_access=False), hospital(2, 0.2, wheelchair_access=True)
    both = [patient(1, need=replace(URGENT, wheelchair=True)), patient(2, 0.2)]
    assert where(assign_camp(both, same_for_all(steps, ramp), today=TODAY)) == {1: 2, 2: 1}


def test_a_place_is_of_a_day_on_which_the_hospital_opens() -> None:
    fridays = Hours(frozenset({OpenSpan(5, 540, 1080)}))
    plan = assign_camp([patient(1)], same_for_all(hospital(1, 0.0, hours=fridays)), today=TODAY)
    assert [one.slot.expected_on for one in plan.assigned] == [date(2026, 11, 27)]


def test_whoever_comes_after_the_places_are_gone_is_told_that_others_took_them() -> None:
    plan = assign_camp([patient(1, 0.0), patient(2, 0.1)], same_for_all(hospital(1, 0.0)), today=TODAY)
    assert (where(plan), why(plan)) == ({1: 1}, {2: rules.REFR_CAMP_FULL})


@st.composite
def any_hospital(draw: st.DrawFn, key: int) -> HospitalProfile:
    days = draw(st.frozensets(st.integers(1, 7), max_size=3))
    return hospital(
        key,
        draw(st.floats(-1, 1)),
        offer=Offer(draw(st.integers(0, 3)), {monday_of(TODAY): WeekPlaces(3, draw(st.integers(0, 3)))}),
        hours=Hours(frozenset(OpenSpan(day, 540, 1080) for day in days)),
        insurances=draw(st.frozensets(st.sampled_from(InsuranceClass))),
        care_level=draw(st.sampled_from([None, 1, 2, 3])),
        languages=draw(st.frozensets(st.sampled_from(["ko", "en", "vi"]))),
        wheelchair_access=draw(st.sampled_from([None, True, False])),
    )


any_need = st.builds(
    replace,
    st.just(URGENT),
    due_by=st.dates(TODAY, TODAY + timedelta(days=20)),
    insurance=st.sampled_from([None, *InsuranceClass]),
    letter_on=st.sampled_from([None, TODAY]),
    language=st.sampled_from(["", "vi"]),
    wheelchair=st.booleans(),
    known_at=st.frozensets(st.integers(0, 4)),
)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*map(any_hospital, range(n)))), any_need)
def test_one_person_alone_goes_whenever_the_ranking_has_somebody_and_for_no_more(
    hospitals: tuple[HospitalProfile, ...], need: Need
) -> None:
    best = rank_hospitals(need, Place(36.0, 128.0), hospitals, today=TODAY).best
    plan = assign_camp([patient(1, need=need)], same_for_all(*hospitals), today=TODAY)
    if best is None:
        assert plan.assigned == ()
    else:
        assert plan.assigned[0].cost <= best.cost + 1e-9
