"""Packs come, are set aside, are counted and are destroyed; lots are recalled; time passes."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pharmacy.domain.counts import Counted
from pharmacy.domain.drug_data import RECALLS_STALE_AFTER_DAYS, DrugDataSource
from pharmacy.importers.reader import read_source
from pharmacy.models import Dispense, DrugDataImport, Lot
from pharmacy.services import (
    bay_count,
    drug_data_import,
    lot_count,
    lot_destroy,
    lot_quarantine,
    lot_receive,
    lot_receive_scanned,
    lots_recall,
    releases_expire,
)
from tests.integration.pharmacy.cast import CARMELLOSE
from tests.integration.pharmacy.drug_data import recall_row, stored
from tests.integration.pharmacy.world.places import NothingToDo, Places

LOTS = (("SHORT", "2027-03"), ("LONG", "2028-01"))


class Goods(Places):
    """`named` are the numbers of lots in the listing of recalls, `data_of` the day of all drug data."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)
        self.named: list[str] = []
        self.renew_data(0)

    def deliver(self, pick: int) -> None:
        number, expiry = LOTS[pick % len(LOTS)]
        known = {"gtin": self.gtin, "number": f"{number}{self.scene.clinic.pk}"}
        clinic = {"organization": self.scene.clinic, "packs": 2, "by": self.scene.screener}
        if pick % 3 == 2 and (lot := self.mine(Lot).filter(**known).first()):
            self.ask(lot_receive_scanned, scan=self.scan((lot.pk, "NEW")), **clinic)
        else:
            self.ask(lot_receive, medicine_code=CARMELLOSE, expiry=expiry, **known, **clinic)
        self.shelf += self.new_packs(self.mine(Lot).get(**known).pk, 2)

    def set_aside(self, pick: int) -> None:
        lot = self.one(self.mine(Lot), pick)
        # Where the machine took the wrong pack, the books know one more than a hand finds.
        if (pack := next((one for one in self.shelf if one[0] == lot.pk), None)) is None:
            raise NothingToDo
        by = self.scene.pharmacist
        self.ask(lot_quarantine, lot_id=lot.pk, packs=1, reason="x", by=by)
        self.shelf.remove(pack)
        self.aside.append(pack)

    def destroy(self, pick: int) -> None:
        if not self.aside:
            raise NothingToDo
        pack = self.aside[pick % len(self.aside)]
        self.ask(lot_destroy, lot_id=pack[0], packs=1, reason="x", by=self.scene.pharmacist)
        self.aside.remove(pack)
        self.destroyed.append(pack)

    def count_bay(self, pick: int) -> None:
        of = self.one(self.mine(Dispense).filter(status="unknown"), pick)
        here = self.bays[of.bay_id]
        took = [pack for pack in here if pack[0] == of.lot_id][: min(pick % 3, of.packs)]
        left = [pack for pack in here if pack not in took]
        counted = [
            Counted(lot, self.of_lot(self.shelf, lot), self.of_lot(left, lot), self.of_lot(took, lot))
            for lot in sorted({of.lot_id, *(lot for lot, _ in here)})
        ]
        self.ask(bay_count, bay_id=of.bay_id, counted=counted, by=self.scene.screener)
        self.patients, self.aside = self.patients + took, self.aside + left
        self.bays[of.bay_id] = []

    def cycle_count(self, pick: int) -> None:
        lot = self.one(self.mine(Lot), pick)
        found = self.of_lot(self.shelf, lot.pk)
        self.ask(lot_count, lot_id=lot.pk, in_machine=found, by=self.scene.screener)

    def recall(self, pick: int) -> None:
        lot = self.one(self.mine(Lot), pick)
        self.ask(lots_recall, gtin=lot.gtin, number=lot.number, reason="x", by=self.scene.pharmacist)

    def recall_notice(self, pick: int) -> None:
        """The day's listing names one more lot."""
        lot = self.one(self.mine(Lot), pick)
        self.named = sorted({*self.named, lot.number})
        source = DrugDataSource.RECALLS
        with TemporaryDirectory() as folder:
            rows = [recall_row(lot.gtin, one, item=f"20{n}") for n, one in enumerate(self.named)]
            path = stored(Path(folder), rows)
            reading = read_source(source, path, as_of=self.data_of)
        self.run(drug_data_import, source=source, reading=reading, by="test", fewer=True)

    def renew_data(self, pick: int) -> None:
        """The same listings are fetched anew."""
        self.data_of = self.now.date()
        DrugDataImport.objects.filter(superseded_at=None).update(as_of=self.data_of)

    @property
    def data_stale(self) -> bool:
        return self.now.date() > self.data_of + timedelta(days=RECALLS_STALE_AFTER_DAYS)

    def minutes_pass(self, pick: int) -> None:
        self.now += timedelta(minutes=10)
        self.run(releases_expire, by=self.scene.software)

    def days_pass(self, pick: int) -> None:
        self.now += timedelta(days=3)

    def months_pass(self, pick: int) -> None:
        self.now += timedelta(days=45)
        if pick % 3:
            self.renew_data(pick)
