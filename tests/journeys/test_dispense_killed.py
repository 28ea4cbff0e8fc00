"""A worker dies while the machine drops its order: nothing is ordered twice, and a person counts."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config import pipeline
from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.models import Dispense, Lot, Machine
from pharmacy.services import bay_count, dispense_hand_over, dispense_release
from records import work
from records.models import WorkItem
from tests.integration.pharmacy.dispensing import Scene, books, scene
from tests.integration.pharmacy.simulated import Simulated, simulated
from tests.journeys.workers import wait_until, worker


def shelf_of(stored: Lot) -> list[tuple[str, str, str, int]]:
    return [(stored.gtin, stored.number, stored.expiry.isoformat(), stored.on_hand)]


def released(here: Scene, machine: Simulated) -> Dispense:
    Machine.objects.update(port=machine.port)
    return dispense_release(
        prescription_id=here.authorised().pk, bay_id=here.bay.pk, by=here.pharmacist, now=timezone.now()
    )


def status_of(of: Dispense) -> str:
    of.refresh_from_db()
    return of.status


def test_a_release_reaches_the_hand_through_a_real_worker_and_a_real_connection(
    transactional_db: None, tmp_path: Path
) -> None:
    here = scene()
    stored = here.lot(packs=5)
    with simulated(tmp_path, shelf_of(stored)) as machine, worker("default"):
        of = released(here, machine)
        wait_until(lambda: status_of(of) == "in-bay", what="packs in the bay")
        scans = machine.scans_in_bay()
    dispense_hand_over(dispense_id=of.pk, scans=scans, by=here.screener, now=timezone.now())
    assert (status_of(of), books(stored)) == ("completed", {"on_hand": 4})


# Without processes: the sequences of tests/integration/pharmacy, whose workers wake up late.
@pytest.mark.slow
def test_an_order_whose_worker_was_killed_is_not_sent_again_and_is_counted(
    transactional_db: None, tmp_path: Path
) -> None:
    here = scene()
    stored = here.lot(packs=5)
    with simulated(tmp_path, shelf_of(stored), drop_seconds=1.0) as machine:
        with worker("default", WORK_LEASE_SECONDS="2") as victim:
            of = released(here, machine)
            wait_until(lambda: machine.has_order(of.pk), what="an order at the machine")
            # With its child, that talks to the machine.
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
        wait_until(lambda: machine.in_bay() == 1, what="the drop")
        wait_until(
            lambda: bool(work.waiting(now=timezone.now(), since=timedelta(hours=1))),
            what="the lease's end",
        )
        with worker("default"):
            wait_until(
                lambda: status_of(of) == "unknown", what="a locked bay", sweep=pipeline.wake_waiting_work
            )
            wait_until(lambda: not WorkItem.objects.exists(), what="finished work")
        assert machine.in_bay() == 1
        found = Counted(stored.pk, machine.inside(stored.number), in_bay=machine.in_bay())
    bay_count(bay_id=here.bay.pk, counted=[found], by=here.screener, now=timezone.now())
    assert (status_of(of), books(stored)) == ("reconciled", {"on_hand": 4, "quarantined": 1})
    assert not selectors.lots_out_of_balance().exists()
