"""Packs that come to a place which was too warm or too cold when it was last looked at are kept back (PS-06)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pharmacy.domain.storage import Storage
from pharmacy.errors import LotInvalid
from pharmacy.models import Lot, TemperatureExcursion
from pharmacy.services import lot_count
from pharmacy.temperature_selectors import excursions_keeping_back, lots_kept_back
from records.models import AuditEvent
from tests.factories import records as cast
from tests.integration.pharmacy.cast import LATANOPROST
from tests.integration.pharmacy.dispensing import SOON, Scene, scene
from tests.integration.pharmacy.test_temperature import ASIDE, KEEP, LATER, decide, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Scene:
    return scene()


def kept_back(lot: Lot) -> bool:
    return lot.pk in lots_kept_back([lot.pk])


@pytest.mark.parametrize(
    ("celsius", "back"), [("30.0", False), ("30.1", True), ("1.0", False), ("0.9", True)]
)
def test_a_delivery_is_kept_back_from_a_tenth_beyond_the_limit(here: Scene, celsius: str, back: bool) -> None:
    note(here.screener, celsius)
    assert kept_back(here.lot(now=LATER)) is back


@pytest.mark.parametrize(("celsius", "back"), [("8.0", False), ("8.1", True), ("2.0", False), ("1.9", True)])
def test_what_goes_into_the_refrigerator_is_judged_by_its_own_thermometer(
    here: Scene, celsius: str, back: bool
) -> None:
    note(here.screener, celsius, storage=Storage.FRIDGE)
    assert kept_back(here.lot(medicine=LATANOPROST, now=LATER)) is back
    assert not kept_back(here.lot(now=LATER))


def test_it_is_the_last_reading_that_counts(here: Scene) -> None:
    note(here.screener, "34.0", "21.0")
    assert not kept_back(here.lot(now=LATER))
    note(here.screener, "34.0", at=LATER)
    assert kept_back(here.lot(now=LATER))


def test_a_place_that_nobody_ever_looked_at_keeps_nothing_back(here: Scene) -> None:
    assert not kept_back(here.lot())


def test_another_clinic_s_thermometer_keeps_nothing_back_here(here: Scene) -> None:
    note(cast.actor(cast.clinic()), "45.0")
    assert not kept_back(here.lot(now=LATER))


def test_it_belongs_to_the_open_excursion_of_the_place_and_goes_free_with_it(here: Scene) -> None:
    note(here.screener, "34.0")
    open_one = TemperatureExcursion.objects.get()
    arrived = here.lot(now=LATER)
    assert list(excursions_keeping_back(arrived)) == [open_one] and open_one.readings == 1
    decide(here.pharmacist, KEEP)
    assert not kept_back(arrived)


def test_a_place_that_is_no_better_after_the_decision_begins_an_excursion_for_what_comes(here: Scene) -> None:
    there = here.lot()
    note(here.screener, "34.0")
    decide(here.pharmacist, KEEP)
    arrived = here.lot(now=LATER)
    began = TemperatureExcursion.objects.get(decision="")
    assert (began.readings, began.highest, began.began_at) == (1, Decimal("34.0"), SOON)
    assert kept_back(arrived) and not kept_back(there)


def test_more_of_a_lot_that_was_kept_there_is_kept_back_with_it(here: Scene) -> None:
    there = here.lot(number="SAME")
    note(here.screener, "34.0")
    decide(here.pharmacist, KEEP)
    assert here.lot(number="SAME", now=LATER) == there and kept_back(there)


def test_a_second_delivery_of_a_lot_that_is_kept_back_is_put_aside(here: Scene) -> None:
    note(here.screener, "34.0")
    here.lot(number="SAME", now=LATER)
    with pytest.raises(LotInvalid, match="too warm"):
        here.lot(number="SAME", now=LATER)


def test_packs_that_a_count_finds_there_are_kept_back(here: Scene) -> None:
    there = here.lot(packs=2)
    note(here.screener, "34.0")
    decide(here.pharmacist, KEEP)
    lot_count(lot_id=there.pk, in_machine=2, by=here.screener, now=LATER)
    assert not kept_back(there)
    lot_count(lot_id=there.pk, in_machine=3, by=here.screener, now=LATER)
    assert kept_back(there)


def test_a_reading_that_is_noted_later_concerns_what_came_until_the_next_one(here: Scene) -> None:
    came = here.lot(now=SOON + timedelta(seconds=30))
    after = here.lot(now=SOON + timedelta(seconds=90))
    note(here.screener, "34.0", "21.0")
    assert kept_back(came) and not kept_back(after)


def test_what_is_set_aside_of_it_is_quarantined(here: Scene) -> None:
    note(here.screener, "34.0")
    arrived = here.lot(packs=4, now=LATER)
    decide(here.pharmacist, ASIDE)
    arrived.refresh_from_db()
    assert (arrived.on_hand, arrived.quarantined) == (0, 4)


def test_the_audit_says_by_which_rule_and_temperature(here: Scene) -> None:
    note(here.screener, "34.0")
    here.lot(now=LATER)
    assert AuditEvent.objects.filter(reason="PS-06", detail="kept back, 34.0 °C").count() == 1
