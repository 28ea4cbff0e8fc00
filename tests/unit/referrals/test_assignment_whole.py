"""A whole camp day against brute force, which knows of no slot: only what the ranking says of a person and a week."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.assignment import TIERS, CampPatient, Plan, assign_camp
from referrals.domain.assignment_gains import gains_of_more_places
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import HospitalProfile, rank_hospitals
from referrals.domain.travel import Place
from risk.domain.urgency import Urgency
from tests.unit.referrals.test_assignment import RETINA, ROUTINE, STAT, TODAY, URGENT, any_hospital, any_need

MONDAYS = tuple(monday_of(TODAY) + timedelta(weeks=week) for week in range(4))
FULL = WeekPlaces(0, 0)
EVERY_DAY = Hours(frozenset(OpenSpan(day, 0, 1440) for day in range(1, 9)))

people_of_a_day = st.lists(
    st.builds(
        CampPatient,
        key=st.integers(1, 1000),
        need=st.one_of(any_need, st.sampled_from([URGENT, ROUTINE, replace(STAT, capabilities=RETINA)])),
        place=st.builds(Place, st.floats(35.5, 36.5), st.floats(127.5, 128.5)),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.key,
)
two_hospitals = st.tuples(any_hospital(0), any_hospital(1))


def only_in(hospital: HospitalProfile, monday: date) -> HospitalProfile:
    """The hospital with that week as it is and every other one full."""
    offer = hospital.offer
    this = (
        WeekPlaces(offer.weeks[monday].places, offer.weeks[monday].taken) if monday in offer.weeks else None
    )
    usual = this or WeekPlaces(offer.per_week or 0, 0)
    weeks: Mapping[date, WeekPlaces] = dict.fromkeys(MONDAYS, FULL) | {monday: usual}
    return replace(hospital, offer=Offer(0, weeks))


def choices_of(hospitals: tuple[HospitalProfile, ...]) -> Iterator[tuple[HospitalProfile, int]]:
    """Each hospital in each week, and how many it takes then."""
    for hospital, monday in product(hospitals, MONDAYS):
        yield only_in(hospital, monday), hospital.offer.open_in(monday)


def cost(one: CampPatient, hospital: HospitalProfile) -> float:
    best = rank_hospitals(one.need, one.place, [hospital], today=TODAY).best
    return best.cost if best else inf


def best_of_tier(people: list[CampPatient], hospitals: tuple[HospitalProfile, ...]) -> tuple[int, float]:
    """(people left out, sum of costs) of the best of all choices."""
    stat = people[0].need.urgency is Urgency.STAT
    open_to = [(one, len(people)) for one in hospitals] if stat else list(choices_of(hospitals))
    costs = [[cost(one, hospital) for hospital, _ in open_to] for one in people]
    return min(
        (chosen.count(None), sum(costs[row][at] for row, at in enumerate(chosen) if at is not None))
        for chosen in product(
            *(
                [None, *(at for at in range(len(open_to)) if costs[row][at] < inf)]
                for row in range(len(people))
            )
        )
        if all(chosen.count(at) <= places for at, (_, places) in enumerate(open_to))
    )


def worth(plan: Plan, keys: set[int]) -> tuple[int, float]:
    costs = [one.cost for one in plan.assigned if one.patient in keys]
    return len(keys) - len(costs), sum(costs)


@given(people_of_a_day, two_hospitals)
def test_no_plan_of_the_day_is_better_in_any_tier(
    people: list[CampPatient], hospitals: tuple[HospitalProfile, ...]
) -> None:
    plan = assign_camp(people, dict.fromkeys(TIERS, hospitals), today=TODAY)
    everybody = [one.patient for one in (*plan.assigned, *plan.unassigned)]
    assert sorted(everybody) == sorted(one.key for one in people)
    for tier in TIERS:
        of_tier = [one for one in people if one.need.urgency is tier]
        if of_tier:
            keys = {one.key for one in of_tier}
            assert worth(plan, keys) == pytest.approx(best_of_tier(of_tier, hospitals))


def with_more(hospitals: tuple[HospitalProfile, ...], key: int, places: int) -> tuple[HospitalProfile, ...]:
    """Beside the hospital another like it, open every day, with as many places this week."""
    like = next(one for one in hospitals if one.key == key)
    offer = Offer(0, {monday_of(TODAY): WeekPlaces(places, 0)})
    return (*hospitals, replace(like, key=99, offer=offer, hours=EVERY_DAY))


@given(people_of_a_day, two_hospitals, st.sampled_from([1, 4]))
def test_what_more_places_are_said_to_change_is_what_planning_with_them_changes(
    people: list[CampPatient], hospitals: tuple[HospitalProfile, ...], places: int
) -> None:
    open_to = dict.fromkeys(TIERS, hospitals)
    plan = assign_camp(people, open_to, today=TODAY)
    said = {
        (one.hospital, one.urgency): one.people
        for one in gains_of_more_places(plan, people, open_to, today=TODAY)
    }
    for hospital, tier in product(hospitals, TIERS[1:]):
        more = dict(open_to) | {tier: with_more(hospitals, hospital.key, places)}
        again = assign_camp(people, more, today=TODAY)
        gained = len(again.assigned) - len(plan.assigned)
        assert gained == min(places, said.get((hospital.key, tier), 0))
