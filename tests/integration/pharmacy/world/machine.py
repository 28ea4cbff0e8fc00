"""The worker's task with a machine that does right or wrong, and workers that die or wake up late."""

from collections import Counter, defaultdict
from datetime import timedelta

from django.db import OperationalError, connection

from pharmacy.gateways.dispenser import Answer, Outcome, PackScan, Stray
from pharmacy.models import Dispense, Lot
from pharmacy.services import answer_note, dispense_begin
from records import work
from records.models import WorkItem
from tests.integration.pharmacy.world.goods import Goods
from tests.integration.pharmacy.world.places import NothingToDo, Pack

TASK = "pharmacy.dispense_packs"
DOINGS = (
    "all",
    "all",
    "all",
    "some",
    "none",
    "silent",
    "silent-dropped",
    "wrong",
    "again",
    "unread",
    "elsewhere",
    "other-order",
    "twice",
    "late",
    "late-silent",
    "worker-killed",
)
SAID = {"silent": "machine-silent", "silent-dropped": "machine-silent", "elsewhere": "dropped-elsewhere"}


class WorkerLost(Exception):
    """Whoever had the order is gone, or sleeps."""


class Machine(Goods):
    """`sent` counts how often each order went to the machine; `mail` are answers that are still on their way.

    `allergic` are visits whose answers name the medicine; `wrong` is what must never have happened.
    """

    def __init__(self, *given: object) -> None:
        super().__init__(*given)
        self.sent = Counter[int]()
        self.mail: list[tuple[int, Answer]] = []
        self.allergic: dict[int, bool] = defaultdict(bool)
        self.wrong: list[str] = []
        self.worker_gone = False

    def machine(self, pick: int) -> None:
        """The release's task runs, and again as often as it failed, but not where its worker is gone."""
        of = self.one(self.mine(Dispense).filter(status="released"), pick)
        self._work(of, DOINGS[pick % len(DOINGS)])

    def sweep(self, pick: int) -> None:
        """A lease has run out: another worker takes the order over."""
        of = self.one(self.mine(Dispense).filter(status="dispensing"), pick)
        self._work(of, "never")

    def answer_comes(self, pick: int) -> None:
        """A worker that slept notes its answer after all."""
        if not self.mail:
            raise NothingToDo
        key, answer = self.mail[pick % len(self.mail)]
        self.run(answer_note, dispense_id=key, answer=answer, by=self.scene.software)
        if pick % 2:
            self.mail.remove((key, answer))

    def _work(self, of: Dispense, how: str) -> None:
        items = WorkItem.objects.filter(kind=TASK, key=of.pk)
        for _ in range(work.MAX_ATTEMPTS):
            items.update(lease_until=None)
            self.worker_gone = False
            try:
                work.run(TASK, of.pk, lambda key: self._task(key, how))
            except OperationalError:
                # The worker could not even say that it failed; Celery gives it another connection.
                connection.close_if_unusable_or_obsolete()
            if self.worker_gone or not items.exists():
                return

    def _task(self, key: int, how: str) -> None:
        """What pharmacy.tasks does, with this machine in place of the gateway."""
        by = self.scene.software
        order = dispense_begin(dispense_id=key, by=by, now=self.now)
        if order is None:
            return
        self.sent[key] += 1
        of = Dispense.objects.select_related("prescription").get(pk=key)
        if why := self.why_not(of.lot_id, supply_days=of.prescription.supply_days) or self._why_stopped(of):
            self.wrong.append(f"sent although {why}")
        answer = self._drop(of, how)
        if how in ("late", "late-silent", "worker-killed"):
            self.mail += [(key, answer)] * (how != "worker-killed")
            self.worker_gone = True
            raise WorkerLost
        for _ in range(2 if how == "twice" else 1):
            answer_note(dispense_id=key, answer=answer, by=by, now=self.now)

    def why_not(self, key: int, *, supply_days: int) -> str:
        """Why packs of a lot may not move now, by a rule of this test's own."""
        lot = Lot.objects.get(pk=key)
        if lot.recalled_at is not None or lot.number in self.named:
            return "recalled"
        return "expired" if lot.expiry < self.now.date() + timedelta(days=supply_days - 1) else ""

    def _why_stopped(self, of: Dispense) -> str:
        if self.data_stale:
            return "drug data are stale"
        return "the answers stop it" if self.allergic[of.prescription.encounter_id] else ""

    def _drop(self, of: Dispense, how: str) -> Answer:
        """Packs fall, and this is what the machine says of it."""
        wanted = {"none": 0, "silent": 0, "late-silent": 0, "some": 1}.get(how, of.packs)
        right = [pack for pack in self.shelf if pack[0] == of.lot_id]
        wrong = [pack for pack in self.shelf if pack[0] != of.lot_id]
        dropped = (wrong if how == "wrong" else right)[:wanted]
        self.shelf = [pack for pack in self.shelf if pack not in dropped]
        self.bays[of.bay_id] += dropped
        told = self._old_packs(of) or dropped if how == "again" else dropped
        packs = tuple(self._told(pack, unread=how == "unread") for pack in told[: of.packs])
        if how in SAID:
            return Answer(Outcome.UNKNOWN, packs if how == "elsewhere" else (), SAID[how])
        if not packs:
            return Answer(Outcome.FAILED, reason="machine-stopped")
        strays = (Stray("OutputMessage", "999999", "Completed"),) if how == "other-order" else ()
        return Answer(Outcome.COMPLETED if len(packs) == of.packs else Outcome.PARTIAL, packs, "", strays)

    def _old_packs(self, of: Dispense) -> list[Pack]:
        """Packs of the lot that the machine told of before."""
        ours = self.mine(Dispense).filter(lot=of.lot_id)
        return [(of.lot_id, serial) for serial in ours.values_list("dropped__serial", flat=True) if serial]

    def _told(self, pack: Pack, *, unread: bool) -> PackScan:
        return PackScan(self.gtin, pack[1], "smudged" if unread else self.scan(pack))
