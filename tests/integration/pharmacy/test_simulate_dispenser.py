import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from pharmacy import dispense_selectors
from pharmacy.gateways.simulator.faults import FaultFile
from pharmacy.gateways.simulator.machine import Machine as SimulatedMachine
from pharmacy.gateways.simulator.replies import Numbers
from pharmacy.gateways.simulator.server import Server
from pharmacy.gateways.simulator.shelf import Shelf
from pharmacy.models import Lot, Machine, StockDifference
from pharmacy.services import dispense_release, lot_quarantine
from pharmacy.tasks import compare_machines, dispense_packs
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.dispensing import Scene, books, dropped, scene
from tests.integration.pharmacy.test_machine_answers import note

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene(port=6050)


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


def test_the_simulated_machine_and_the_books_agree_after_people_and_machine_moved_packs(
    here: Scene, stored: Lot, tmp_path: Path
) -> None:
    shelf = SimulatedMachine(Shelf.open(tmp_path / "state"), FaultFile(None), Numbers(777, 100))
    with Server(shelf, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Machine.objects.update(port=server.port)
        shelf.stock_to(dispense_selectors.packs_put_in(server.port))
        compare_machines.run()
        of, now = here.authorised(), timezone.now()
        made = dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=here.pharmacist, now=now)
        dispense_packs.run(key=made.pk)
        lot_quarantine(lot_id=stored.pk, packs=2, reason="damaged", by=here.pharmacist, now=NOW)
        shelf.stock_to(dispense_selectors.packs_put_in(server.port))
        compare_machines.run()
        server.shutdown()
    assert not StockDifference.objects.exists() and Machine.objects.get().compared_at is not None
    assert books(stored) == {"on_hand": 2, "in_bay": 1, "quarantined": 2} and len(shelf.shelf.packs) == 2


def test_the_stock_of_a_machine_elsewhere_is_not_simulated(here: Scene, stored: Lot) -> None:
    Machine.objects.update(host="machine.example")
    assert dispense_selectors.packs_put_in(6050) == []


def test_no_machine_is_simulated_beside_a_real_database(settings: Settings) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="embedded"):
        call_command("simulate_dispenser", port=0)
