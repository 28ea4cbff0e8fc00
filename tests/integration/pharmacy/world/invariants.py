"""What must hold after every step, of the rows and of the packs as they really lie."""

from collections import Counter, defaultdict

from pharmacy import selectors
from pharmacy.models import Bay, Dispense, DispenseStatus, LedgerEntry, LedgerKind, Lot, Prescription
from tests.integration.pharmacy.world.places import Places

UNSETTLED = (DispenseStatus.DISPENSING, DispenseStatus.UNKNOWN)
CHANGES = ("on_hand_change", "reserved_change", "in_bay_change", "quarantined_change")
Moved = dict[int, Counter[str]]


class Invariants(Places):
    def check_whole(self) -> None:
        """What a night's check would find."""
        assert not selectors.lots_out_of_balance().filter(organization=self.scene.clinic).exists()

    def check(self) -> None:
        assert self.wrong == []
        assert [key for key, times in self.sent.items() if times > 1] == [], "ordered twice"
        held = [*self.shelf, *self.loose(), *self.patients, *self.aside, *self.destroyed]
        assert len(set(held)) == len(held)
        dispenses = list(self.mine(Dispense))
        moved, reserved = self._moved()
        settled = not any(one.status in UNSETTLED for one in dispenses)
        lots = list(self.mine(Lot))
        for lot in lots:
            self._check_lot(lot, moved[lot.pk], settled=settled)
        recalled = {lot.pk for lot in lots if lot.recalled_at}
        waiting = [one.lot_id for one in dispenses if one.status == DispenseStatus.RELEASED]
        assert recalled.isdisjoint(waiting), "a recalled lot waits for the machine"
        self._check_bays(dispenses)
        self._check_prescriptions(dispenses, reserved)

    def _moved(self) -> tuple[Moved, Counter[int]]:
        """What the ledger moved of each lot, and what it has reserved for each prescription."""
        moved: Moved = defaultdict(Counter)
        reserved = Counter[int]()
        rows = LedgerEntry.objects.filter(lot__organization=self.scene.clinic)
        for lot, kind, of, *changes in rows.values_list("lot_id", "kind", "prescription_id", *CHANGES):
            on_hand, kept, in_bay, quarantined = changes
            moved[lot][kind] += on_hand + in_bay + quarantined
            for name, change in zip(CHANGES, changes, strict=True):
                moved[lot][name] += change
            reserved[of] += kept
        return moved, reserved

    def _check_lot(self, lot: Lot, moved: Counter[str], *, settled: bool) -> None:
        booked = (lot.on_hand, lot.reserved, lot.in_bay, lot.quarantined)
        assert booked == tuple(moved[name] for name in CHANGES), "the ledger does not add up"
        assert min(booked) >= 0 and lot.reserved <= lot.on_hand
        everywhere = (self.shelf, self.loose(), self.patients, self.aside, self.destroyed)
        assert moved[LedgerKind.RECEIVE] == sum(self.of_lot(place, lot.pk) for place in everywhere)
        assert -moved[LedgerKind.HAND_OVER] - moved[LedgerKind.RETURN] == self.of_lot(self.patients, lot.pk)
        assert -moved[LedgerKind.DESTROY] == self.of_lot(self.destroyed, lot.pk)
        if settled:
            assert moved[LedgerKind.COUNT] == 0, "truthful counts found packs missing"
            places = (self.shelf, self.loose(), self.aside)
            assert (lot.on_hand, lot.in_bay, lot.quarantined) == tuple(
                self.of_lot(place, lot.pk) for place in places
            )

    def _check_bays(self, dispenses: list[Dispense]) -> None:
        unknown = {one.bay_id for one in dispenses if one.status == DispenseStatus.UNKNOWN}
        locked = Bay.objects.filter(pk__in=list(self.bays), locked_since__isnull=False)
        assert set(locked.values_list("pk", flat=True)) == unknown

    def _check_prescriptions(self, dispenses: list[Dispense], reserved: Counter[int]) -> None:
        given = Counter[int]()
        for one in dispenses:
            given[one.prescription_id] += one.packs_handed_over
        for of in self.mine(Prescription):
            assert reserved[of.pk] >= 0
            assert given[of.pk] + reserved[of.pk] <= of.packs, "more than was prescribed"
