"""People tell a hospital's places, of an ordinary week and of one week, also when two of them do at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from referrals import selectors
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Opening, monday_of
from referrals.errors import HospitalChanged, HospitalInvalid, WeekOverdrawn
from referrals.models import Capacity, Hospital
from referrals.services import hospital_equip, offer_set, week_set
from referrals.services.hospitals import place_take
from referrals.services.offers import WEEKS_AHEAD
from risk.domain.urgency import Urgency
from tests.factories import records as cast
from tests.integration.referrals.cast import NOW, TODAY, hospital

MONDAY = monday_of(TODAY)
URGENT = Urgency.URGENT


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


@pytest.fixture
def near(screener: Actor) -> Hospital:
    return hospital(screener, "Near")


def offer(of: Hospital, by: Actor, places: int | None, seen: int | None = 2) -> Hospital:
    key = {"hospital_id": of.pk, "by": by, "now": NOW}
    return offer_set(places={URGENT: places}, seen={URGENT: seen}, **key)


def week(of: Hospital, by: Actor, places: int, **changes: Any) -> Capacity:
    told = {"monday": MONDAY, "urgency": URGENT, "seen": 2, "places": places} | changes
    return week_set(hospital_id=of.pk, by=by, now=NOW, **told)


def usual(of: Hospital) -> int | None:
    return selectors.offer_of(of.pk, URGENT, since=TODAY).per_week


def taken(of: Hospital, times: int = 1) -> None:
    for _ in range(times):
        assert place_take(of.pk, URGENT, Opening(MONDAY, TODAY))


def test_an_ordinary_week_is_told_and_on_record_in_the_tellers_organization(
    near: Hospital, coordinator: Actor
) -> None:
    offer(near, coordinator, 7)
    assert (usual(near), near.offers.get(urgency="routine").places) == (7, 5)
    noted = AuditEvent.objects.get(detail="offer:urgent=7")
    assert noted.organization_id == coordinator.organization_id


def test_no_places_are_another_thing_than_places_nobody_knows(near: Hospital, coordinator: Actor) -> None:
    offer(near, coordinator, 0)
    assert usual(near) == 0
    offer(near, coordinator, None, seen=0)
    assert usual(near) is None
    assert AuditEvent.objects.filter(detail="offer:urgent=unknown").exists()


def test_who_saw_other_places_changes_nothing(near: Hospital, coordinator: Actor) -> None:
    offer(near, coordinator, 7)
    with pytest.raises(HospitalChanged):
        offer(near, coordinator, 4)
    assert usual(near) == 7
    offer(near, coordinator, 7)  # the same form sent twice


@pytest.mark.parametrize("places", [-1, 1001])
def test_places_that_cannot_be_are_refused(near: Hospital, coordinator: Actor, places: int) -> None:
    with pytest.raises(HospitalInvalid, match="urgent"):
        offer(near, coordinator, places)
    with pytest.raises(HospitalInvalid, match="places"):
        week(near, coordinator, places)


def test_one_week_differs_and_the_others_stay(near: Hospital, coordinator: Actor) -> None:
    week(near, coordinator, 0)
    told = selectors.offer_of(near.pk, URGENT, since=TODAY)
    assert (told.open_in(MONDAY), told.open_in(MONDAY + timedelta(days=7))) == (0, 2)
    assert AuditEvent.objects.filter(detail=f"week:{MONDAY}:urgent=0").exists()


def test_a_week_never_has_fewer_places_than_are_taken(near: Hospital, coordinator: Actor) -> None:
    taken(near, 2)
    with pytest.raises(WeekOverdrawn) as refused:
        week(near, coordinator, 1)
    assert refused.value.taken == 2
    assert week(near, coordinator, 3).taken == 2


def test_who_saw_another_week_changes_nothing(near: Hospital, coordinator: Actor) -> None:
    week(near, coordinator, 9)
    with pytest.raises(HospitalChanged):
        week(near, coordinator, 4)
    assert Capacity.objects.get().places == 9


@pytest.mark.parametrize("days", [1, -7, 7 * (WEEKS_AHEAD + 1)])
def test_a_day_that_begins_no_week_to_come_is_refused(near: Hospital, coordinator: Actor, days: int) -> None:
    with pytest.raises(HospitalInvalid, match="monday"):
        week(near, coordinator, 3, monday=MONDAY + timedelta(days=days))


def test_others_tell_no_places_and_of_no_closed_hospital(
    near: Hospital, screener: Actor, coordinator: Actor
) -> None:
    for write in (offer, week):
        with pytest.raises(RoleRefused):
            write(near, screener, 3)
    Hospital.objects.update(active=False)
    for write in (offer, week):
        with pytest.raises(RecordNotFound):
            write(near, coordinator, 3)
    assert not Capacity.objects.exists()


def test_equipment_is_told_in_place_of_what_was_known(near: Hospital, coordinator: Actor) -> None:
    key = {"hospital_id": near.pk, "by": coordinator, "now": NOW}
    rows = hospital_equip(capabilities=[Capability.OCT, Capability.VITRECTOMY], **key)
    assert [one.code for one in rows] == ["oct", "vitrectomy"]
    assert AuditEvent.objects.filter(detail="equipment:oct,vitrectomy").exists()
    with pytest.raises(HospitalInvalid, match="capabilities"):
        hospital_equip(capabilities=["magic"], **key)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_tell_another_number_at_once_one_is_told_to_look_again(
    near: Hospital, coordinator: Actor
) -> None:
    results = at_once(lambda: week(near, coordinator, 8), lambda: week(near, coordinator, 9))
    assert sorted(results) == ["HospitalChanged", "done"]


@pytest.mark.django_db(transaction=True)
def test_places_taken_while_the_week_is_told_are_never_more_than_it_has(
    near: Hospital, coordinator: Actor
) -> None:
    def take() -> None:
        place_take(near.pk, URGENT, Opening(MONDAY, TODAY))

    at_once(lambda: week(near, coordinator, 1), take, take, take)
    (row,) = Capacity.objects.all()
    assert row.taken <= row.places


def at_once(*acts: Any) -> list[str]:
    start = Barrier(len(acts))

    def run(act: Any) -> str:
        close_old_connections()
        try:
            start.wait(10)
            act()
            return "done"
        except (HospitalChanged, WeekOverdrawn) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
