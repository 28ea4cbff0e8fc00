import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from pharmacy import dispense_selectors
from pharmacy.models import Lot, Machine
from pharmacy.services import lot_quarantine
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.dispensing import Scene, dropped, scene
from tests.integration.pharmacy.test_machine_answers import note

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene(port=6050)


@pytest.fixture
def stored(here: Scene) -> Lot:
    return here.lot(packs=5)


def test_the_simulated_machine_holds_what_people_put_in_whatever_it_dropped_since(
    here: Scene, stored: Lot
) -> None:
    of = here.begun()
    note(here, of, dropped(of, "A"))
    assert dispense_selectors.packs_put_in(6050) == [
        (stored.gtin, stored.number, stored.expiry.isoformat(), 5)
    ]


def test_what_people_took_out_is_not_in_it_any_more(here: Scene, stored: Lot) -> None:
    lot_quarantine(lot_id=stored.pk, packs=2, reason="damaged", by=here.pharmacist, now=NOW)
    assert [row[3] for row in dispense_selectors.packs_put_in(6050)] == [3]


def test_the_stock_of_a_machine_elsewhere_is_not_simulated(here: Scene, stored: Lot) -> None:
    Machine.objects.update(host="machine.example")
    assert dispense_selectors.packs_put_in(6050) == []


def test_no_machine_is_simulated_beside_a_real_database(settings: Settings) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="embedded"):
        call_command("simulate_dispenser", port=0)
