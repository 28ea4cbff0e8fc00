import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer
from referrals.errors import HospitalInvalid
from referrals.models import Capacity, Hospital
from referrals.profile_selectors import profiles_of_country
from risk.domain.urgency import Urgency
from tests.integration.referrals.cast import TODAY, hospital


def test_a_registered_hospital_is_read_back_for_matching(screener: Actor) -> None:
    made = hospital(screener, "North")
    (profile,) = profiles_of_country("KR", Urgency.URGENT, since=TODAY)
    assert (profile.key, profile.offer) == (made.pk, Offer(per_week=2))
    assert profile.capabilities == {Capability.EYE_CLINIC, Capability.OCT, Capability.LASER}


def test_registering_again_renews_and_does_not_double(screener: Actor) -> None:
    hospital(screener, "North")
    renewed = hospital(screener, "North", name="North Eye", capabilities=("oct",), offers={"asap": 4})
    assert Hospital.objects.get() == renewed
    assert renewed.name == "North Eye"
    assert [row.code for row in renewed.capabilities.all()] == ["oct"]
    assert [(offer.urgency, offer.places) for offer in renewed.offers.all()] == [("asap", 4)]


def test_an_urgency_nobody_told_us_about_is_unknown(screener: Actor) -> None:
    hospital(screener, "North", offers={"routine": 5})
    (profile,) = profiles_of_country("KR", Urgency.URGENT, since=TODAY)
    assert not profile.offer.is_known


@pytest.mark.parametrize("changes", [{"active": False}, {"country": "JP"}])
def test_a_closed_or_foreign_hospital_is_not_considered(screener: Actor, changes: dict[str, object]) -> None:
    hospital(screener, "North", **changes)
    assert profiles_of_country("KR", Urgency.URGENT, since=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": (126.98, 37.57)}, "place"),
        ({"place": (None, 127.0)}, "place"),
        ({"source_id": " "}, "source_id"),
        ({"name": ""}, "name"),
        ({"country": "kr"}, "country"),
        ({"country": "KOR"}, "country"),
        ({"capabilities": ("oct", "magic")}, "capabilities"),
        ({"offers": {"tomorrow": 1}}, "offers"),
        ({"offers": {"urgent": -1}}, "offers"),
        ({"offers": {"urgent": 1001}}, "offers"),
    ],
)
def test_details_that_cannot_be_right_are_refused_by_field(
    screener: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(HospitalInvalid) as caught:
        hospital(screener, "North", **changes)
    assert caught.value.field == field
    assert not Hospital.objects.exists()


@pytest.mark.parametrize(
    ("week", "constraint"),
    [
        ({"monday": "2026-11-24"}, "capacity_week_starts_monday"),
        ({"taken": 3}, "capacity_not_overdrawn"),
        ({"urgency": "soon"}, "capacity_urgency"),
    ],
)
def test_the_database_keeps_a_week_of_places_possible(
    screener: Actor, week: dict[str, object], constraint: str
) -> None:
    north = hospital(screener, "North")
    row = {"hospital": north, "monday": "2026-11-23", "urgency": "urgent", "places": 2, "taken": 0}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Capacity.objects.create(**row | week)
