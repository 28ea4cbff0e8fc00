"""A clinic whose packs lie somewhere, whatever its books say, and how its people and software call the services."""

from collections.abc import Callable, Iterator
from itertools import count

from django.db import OperationalError, models
from django.db.models import Max

from pharmacy.models import Lot
from records.models import AuditEvent
from risk.models import RiskAssessment
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, NOW
from tests.integration.pharmacy.dispensing import Scene, scan

Pack = tuple[int, str]  # lot's primary key, serial number


class NothingToDo(Exception):
    """The step is about something that is not there; no service was called."""


class Places:
    """`shelf`, `bays`, `patients`, `aside` and `destroyed` are where every pack really is.

    `wishes` are assessments that wish for a medicine. `at_risk`: the connection may be lost in this step.
    """

    def __init__(self, scene: Scene, wishes: Iterator[RiskAssessment]) -> None:
        self.scene, self.now = scene, NOW
        self.gtin = GTIN[CARMELLOSE]
        self._wishes, self._serials = wishes, count(1)
        self._lots: dict[int, Lot] = {}
        self.at_risk = False
        self.shelf: list[Pack] = []
        self.bays: dict[int, list[Pack]] = {bay.pk: [] for bay in scene.bay.machine.bays.order_by("pk")}
        self.patients: list[Pack] = []
        self.aside: list[Pack] = []
        self.destroyed: list[Pack] = []

    def new_packs(self, lot: int, packs: int) -> list[Pack]:
        return [(lot, f"S{next(self._serials)}") for _ in range(packs)]

    def mine(self, model: type[models.Model]) -> models.QuerySet:
        """The clinic's rows."""
        return model._default_manager.filter(organization_id=self.scene.clinic.pk)

    def one(self, rows: models.QuerySet, pick: int):
        found = list(rows.order_by("pk"))
        if not found:
            raise NothingToDo
        return found[pick % len(found)]

    def lot(self, key: int) -> Lot:
        """What is printed on its packs, which never changes."""
        return self._lots.get(key) or self._lots.setdefault(key, Lot.objects.get(pk=key))

    def scan(self, pack: Pack) -> str:
        return scan(self.lot(pack[0]), pack[1])

    def loose(self) -> list[Pack]:
        """Everything in any bay."""
        return [pack for bay in self.bays.values() for pack in bay]

    @staticmethod
    def of_lot(place: list[Pack], lot: int) -> int:
        return sum(one == lot for one, _ in place)

    def ask(self, service: Callable, *, done: Callable[[], bool] | None = None, **given: object):
        """Call a service as a person does who looks again after an error, and tries again if nothing was done.

        The result is None when the connection was lost after the service had done its work.
        """
        before = self._last_act() if self.at_risk else None
        try:
            return service(now=self.now, **given)
        except OperationalError:
            if done() if done else self._last_act() != before:
                return None
            return service(now=self.now, **given)

    def run(self, service: Callable, **given: object):
        """Call a service as a task does, which is simply tried again."""
        try:
            return service(now=self.now, **given)
        except OperationalError:
            return service(now=self.now, **given)

    def _last_act(self) -> int | None:
        return self.mine(AuditEvent).aggregate(last=Max("sequence"))["last"]
