"""The places that a camp day's people may be given: a hospital and a week, or a hospital that takes who comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referrals.domain.capacity import monday_of
from referrals.domain.deadlines import first_working_day_from
from referrals.domain.matching import HospitalProfile, Need, cost_of
from referrals.domain.travel import estimated_km
from risk.domain.urgency import Urgency

if TYPE_CHECKING:
    from referrals.domain.assignment import CampPatient


@dataclass(frozen=True)
class Slot:
    """`monday` is None where the hospital takes who comes; `expected_on` is its first day that lies ahead."""

    hospital: int
    monday: date | None
    expected_on: date
    places: int


def slots_of(
    patients: Sequence[CampPatient], hospitals: Sequence[HospitalProfile], today: date
) -> list[Slot]:
    """Every slot that anybody of these may use, all of one urgency; in the order of the hospitals, then of time."""
    last = max(first_working_day_from(one.need.due_by) for one in patients)
    if patients[0].need.urgency is Urgency.STAT:
        return [Slot(hospital.key, None, today, len(patients)) for hospital in hospitals]
    return [slot for hospital in hospitals for slot in _weeks(hospital, today, last)]


def _weeks(hospital: HospitalProfile, today: date, last: date) -> Iterator[Slot]:
    monday = monday_of(first_working_day_from(today))
    while max(monday, today) <= last:
        if places := hospital.offer.open_in(monday):
            yield Slot(hospital.key, monday, first_working_day_from(max(monday, today)), places)
        monday += timedelta(days=7)


def costs_of(
    patients: Sequence[CampPatient], slots: Sequence[Slot], hospitals: Sequence[HospitalProfile], today: date
) -> NDArray[np.float64]:
    """(patients, slots): what each place costs each person; inf where it cannot treat them, or too late."""
    of_key = {hospital.key: hospital for hospital in hospitals}
    costs = np.full((len(patients), len(slots)), np.inf)
    for row, one in enumerate(patients):
        km = {
            key: estimated_km(one.place, hospital.place)
            for key, hospital in of_key.items()
            if one.need.capabilities <= hospital.capabilities
        }
        for column, slot in enumerate(slots):
            if slot.hospital in km and in_time(slot, one.need):
                wait = (slot.expected_on - today).days
                costs[row, column] = cost_of(km[slot.hospital], wait, one.need, today)
    return costs


def in_time(slot: Slot, need: Need) -> bool:
    """Whether the slot begins by the first working day from the deadline (REFR-16)."""
    return slot.monday is None or max(slot.monday, slot.expected_on) <= first_working_day_from(need.due_by)
