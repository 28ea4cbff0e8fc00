"""Every number by which a hospital is found; each stands here a second time on purpose."""

from datetime import date, timedelta

import pytest

from referrals import domain
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.deadlines import due_by, first_working_day_from, too_far
from referrals.domain.directory import InsuranceClass
from referrals.domain.insurance import why_not_paid
from referrals.domain.matching import Need
from referrals.domain.silence import Step
from referrals.domain.travel import Place, estimated_km, estimated_minutes, straight_km
from risk.domain.urgency import Urgency
from tests.unit.numbers_of_rules import literals_in, numbers_in, unexplained
from tests.unit.referrals.test_matching import NEED, RETINA, TODAY, hospital, rank
from tests.unit.thresholds import Side, Threshold

NUMBERS = numbers_in(domain)
MONDAY = date(2026, 11, 23)
DUE_DAYS = {Urgency.STAT: 0, Urgency.ASAP: 1, Urgency.URGENT: 14, Urgency.ROUTINE: 91}


def fit(count: int) -> int:
    """How many of so many hospitals that fit are candidates."""
    return len(rank(*(hospital(key, 0.1 * key) for key in range(1, count + 1))).candidates)


def passed_over(count: int) -> int:
    """How many of so many nearer hospitals without a place are named."""
    full = (hospital(key, 0.01 * key, offer=Offer(per_week=0)) for key in range(1, count + 1))
    return len(rank(*full, hospital(99, 1.0)).passed_over)


def pays(level: int | None, *, letter_on: date | None) -> bool:
    """Whether medical aid pays at a hospital of that level, with a letter of that day."""
    need = Need(NEED.urgency, NEED.due_by, RETINA, insurance=InsuranceClass.MEDICAL_AID, letter_on=letter_on)
    return why_not_paid(need, hospital(1, 0.1, care_level=level), TODAY) is None


def letter_is_good_after(days: int) -> bool:
    return pays(2, letter_on=TODAY - timedelta(days=days))


def meant_within(seconds: float) -> bool:
    return not too_far(TODAY + timedelta(seconds=seconds), today=TODAY)


THRESHOLDS = [
    Threshold("matching.CANDIDATES_SHOWN", 3, 1, Side.UP_TO, lambda count: fit(count) == count),
    Threshold("passed_over.TOLD_MOST", 50, 1, Side.UP_TO, lambda count: passed_over(count) == count),
    Threshold("insurance.LETTER_DAYS", 7, 1, Side.UP_TO, letter_is_good_after),
    Threshold("deadlines.FARTHEST", 730 * 86_400.0, 86_400.0, Side.UP_TO, meant_within),
    Threshold("insurance.SECOND_LEVEL", 2, 1, Side.UP_TO, lambda level: pays(level, letter_on=TODAY)),
    Threshold(
        "deadlines.SATURDAY",
        5,
        1,
        Side.FROM,
        lambda weekday: first_working_day_from(MONDAY + timedelta(weekday)) == MONDAY + timedelta(weeks=1),
    ),
]
MEASURED = {f"deadlines.DUE_DAYS.{urgency}" for urgency in DUE_DAYS} | {
    "costs.WINDOW_MINUTES",
    "costs.CROWDED_MINUTES",
    "costs.UNKNOWN_THERE_MINUTES",
    "costs.LANGUAGE_MINUTES",
    "costs.NO_ACCESS_MINUTES",
    "costs.ACCESS_UNKNOWN_MINUTES",
    "travel.ROAD_KMH",
    "travel.ROAD_FACTOR",
    "contact.MISSED_TO_PHYSICIAN",
    *(f"silence.ALLOWED.{step}.{urgency}" for step in Step for urgency in Urgency),
    *(f"silence.AGAIN.{urgency}" for urgency in Urgency),
    *(f"contact.TRY_AGAIN.{urgency}" for urgency in Urgency),
}
EXEMPT = {
    r"insurance\.FIRST_LEVEL": "the lowest there is: test_insurance.py asks for every level",
    r"directory\.CARE_LEVELS\..*": "HIRA's table: test_sources.py asks for every level",
    r"hours\.(DAY_MINUTES|HOLIDAY)": "the minutes of a day and e-Gen's number: test_hours.py",
    r"silence\.(HOUR|DAY)": "units of time",
    r"travel\.EARTH_RADIUS_KM": "the earth's: test_travel.py compares known distances",
}
# Days of a week; degrees.
LITERALS = {
    "assignment_slots": {7},
    "capacity": {6, 7},
    "deadlines": {7},
    "hours": {6},
    "travel": {2, 60, 90, 180},
}


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=str)
def test_a_match_changes_exactly_at_its_limit(threshold: Threshold) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


@pytest.mark.parametrize("urgency", Urgency)
def test_without_a_date_the_days_of_the_urgency_count(urgency: Urgency) -> None:
    days = (due_by(urgency, requested_on=TODAY, given=None) - TODAY).days
    assert days == NUMBERS[f"deadlines.DUE_DAYS.{urgency}"] == DUE_DAYS[urgency]


def test_waiting_out_the_whole_window_weighs_as_much_as_an_hour_of_travel() -> None:
    full_this_week = Offer(3, {monday_of(TODAY): WeekPlaces(3, 3)})
    need = Need(NEED.urgency, TODAY + timedelta(days=5), RETINA)  # the next Monday, its first place
    (late,) = rank(hospital(1, 0.1, offer=full_this_week), need=need).candidates
    assert late.wait_days == 5
    assert late.cost - late.distance_km == pytest.approx(NUMBERS["costs.WINDOW_MINUTES"]) == 60.0


def test_a_road_is_longer_than_the_straight_line() -> None:
    one, other = Place(36.0, 128.0), Place(36.4, 128.3)
    factor = estimated_km(one, other) / straight_km(one, other)
    assert factor == pytest.approx(NUMBERS["travel.ROAD_FACTOR"]) == 1.3


def test_an_hour_is_as_many_estimated_kilometres_as_a_car_drives() -> None:
    assert estimated_minutes(NUMBERS["travel.ROAD_KMH"]) == pytest.approx(60.0)
    assert NUMBERS["travel.ROAD_KMH"] == 60.0


EXTRA = Need(NEED.urgency, NEED.due_by, RETINA, language="vi", wheelchair=True, known_at=frozenset({2}))
IDEAL = {"languages": frozenset({"vi"}), "wheelchair_access": True}
WEIGHTS = [
    ("costs.LANGUAGE_MINUTES", 30.0, 2, {"languages": frozenset()}),
    ("costs.NO_ACCESS_MINUTES", 60.0, 2, {"wheelchair_access": False}),
    ("costs.ACCESS_UNKNOWN_MINUTES", 30.0, 2, {"wheelchair_access": None}),
    ("costs.UNKNOWN_THERE_MINUTES", 15.0, 3, {}),
    ("costs.CROWDED_MINUTES", 15.0, 2, {"offer": Offer(3, {monday_of(TODAY): WeekPlaces(1000, 999)})}),
]


@pytest.mark.parametrize(("name", "minutes", "key", "changes"), WEIGHTS, ids=lambda value: str(value))
def test_each_drawback_weighs_as_many_minutes_of_travel_as_the_table_says(
    name: str, minutes: float, key: int, changes: dict[str, object]
) -> None:
    (ideal,) = rank(hospital(2, 0.1, **IDEAL), need=EXTRA).candidates
    (worse,) = rank(hospital(key, 0.1, **(IDEAL | changes)), need=EXTRA).candidates
    assert worse.cost - ideal.cost == pytest.approx(minutes, rel=0.01)
    assert NUMBERS[name] == minutes


def test_every_number_of_the_rules_is_asked_about() -> None:
    assert unexplained(domain, MEASURED | {one.name for one in THRESHOLDS}, EXEMPT) == set()
    assert literals_in(domain) == LITERALS
