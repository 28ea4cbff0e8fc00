"""A clinic with its packs as they really lie, beside the books: every step acts on both, as people and machine do."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count

from django.db.models import Sum
from django.db.models.functions import Coalesce

from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.domain.dispensing import why_blocked
from pharmacy.errors import PharmacyError
from pharmacy.gateways.dispenser import Answer, Outcome, PackScan
from pharmacy.models import Dispense, DispenseStatus, LedgerEntry, LedgerKind, Lot, Prescription
from pharmacy.services import (
    answer_note,
    bay_count,
    dispense_begin,
    dispense_cancel,
    dispense_hand_over,
    dispense_release,
    dispense_retain,
    lot_count,
    lot_quarantine,
    lot_receive,
    lots_recall,
    medicine_propose,
    pack_return,
    packs_replace,
    prescription_authorise,
    prescription_refuse,
    releases_expire,
    supply_end,
)
from records.actor import software
from risk.models import RiskAssessment
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, NOW
from tests.integration.pharmacy.dispensing import Scene, scan

LOTS = (("SHORT", "2027-03"), ("LONG", "2028-01"))
Pack = tuple[int, str]  # lot's primary key, serial number


class World:
    """`shelf`, `bay`, `patients` and `aside` are where every pack really is."""

    def __init__(self, scene: Scene, wishes: list[RiskAssessment]) -> None:
        self.scene, self.now = scene, NOW
        self._wishes, self._serials = iter(wishes), count(1)
        self.shelf: list[Pack] = []
        self.bay: list[Pack] = []
        self.patients: list[Pack] = []
        self.aside: list[Pack] = []

    def take(self, step: str, pick: int) -> None:
        """One step; what the services refuse has changed nothing."""
        self.now += timedelta(seconds=30)
        with suppress(PharmacyError):
            getattr(self, step)(pick)

    # What people and machine may do. `pick` chooses among the possibilities.

    def deliver(self, pick: int) -> None:
        number, expiry = LOTS[pick % len(LOTS)]
        lot = lot_receive(
            organization=self.scene.clinic,
            medicine_code=CARMELLOSE,
            gtin=GTIN[CARMELLOSE],
            number=number,
            expiry=expiry,
            packs=2,
            by=self.scene.screener,
            now=self.now,
        )
        self.shelf += [(lot.pk, f"S{next(self._serials)}") for _ in range(2)]

    def authorise(self, pick: int) -> None:
        wish = next(self._wishes, None)
        if wish is None:
            return
        by = software("pharmacy.proposer", self.scene.clinic.pk)
        made = medicine_propose(assessment=wish, by=by, now=self.now)
        if made is None or made.status != "proposed":
            return
        if pick % 2 and made.lot.on_hand > made.lot.reserved + 1:
            self.scene.reserve_more(made)
        prescription_authorise(prescription_id=made.pk, by=self.scene.pharmacist, now=self.now)

    def release(self, pick: int) -> None:
        of = self._one(Prescription.objects.filter(status="authorised"), pick)
        by, bay = self.scene.pharmacist, self.scene.bay.pk
        dispense_release(prescription_id=of.pk, bay_id=bay, by=by, now=self.now)

    def cancel(self, pick: int) -> None:
        of = self._one(Dispense.objects.filter(status="released"), pick)
        dispense_cancel(dispense_id=of.pk, by=self.scene.pharmacist, now=self.now, reason="x")

    def machine(self, pick: int) -> None:
        """The machine works, with whatever fault."""
        of = self._one(Dispense.objects.filter(status="released"), pick)
        order = dispense_begin(dispense_id=of.pk, by=self.scene.software, now=self.now)
        if order is None:
            return
        assert not self._blocked(of.lot, supply_days=of.prescription.supply_days), "sent though blocked"
        answer = self._drop(of, ("all", "all", "some", "none", "silent", "silent-dropped", "wrong")[pick % 7])
        for _ in range(1 + pick % 2):
            answer_note(dispense_id=of.pk, answer=answer, by=self.scene.software, now=self.now)

    def worker_lost(self, pick: int) -> None:
        """Whoever began is gone; the machine dropped what was asked all the same."""
        of = self._one(Dispense.objects.filter(status="released"), pick)
        if dispense_begin(dispense_id=of.pk, by=self.scene.software, now=self.now) is not None:
            self._drop(of, "all")
            dispense_begin(dispense_id=of.pk, by=self.scene.software, now=self.now)

    def hand_over(self, pick: int) -> None:
        of = self._one(Dispense.objects.filter(status="in-bay"), pick)
        scans = [scan(Lot.objects.get(pk=lot), serial) for lot, serial in self.bay]
        if pick % 4 == 3:
            scans = [*scans[1:], scan(of.lot, "NEVER")]
        dispense_hand_over(dispense_id=of.pk, scans=scans, by=self.scene.screener, now=self.now)
        assert not self._blocked(of.lot, supply_days=1, margin=False), "handed over though blocked"
        self.patients, self.bay = self.patients + self.bay, []

    def retain(self, pick: int) -> None:
        of = self._one(Dispense.objects.filter(status="in-bay"), pick)
        dispense_retain(dispense_id=of.pk, by=self.scene.screener, now=self.now, reason="x")
        self.aside, self.bay = self.aside + self.bay, []

    def count_bay(self, pick: int) -> None:
        of = self._one(Dispense.objects.filter(status="unknown"), pick)
        took = [pack for pack in self.bay if pack[0] == of.lot_id][: min(pick % 3, of.packs)]
        loose = [pack for pack in self.bay if pack not in took]
        counted = [
            Counted(lot, self._in(self.shelf, lot), self._in(loose, lot), self._in(took, lot))
            for lot in sorted({of.lot_id, *(lot for lot, _ in self.bay)})
        ]
        bay_count(bay_id=self.scene.bay.pk, counted=counted, by=self.scene.screener, now=self.now)
        self.patients, self.aside, self.bay = self.patients + took, self.aside + loose, []

    def cycle_count(self, pick: int) -> None:
        lot = self._one(Lot.objects.all(), pick)
        found = self._in(self.shelf, lot.pk)
        lot_count(lot_id=lot.pk, in_machine=found, by=self.scene.screener, now=self.now)

    def return_pack(self, pick: int) -> None:
        if not self.patients:
            raise PharmacyError("nothing to do")
        lot, serial = self.patients[pick % len(self.patients)]
        # One that only a count knows to be with the patient was never scanned, and is no dispense's to take back.
        of = self._one(Dispense.objects.filter(dropped__serial=serial), 0)
        code = scan(Lot.objects.get(pk=lot), serial)
        pack_return(dispense_id=of.pk, scan=code, by=self.scene.screener, now=self.now)
        self.patients.remove((lot, serial))
        self.aside.append((lot, serial))

    def set_aside(self, pick: int) -> None:
        lot = self._one(Lot.objects.all(), pick)
        by = self.scene.pharmacist
        lot_quarantine(lot_id=lot.pk, packs=1, reason="x", by=by, now=self.now)
        pack = next(one for one in self.shelf if one[0] == lot.pk)
        self.shelf.remove(pack)
        self.aside.append(pack)

    def recall(self, pick: int) -> None:
        lot = self._one(Lot.objects.all(), pick)
        lots_recall(gtin=lot.gtin, number=lot.number, reason="x", by=self.scene.pharmacist, now=self.now)

    def replace(self, pick: int) -> None:
        of = self._one(Dispense.objects.filter(status__in=["failed", "reconciled"]), pick)
        packs_replace(dispense_id=of.pk, by=self.scene.pharmacist, now=self.now)

    def refuse(self, pick: int) -> None:
        of = self._one(Prescription.objects.filter(status="authorised"), pick)
        prescription_refuse(
            prescription_id=of.pk, by=self.scene.pharmacist, now=self.now, code="patient-declines"
        )

    def end_supply(self, pick: int) -> None:
        of = self._one(Prescription.objects.filter(status="authorised"), pick)
        supply_end(prescription_id=of.pk, by=self.scene.pharmacist, now=self.now, reason="x")

    def minutes_pass(self, pick: int) -> None:
        self.now += timedelta(minutes=10)
        releases_expire(by=self.scene.software, now=self.now)

    def months_pass(self, pick: int) -> None:
        self.now += timedelta(days=45)

    # What must hold after every step.

    def check(self) -> None:
        assert not selectors.lots_out_of_balance().exists()
        held = [*self.shelf, *self.bay, *self.patients, *self.aside]
        assert len(set(held)) == len(held)
        moved: dict[int, Counter[str]] = defaultdict(Counter)
        changes = ("on_hand_change", "in_bay_change", "quarantined_change")
        for lot, kind, *changed in LedgerEntry.objects.values_list("lot_id", "kind", *changes):
            moved[lot][kind] += sum(changed)
        counting = Dispense.objects.filter(status=DispenseStatus.UNKNOWN).exists()
        for lot in Lot.objects.all():
            self._check_lot(lot, moved[lot.pk], counting=counting)
        self._check_prescriptions()

    def _check_lot(self, lot: Lot, moved: Counter[str], *, counting: bool) -> None:
        everywhere = (self.shelf, self.bay, self.patients, self.aside)
        assert moved[LedgerKind.RECEIVE] == sum(self._in(place, lot.pk) for place in everywhere)
        assert moved[LedgerKind.COUNT] == 0, "a truthful count found packs missing"
        assert -moved[LedgerKind.HAND_OVER] - moved[LedgerKind.RETURN] == self._in(self.patients, lot.pk)
        if not counting:
            booked = (lot.on_hand, lot.in_bay, lot.quarantined)
            assert booked == tuple(self._in(place, lot.pk) for place in (self.shelf, self.bay, self.aside))

    def _check_prescriptions(self) -> None:
        given = Counter[int]()
        for of, packs in Dispense.objects.values_list("prescription_id", "packs_handed_over"):
            given[of] += packs
        for of in Prescription.objects.annotate(left=Coalesce(Sum("entries__reserved_change"), 0)):
            assert given[of.pk] + of.left <= of.packs, "more than was prescribed"

    def _drop(self, of: Dispense, how: str) -> Answer:
        wanted = {"none": 0, "silent": 0, "some": 1}.get(how, of.packs)
        right = [pack for pack in self.shelf if pack[0] == of.lot_id]
        wrong = [pack for pack in self.shelf if pack[0] != of.lot_id]
        dropped = (wrong if how == "wrong" else right)[:wanted]
        self.shelf = [pack for pack in self.shelf if pack not in dropped]
        self.bay += dropped
        if how in ("silent", "silent-dropped"):
            return Answer(Outcome.UNKNOWN, reason="machine-silent")
        packs = tuple(self._scans(dropped))
        if not packs:
            return Answer(Outcome.FAILED, reason="machine-stopped")
        return Answer(Outcome.COMPLETED if len(packs) == of.packs else Outcome.PARTIAL, packs)

    def _scans(self, packs: list[Pack]) -> Iterator[PackScan]:
        for lot, serial in packs:
            row = Lot.objects.get(pk=lot)
            yield PackScan(row.gtin, serial, scan(row, serial))

    def _blocked(self, lot: Lot, *, supply_days: int, margin: bool = True) -> bool:
        lot.refresh_from_db()
        today = self.now.date()
        if not margin:
            return lot.recalled_at is not None or lot.expiry < today
        recalled = lot.recalled_at is not None
        return bool(why_blocked(recalled=recalled, expiry=lot.expiry, today=today, supply_days=supply_days))

    def _one(self, rows, pick: int):
        found = list(rows.order_by("pk"))
        if not found:
            raise PharmacyError("nothing to do")
        return found[pick % len(found)]

    @staticmethod
    def _in(place: list[Pack], lot: int) -> int:
        return sum(one == lot for one, _ in place)


STEPS = (
    "deliver",
    "authorise",
    "authorise",
    "release",
    "release",
    "machine",
    "machine",
    "machine",
    "hand_over",
    "hand_over",
    "hand_over",
    "hand_over",
    "count_bay",
    "count_bay",
    "worker_lost",
    "cancel",
    "retain",
    "replace",
    "cycle_count",
    "return_pack",
    "return_pack",
    "set_aside",
    "recall",
    "refuse",
    "end_supply",
    "minutes_pass",
    "months_pass",
)
