"""The places where packs are kept, as their thermometers last had them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pharmacy.domain.storage import Storage, is_excursion, reading_due
from pharmacy.models import TemperatureReading
from pharmacy.temperature_selectors import last_reading
from records.actor import Actor


@dataclass(frozen=True)
class Place:
    """`last` is None where nobody ever looked; `due`: that is too long ago (PS-04)."""

    storage: Storage
    last: TemperatureReading | None
    due: bool

    @property
    def outside(self) -> bool:
        """Whether what comes there now is kept back (PS-06)."""
        return self.last is not None and is_excursion(self.storage, self.last.celsius)


def places(storages: Iterable[Storage], *, by: Actor, now: datetime) -> list[Place]:
    """These places of the actor's organization."""
    last = {storage: last_reading(storage, by=by) for storage in storages}
    return [
        Place(storage, row, reading_due(row.measured_at if row else None, now))
        for storage, row in last.items()
    ]
