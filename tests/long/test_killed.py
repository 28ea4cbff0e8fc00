"""A worker is killed at each step of an order, and another takes it over: the machine drops once at most, and the
books say what is really in the machine, or the bay is locked until a person counts.
"""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.models import Dispense, Lot, Machine
from pharmacy.services import bay_count, dispense_hand_over, dispense_release
from pharmacy.tasks import dispense_packs
from records.models import WorkItem
from tests.integration.pharmacy.dispensing import Scene, scene
from tests.integration.pharmacy.killed import run_alone
from tests.integration.pharmacy.simulated import Simulated, simulated
from tests.journeys.workers import wait_until

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

PACKS, FEWEST_KILLS = 400, 50


class Clinic:
    """A clinic, its one lot, and the machine's own process with the same packs. `taken` were taken out of bays."""

    def __init__(self, here: Scene, lot: Lot, machine: Simulated) -> None:
        self.here, self.lot, self.machine, self.taken = here, lot, machine, 0

    def released(self) -> Dispense:
        by, of = self.here.pharmacist, self.here.authorised()
        return dispense_release(prescription_id=of.pk, bay_id=self.here.bay.pk, by=by, now=timezone.now())

    def really(self) -> tuple[int, int]:
        """Packs in the machine and loose in the bay, as they lie."""
        return self.machine.inside(self.lot.number), self.machine.in_bay() - self.taken

    def booked(self) -> tuple[int, int]:
        self.lot.refresh_from_db()
        return self.lot.on_hand, self.lot.in_bay

    def ordered_and_killed(self, at: int) -> tuple[Dispense, list[str], bool]:
        """A release whose worker dies at a step, and whose lease then runs out."""
        of = self.released()
        steps, killed = run_alone(lambda: dispense_packs(key=of.pk), kill_at=at)
        if "after send OutputRequest" in steps:
            wait_until(lambda: self.machine.has_ended(of.pk), what="the machine's end")
        WorkItem.objects.update(lease_until=None)
        return of, steps, killed

    def taken_over(self, of: Dispense) -> str:
        run_alone(lambda: dispense_packs(key=of.pk))
        of.refresh_from_db()
        return of.status

    def emptied(self, of: Dispense, status: str) -> None:
        """What people do then: hand over, or count. The bay is free again."""
        inside, loose = self.really()
        if status == "in-bay":
            scans = self.machine.scans_in_bay()[-loose:]
            dispense_hand_over(dispense_id=of.pk, scans=scans, by=self.here.screener, now=timezone.now())
        elif status == "unknown":
            found = [Counted(self.lot.pk, inside, in_bay=loose)]
            bay_count(bay_id=self.here.bay.pk, counted=found, by=self.here.screener, now=timezone.now())
        self.taken += loose


@pytest.fixture
def clinic(transactional_db: None, tmp_path: Path):
    here = scene()
    lot = here.lot(packs=PACKS)
    with simulated(tmp_path, [(lot.gtin, lot.number, lot.expiry.isoformat(), PACKS)]) as machine:
        Machine.objects.update(port=machine.port)
        yield Clinic(here, lot, machine)


def test_a_worker_killed_at_any_step_leaves_one_drop_at_most_and_true_books_or_a_locked_bay(
    clinic: Clinic,
) -> None:
    ends = Counter[str]()
    for at in range(1, PACKS):
        before, _ = clinic.really() if at > 1 else (PACKS, 0)
        of, steps, killed = clinic.ordered_and_killed(at)
        if not killed:
            break
        where = f"killed at {at}, {steps[-1]}"
        status = clinic.taken_over(of)
        inside, loose = clinic.really()
        assert before - inside == loose <= 1, where
        assert status in ("in-bay", "unknown"), where
        of.bay.refresh_from_db()
        assert (of.bay.locked_since is not None) == (status == "unknown"), where
        if status == "in-bay":
            assert clinic.booked() == (inside, loose), where
        assert not WorkItem.objects.exists(), where
        clinic.emptied(of, status)
        assert clinic.booked() == (inside, 0), where
        assert not selectors.lots_out_of_balance().exists(), where
        ends[f"{status}, {loose} dropped"] += 1
    assert sum(ends.values()) >= FEWEST_KILLS
    # Killed before the order, while the machine had it, and after its answer was booked.
    assert set(ends) == {"in-bay, 1 dropped", "unknown, 0 dropped", "unknown, 1 dropped"}, ends
