"""The places that a camp day's people may be given: a hospital and a week, or a hospital that takes who comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from referrals.domain.capacity import first_day_open, last_day, monday_of
from referrals.domain.costs import crowded_minutes, terms_of, wait_minutes
from referrals.domain.insurance import why_not_paid
from referrals.domain.travel import estimated_km, estimated_minutes
from risk.domain.urgency import Urgency

if TYPE_CHECKING:
    from referrals.domain.assignment import CampPatient
    from referrals.domain.matching import HospitalProfile, Need


@dataclass(frozen=True)
class Slot:
    """`monday` is None where the hospital takes who comes; `expected_on` is its first day that lies ahead."""

    hospital: HospitalProfile
    monday: date | None
    expected_on: date
    places: int


def slots_of(
    patients: Sequence[CampPatient], hospitals: Sequence[HospitalProfile], today: date
) -> list[Slot]:
    """Every slot that anybody of these may use, all of one urgency; in the order of the hospitals, then of time."""
    if patients[0].need.urgency is Urgency.STAT:
        return [Slot(hospital, None, today, len(patients)) for hospital in hospitals]
    due_by = max(one.need.due_by for one in patients)
    return [slot for hospital in hospitals for slot in _weeks(hospital, today, due_by)]


def _weeks(hospital: HospitalProfile, today: date, due_by: date) -> Iterator[Slot]:
    monday, latest = monday_of(today), last_day(due_by, hospital.hours)
    while max(monday, today) <= latest:
        places = hospital.offer.open_in(monday)
        day = first_day_open(hospital.hours, monday, today) if places else None
        if day is not None and day <= latest:
            yield Slot(hospital, monday, day, places)
        monday += timedelta(days=7)


def costs_of(patients: Sequence[CampPatient], slots: Sequence[Slot], today: date) -> NDArray[np.float64]:
    """(patients, slots): what each place costs each person, in minutes as in `matching`; inf where it cannot treat
    them, is too late, or would not be paid.
    """
    costs = np.full((len(patients), len(slots)), np.inf)
    crowded = [crowded_minutes(slot.hospital, slot.monday) if slot.monday else 0.0 for slot in slots]
    for row, one in enumerate(patients):
        standing = {slot.hospital.key: slot.hospital for slot in slots}
        minutes = {key: _minutes(one, there) for key, there in standing.items() if may_go(one.need, there)}
        for column, slot in enumerate(slots):
            if slot.hospital.key in minutes and in_time(slot, one.need):
                wait = wait_minutes((slot.expected_on - today).days, one.need, today)
                costs[row, column] = minutes[slot.hospital.key] + crowded[column] + wait
    return costs


def _minutes(one: CampPatient, hospital: HospitalProfile) -> float:
    """What the hospital costs the person in any week."""
    travel = estimated_minutes(estimated_km(one.place, hospital.place))
    return sum(term.minutes for term in terms_of(one.need, hospital, travel=travel, opening=None, wait=0.0))


def may_go(need: Need, hospital: HospitalProfile) -> bool:
    """Whether the hospital can treat the finding, and did not say no to this very referral (REFR-53)."""
    return can_treat(need, hospital) and hospital.key not in need.said_no


def can_treat(need: Need, hospital: HospitalProfile) -> bool:
    """Whether the hospital has what the finding takes."""
    return need.capabilities <= hospital.capabilities


def in_time(slot: Slot, need: Need) -> bool:
    """Whether its first day is by the first working day from the deadline (REFR-16), and paid by then (REFR-32)."""
    if slot.monday is None:
        return True
    in_time = slot.expected_on <= last_day(need.due_by, slot.hospital.hours)
    return in_time and why_not_paid(need, slot.hospital, slot.expected_on) is None
