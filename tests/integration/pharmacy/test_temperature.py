"""The temperature log: an excursion keeps back what lay there until a pharmacist decides (PS-03)."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from pharmacy import selectors
from pharmacy.domain.readings import TakenReading
from pharmacy.domain.storage import Storage
from pharmacy.errors import ExcursionChanged, LotBlocked, LotInvalid, ReasonMissing, TemperatureInvalid
from pharmacy.models import (
    AlertStage,
    ExcursionDecision,
    Lot,
    TemperatureExcursion,
    TemperatureReading,
)
from pharmacy.services import (
    answer_note,
    dispense_begin,
    dispense_hand_over,
    excursion_decide,
    lot_receive,
    temperature_note,
)
from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent
from tests.factories import records as cast
from tests.integration.pharmacy.cast import NOW, visit, wish
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scan, scene
from tests.integration.pharmacy.test_concurrency import proposing

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def here() -> Scene:
    return scene()


def note(
    by: Actor, *celsius: str, storage: Storage = Storage.ROOM, at: datetime = SOON, now: datetime = LATER
) -> int:
    """Readings a minute apart, the first at `at`."""
    taken = [TakenReading(at + timedelta(minutes=n), Decimal(one)) for n, one in enumerate(celsius)]
    return temperature_note(storage=storage, readings=taken, from_logger=False, by=by, now=now)


def decide(by: Actor, decision: ExcursionDecision, reason: str = "maker asked", **more: object) -> None:
    open_one = TemperatureExcursion.objects.latest("pk")
    given = {"excursion_id": open_one.pk, "seen_readings": open_one.readings, "now": LATER} | more
    excursion_decide(decision=decision, reason=reason, by=by, **given)


KEEP, ASIDE = ExcursionDecision.KEEP, ExcursionDecision.SET_ASIDE


@pytest.mark.parametrize(
    ("celsius", "excursion"), [("30.0", False), ("30.1", True), ("1.0", False), ("0.9", True)]
)
def test_an_excursion_begins_a_tenth_beyond_the_limit(here: Scene, celsius: str, excursion: bool) -> None:
    here.lot()
    note(here.screener, celsius)
    assert TemperatureExcursion.objects.exists() is excursion


def test_what_lay_in_the_room_is_not_given_until_a_pharmacist_keeps_it(here: Scene) -> None:
    here.lot()
    authorised = here.authorised()
    note(here.screener, "34.5")
    with pytest.raises(LotBlocked, match="temperature"):
        here.released(authorised)
    decide(here.pharmacist, KEEP)
    assert here.released(authorised).status == "released"


def test_another_place_is_not_concerned(here: Scene) -> None:
    stored = here.lot()
    note(here.screener, "12.0", storage=Storage.FRIDGE)
    assert not TemperatureExcursion.objects.get().lots.exists()
    assert here.released().lot == stored


def test_a_medicine_is_proposed_from_a_lot_that_was_not_there(here: Scene) -> None:
    warm = here.lot(expiry="2027-06")
    note(here.screener, "34.5", "21.0")
    cool = here.lot(expiry="2028-06", now=LATER)
    made = proposing(wish(visit(here.screener)))()
    assert made.lot == cool and warm.expiry < cool.expiry


def test_a_release_that_the_machine_has_not_begun_ends(here: Scene) -> None:
    here.lot()
    released = here.released()
    note(here.screener, "34.5", at=NOW)
    assert dispense_begin(dispense_id=released.pk, by=here.software, now=SOON) is None
    released.refresh_from_db()
    assert (released.status, released.reason) == ("cancelled", "lot-temperature")


def test_a_pack_in_the_bay_is_handed_over_only_after_it_is_kept(here: Scene) -> None:
    stored = here.lot()
    begun = here.begun()
    answer_note(dispense_id=begun.pk, answer=dropped(begun, "1"), by=here.software, now=SOON)
    note(here.screener, "34.5")
    given = {"dispense_id": begun.pk, "scans": [scan(stored, "1")], "by": here.pharmacist, "now": LATER}
    with pytest.raises(LotBlocked, match="too warm or too cold"):
        dispense_hand_over(**given)
    decide(here.pharmacist, KEEP)
    assert dispense_hand_over(**given).status == "completed"


def test_what_is_set_aside_is_quarantined_and_whoever_was_promised_goes_to_the_pharmacist(
    here: Scene,
) -> None:
    stored = here.lot(packs=3)
    authorised = here.authorised()
    released = here.released(authorised)
    note(here.screener, "34.5")
    decide(here.pharmacist, ASIDE)
    authorised.refresh_from_db()
    released.refresh_from_db()
    assert books(stored) == {"quarantined": 3}
    assert (authorised.status, released.reason) == ("needs-pharmacist", "lot-temperature")
    assert "PS-03" in {one.rule_id for one in selectors.alerts_of(authorised, AlertStage.PRESCRIBING)}
    assert not selectors.lots_out_of_balance().exists()


def test_packs_on_the_move_stay_kept_back_after_the_rest_was_set_aside(here: Scene) -> None:
    stored = here.lot(packs=3)
    begun = here.begun()
    answer_note(dispense_id=begun.pk, answer=dropped(begun, "1"), by=here.software, now=SOON)
    note(here.screener, "34.5")
    decide(here.pharmacist, ASIDE)
    assert books(stored) == {"in_bay": 1, "quarantined": 2}
    with pytest.raises(LotBlocked):
        dispense_hand_over(dispense_id=begun.pk, scans=[scan(stored, "1")], by=here.pharmacist, now=LATER)


def test_more_of_a_lot_that_is_kept_back_is_not_received(here: Scene) -> None:
    stored = here.lot()
    note(here.screener, "34.5")
    with pytest.raises(LotInvalid, match="too warm"):
        lot_receive(
            organization=here.clinic,
            medicine_code=stored.medicine.code,
            gtin=stored.gtin,
            number=stored.number,
            expiry="2028-01",
            packs=1,
            by=here.screener,
            now=LATER,
        )


def test_more_readings_outside_belong_to_the_same_excursion_until_it_is_decided(here: Scene) -> None:
    here.lot()
    note(here.screener, "31.0", "20.0", "35.5")
    note(here.screener, "0.5", at=LATER)
    one = TemperatureExcursion.objects.get()
    assert (one.lowest, one.highest, one.readings) == (Decimal("0.5"), Decimal("35.5"), 3)
    assert (one.began_at, one.last_at) == (SOON, LATER)
    decide(here.pharmacist, KEEP)
    note(here.screener, "31.0", at=LATER + timedelta(minutes=1), now=LATER + timedelta(hours=1))
    assert TemperatureExcursion.objects.count() == 2


def test_a_pharmacist_decides_only_on_what_they_saw_and_only_once(here: Scene) -> None:
    here.lot()
    note(here.screener, "31.0")
    note(here.screener, "45.0", at=LATER)
    with pytest.raises(ExcursionChanged):
        decide(here.pharmacist, KEEP, seen_readings=1)
    decide(here.pharmacist, ASIDE)
    with pytest.raises(ExcursionChanged):
        decide(here.pharmacist, KEEP)


def test_only_this_clinic_s_pharmacist_decides_and_says_why(here: Scene) -> None:
    here.lot()
    note(here.screener, "31.0")
    with pytest.raises(RoleRefused):
        decide(here.screener, KEEP)
    with pytest.raises(ReasonMissing):
        decide(here.pharmacist, KEEP, reason=" ")
    with pytest.raises(RecordNotFound):
        decide(cast.actor(cast.clinic(), "pharmacist"), KEEP)


def test_a_logger_s_file_read_again_adds_nothing(here: Scene) -> None:
    assert note(here.screener, "20.0", "21.0") == 2
    assert note(here.screener, "20.0", "21.0", "22.0") == 1
    assert TemperatureReading.objects.count() == 3


def test_a_reading_of_the_future_or_another_one_of_the_same_minute_is_refused_whole(here: Scene) -> None:
    note(here.screener, "20.0")
    with pytest.raises(TemperatureInvalid, match="future"):
        note(here.screener, "20.0", "21.0", at=LATER)
    with pytest.raises(TemperatureInvalid, match="another temperature"):
        note(here.screener, "20.5", "21.0")
    assert TemperatureReading.objects.count() == 1


def test_another_clinic_s_thermometer_is_not_ours(here: Scene) -> None:
    stored = here.lot()
    elsewhere = cast.clinic()
    note(cast.actor(elsewhere), "45.0")
    assert TemperatureExcursion.objects.get().organization == elsewhere
    assert here.released().lot == stored


def test_an_auditor_notes_nothing(here: Scene) -> None:
    with pytest.raises(RoleRefused):
        note(cast.actor(here.clinic, "auditor"), "20.0")


def test_the_log_and_the_decision_are_audited(here: Scene) -> None:
    here.lot()
    note(here.screener, "31.0")
    decide(here.pharmacist, KEEP, reason="stable at 40 °C for a day")
    said = {(one.detail, one.reason) for one in AuditEvent.objects.filter(organization=here.clinic)}
    assert {
        ("temperature room: 1 readings", ""),
        ("31.0 to 31.0 °C", "PS-03"),
        ("keep", "stable at 40 °C for a day"),
    } <= said


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"decision": "keep"}, "excursion_decided_with_reason"),
        ({"reason": "x"}, "excursion_decided_with_reason"),
        ({"readings": 0}, "excursion_possible"),
        ({"storage": "attic"}, "excursion_storage"),
    ],
)
def test_the_database_keeps_excursions_possible(
    here: Scene, values: dict[str, object], constraint: str
) -> None:
    note(here.screener, "31.0")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TemperatureExcursion.objects.update(**values)


def test_what_was_taken_before_it_began_or_came_after_it_is_not_concerned(here: Scene) -> None:
    gone = here.lot(packs=1)
    begun = here.begun()
    answer_note(dispense_id=begun.pk, answer=dropped(begun, "1"), by=here.software, now=SOON)
    given = {"dispense_id": begun.pk, "scans": [scan(gone, "1")], "by": here.pharmacist, "now": SOON}
    dispense_hand_over(**given)
    stays = here.lot()
    later = here.lot(now=LATER + timedelta(minutes=5))
    note(here.screener, "31.0", at=LATER)
    concerned = set(Lot.objects.filter(excursions__isnull=False))
    assert concerned == {stays} and later not in concerned
