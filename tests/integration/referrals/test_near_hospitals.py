"""Out of many hospitals the same three as if all were read, by the index."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records.actor import Actor
from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.directory import InsuranceClass
from referrals.domain.matching import Need, rank_hospitals
from referrals.domain.passed_over import TOLD_MOST, Counted
from referrals.domain.travel import Place
from referrals.models import (
    ClosedDay,
    Hospital,
    HospitalCapability,
    HospitalInsurance,
    HospitalLanguage,
    HospitalSpecialty,
    OpeningHours,
    WeeklyOffer,
)
from referrals.near_selectors import (
    NEAREST_OF_ALL,
    candidates_near,
    hospitals_listed,
    hospitals_near,
)
from referrals.nearer_selectors import hospitals_nearer
from referrals.profile_selectors import profiles_of_country
from risk.domain.urgency import Urgency
from tests.integration.referrals.cast import CLINIC, TODAY, hospital

RETINA = frozenset({Capability.EYE_CLINIC, Capability.OCT})
NEED = Need(Urgency.URGENT, TODAY + timedelta(days=14), RETINA)
NEEDS = [
    NEED,
    replace(NEED, language="vi", wheelchair=True),
    replace(NEED, insurance=InsuranceClass.MEDICAL_AID, letter_on=TODAY),
    replace(NEED, due_by=TODAY),
    Need(Urgency.STAT, TODAY, RETINA),
]


@pytest.fixture
def many(db: None) -> list[Hospital]:
    """Six hundred made-up hospitals all over the country; every third can treat a retina."""
    dice = random.Random(7)
    made = Hospital.objects.bulk_create(
        Hospital(
            source="made",
            source_id=str(number),
            name=str(number),
            country="KR",
            latitude=dice.uniform(34.0, 38.0),
            longitude=dice.uniform(126.0, 130.0),
            care_level=dice.choice([1, 2, 3, None]),
            wheelchair_access=dice.choice([True, False, None]),
        )
        for number in range(600)
    )
    retina = [one for one in made if dice.random() < 0.33]
    HospitalCapability.objects.bulk_create(
        HospitalCapability(hospital=one, code=code) for one in retina for code in RETINA
    )
    WeeklyOffer.objects.bulk_create(
        WeeklyOffer(hospital=one, urgency="urgent", places=dice.choice([0, 1, 5])) for one in retina
    )
    HospitalSpecialty.objects.bulk_create(
        HospitalSpecialty(hospital=one, code=code)
        for one in made
        for code in dice.sample(["01", "12"], dice.randint(0, 2))
        if dice.random() < 0.3
    )
    HospitalLanguage.objects.bulk_create(
        HospitalLanguage(hospital=one, code="vi") for one in made if dice.random() < 0.05
    )
    HospitalInsurance.objects.bulk_create(
        HospitalInsurance(hospital=one, code="4") for one in made if dice.random() < 0.3
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(hospital=one, day=dice.randint(1, 7), opens=540, closes=720)
        for one in made
        if dice.random() < 0.3
    )
    return made


@pytest.mark.parametrize("need", NEEDS, ids=range(len(NEEDS)))
def test_the_nearest_look_finds_what_reading_all_finds(many: list[Hospital], need: Need) -> None:
    dice = random.Random(11)
    everybody = profiles_of_country("KR", need.urgency, since=TODAY)
    for _ in range(20):
        place = Place(dice.uniform(34.0, 38.0), dice.uniform(126.0, 130.0))
        found = candidates_near(need, place, "KR", today=TODAY)
        all_read = rank_hospitals(need, place, everybody, today=TODAY)
        assert found.candidates == all_read.candidates
        assert found.passed_over == all_read.passed_over
        assert found.counted == all_read.counted


def test_the_reach_holds_every_hospital_within_it(many: list[Hospital]) -> None:
    from referrals.domain.travel import straight_km

    place = Place(37.9, 129.9)
    everybody = profiles_of_country("KR", Urgency.URGENT, since=TODAY)
    reach = hospitals_near(NEED, place, "KR", today=TODAY, limit=50, fitting=False)
    within = {one.key for one in everybody if straight_km(place, one.place) <= reach.straight_km}
    assert within
    assert within <= {one.key for one in reach.profiles}


def test_the_index_is_walked_and_the_table_is_not_read(many: list[Hospital]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_hospital")
        asked = {
            "country": "KR",
            "monday": TODAY,
            "urgency": "urgent",
            "eyes": "12",
            "longitude": 127.0,
            "latitude": 37.0,
        }
        cursor.execute(f"EXPLAIN {NEAREST_OF_ALL}", asked | {"limit": 8})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "hospital_by_place" in plan


def test_nearer_hospitals_are_counted_by_the_index(many: list[Hospital]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_hospital")
        with CaptureQueriesContext(connection) as asked:
            hospitals_nearer(NEED, Place(37.0, 127.0), "KR", today=TODAY, than=Place(37.2, 127.1))
        for one in asked.captured_queries:
            cursor.execute(f"EXPLAIN {one['sql']}")
            assert "hospital_by_place" in "\n".join(line for (line,) in cursor.fetchall())


def test_one_in_the_building_of_the_best_is_not_nearer(screener: Actor) -> None:
    hospital(screener, "Near")
    hospital(screener, "Upstairs", capabilities=("internal-medicine",))
    hospital(screener, "On the way", degrees_north=0.05, capabilities=("internal-medicine",))
    match = candidates_near(NEED, Place(*CLINIC), "KR", today=TODAY)
    assert (match.passed_over, match.counted) == ((), Counted(0, 1))


def test_closed_days_and_hours_reach_the_matching(screener: Actor) -> None:
    near = hospital(screener, "Near")
    OpeningHours.objects.create(hospital=near, day=4, opens=540, closes=720)
    ClosedDay.objects.create(hospital=near, day=TODAY + timedelta(days=3))
    (candidate,) = candidates_near(NEED, Place(37.57, 126.98), "KR", today=TODAY).candidates
    assert candidate.opening
    assert candidate.opening.expected_on == TODAY + timedelta(days=10)


def test_korean_holidays_are_no_working_days(screener: Actor) -> None:
    hospital(screener, "Near", offers={"asap": 1})
    christmas = TODAY.replace(month=12, day=25)
    need = Need(Urgency.ASAP, christmas, RETINA)
    (candidate,) = candidates_near(need, Place(37.57, 126.98), "KR", today=christmas).candidates
    assert candidate.opening
    assert (candidate.opening.expected_on - christmas).days == 3


def test_nothing_near_that_fits_is_a_result_with_the_nearest_and_why(many: list[Hospital]) -> None:
    need = replace(NEED, capabilities=RETINA | {Capability.VITRECTOMY})
    match = candidates_near(need, Place(37.0, 127.0), "KR", today=TODAY)
    assert match.candidates == ()
    assert {one.reason.code for one in match.passed_over} == {rules.REFR_LACKS}
    assert len(match.passed_over) == TOLD_MOST
    told = len(match.passed_over) + match.counted.not_listed + match.counted.no_eye_clinic
    assert (told, match.counted.not_listed > 0) == (len(many), True)


def test_hospitals_are_listed_the_nearest_first_by_a_part_of_their_name(screener: Actor) -> None:
    far, near = hospital(screener, "Far eye", degrees_north=0.4), hospital(screener, "Near Eye")
    hospital(screener, "100% care", degrees_north=0.2)
    hospital(screener, "Closed eye", active=False)
    here = Place(*CLINIC)
    assert hospitals_listed(here, "KR", name="eye", size=9) == [near.pk, far.pk]
    assert hospitals_listed(here, "KR", size=2, offset=2) == [far.pk]
    assert hospitals_listed(here, "KR", name="_", size=9) == []
    assert len(hospitals_listed(here, "KR", name="0%", size=9)) == 1


def test_a_degree_to_the_east_is_nearer_than_one_to_the_north(screener: Actor) -> None:
    north = hospital(screener, "North", degrees_north=0.10)
    east = hospital(screener, "East", place=(CLINIC[0], CLINIC[1] + 0.11))
    assert hospitals_listed(Place(*CLINIC), "KR", size=2) == [east.pk, north.pk]
