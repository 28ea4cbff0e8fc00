"""What pharmacist, staff and patients do with a medicine from the proposal to its return."""

from dataclasses import replace

from pharmacy.models import Dispense, Prescription, RefusalCode
from pharmacy.services import (
    dispense_cancel,
    dispense_hand_over,
    dispense_release,
    dispense_retain,
    medicine_propose,
    pack_return,
    packs_replace,
    prescription_authorise,
    prescription_refuse,
    safety_answers_record,
    supply_end,
)
from records.actor import software
from records.errors import RecordNotFound, RoleRefused
from tests.integration.pharmacy.cast import CLEAR
from tests.integration.pharmacy.dropped import undisturbed
from tests.integration.pharmacy.world.machine import Machine
from tests.integration.pharmacy.world.places import NothingToDo

CODES = tuple(code for code in RefusalCode if code != RefusalCode.OTHER)
GIVEN = ("completed", "partial")


class People(Machine):
    """`stranger` is a pharmacist of another clinic, where there is one."""

    stranger = None

    def authorise(self, pick: int) -> None:
        wish = next(self._wishes, None)
        if wish is None:
            raise NothingToDo
        by = software("pharmacy.proposer", self.scene.clinic.pk)
        made = self.run(medicine_propose, assessment=wish, by=by)
        if made is None or made.status != "proposed":
            return
        if pick % 2 and made.lot.on_hand > made.lot.reserved + 1:
            with undisturbed():
                self.scene.reserve_more(made)
        self.ask(prescription_authorise, prescription_id=made.pk, by=self.scene.pharmacist)

    def release(self, pick: int) -> None:
        of = self.one(self.mine(Prescription).filter(status="authorised"), pick)
        bays = list(self.bays)
        bay = bays[pick % len(bays)]
        self.ask(dispense_release, prescription_id=of.pk, bay_id=bay, by=self.scene.pharmacist)

    def cancel(self, pick: int) -> None:
        of = self.one(self.mine(Dispense).filter(status="released"), pick)
        self.ask(dispense_cancel, dispense_id=of.pk, by=self.scene.pharmacist, reason="x")

    def hand_over(self, pick: int) -> None:
        of = self.one(self.mine(Dispense).filter(status="in-bay"), pick)
        here = self.bays[of.bay_id]
        scans = [self.scan(pack) for pack in here]
        if pick % 4 == 3:
            scans = [*scans[1:], self.scan((of.lot_id, "NEVER"))]
        given = {"dispense_id": of.pk, "scans": scans, "by": self.scene.screener}
        self.ask(dispense_hand_over, done=lambda: self._status(of) in GIVEN, **given)
        if why := self.why_not(of.lot_id, supply_days=1):
            self.wrong.append(f"handed over although {why}")
        self.patients, self.bays[of.bay_id] = self.patients + here, []

    def retain(self, pick: int) -> None:
        of = self.one(self.mine(Dispense).filter(status="in-bay"), pick)
        self.ask(dispense_retain, dispense_id=of.pk, by=self.scene.screener, reason="x")
        self.aside, self.bays[of.bay_id] = self.aside + self.bays[of.bay_id], []

    def return_pack(self, pick: int) -> None:
        if not self.patients:
            raise NothingToDo
        pack = self.patients[pick % len(self.patients)]
        # One that only a count knows to be with the patient was never scanned, and is no dispense's to take back.
        of = self.one(self.mine(Dispense).filter(dropped__serial=pack[1]), 0)
        self.ask(pack_return, dispense_id=of.pk, scan=self.scan(pack), by=self.scene.screener)
        self.patients.remove(pack)
        self.aside.append(pack)

    def replace(self, pick: int) -> None:
        of = self.one(self.mine(Dispense).filter(status__in=["failed", "reconciled"]), pick)
        self.ask(packs_replace, dispense_id=of.pk, by=self.scene.pharmacist)

    def refuse(self, pick: int) -> None:
        of = self.one(self.mine(Prescription).filter(status="authorised"), pick)
        by, code = self.scene.pharmacist, CODES[pick % len(CODES)]
        self.ask(prescription_refuse, prescription_id=of.pk, by=by, code=code)

    def end_supply(self, pick: int) -> None:
        of = self.one(self.mine(Prescription).filter(status="authorised"), pick)
        self.ask(supply_end, prescription_id=of.pk, by=self.scene.pharmacist, reason="x")

    def answers_change(self, pick: int) -> None:
        """The patient names an allergy to the medicine, or says that there is none after all."""
        of = self.one(self.mine(Prescription).filter(status="authorised"), pick)
        allergic = not self.allergic[of.encounter_id]
        answers = replace(CLEAR, allergies=("carmellose",)) if allergic else CLEAR
        self.ask(safety_answers_record, encounter=of.encounter, answers=answers, by=self.scene.screener)
        self.allergic[of.encounter_id] = allergic

    def unlicensed(self, pick: int) -> None:
        """Who may not do it is refused, and somebody of another clinic finds nothing."""
        of = self.one(self.mine(Prescription).filter(status="authorised"), pick)
        actors = [(self.scene.screener, RoleRefused), (self.stranger, RecordNotFound)]
        for by, refusal in actors[: 1 + (self.stranger is not None)]:
            for service, given in (
                (dispense_release, {"bay_id": next(iter(self.bays))}),
                (prescription_refuse, {"code": CODES[0]}),
                (supply_end, {"reason": "x"}),
            ):
                try:
                    service(prescription_id=of.pk, by=by, now=self.now, **given)
                except refusal:
                    continue
                self.wrong.append(f"{service.__name__} for {by.label}")

    def _status(self, of: Dispense) -> str:
        of.refresh_from_db()
        return of.status
