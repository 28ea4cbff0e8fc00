"""Who of a camp day goes where: as many as can be treated in time, then at the least cost, tier by tier."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from referrals.domain import rules
from referrals.domain.assignment_slots import Slot, can_treat, costs_of, slots_of
from referrals.domain.matching import HospitalProfile, Need, rank_hospitals
from referrals.domain.travel import Place
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

# The most urgent choose first; what they leave is for the next (REFR-27).
TIERS: Final = (Urgency.STAT, Urgency.ASAP, Urgency.URGENT, Urgency.ROUTINE)

# The hospitals with their places of each urgency; an urgency that is missing has none.
Hospitals = Mapping[Urgency, Sequence[HospitalProfile]]


@dataclass(frozen=True)
class CampPatient:
    """One person of a camp day. `key` is the referral's primary key."""

    key: int
    need: Need
    place: Place


@dataclass(frozen=True)
class Assigned:
    """`slot` says the hospital and, but for a same-day need, the week."""

    patient: int
    slot: Slot
    cost: float


@dataclass(frozen=True)
class Unassigned:
    patient: int
    reason: Reason


@dataclass(frozen=True)
class Plan:
    """A camp day's plan; everybody is in exactly one of the two."""

    assigned: tuple[Assigned, ...]
    unassigned: tuple[Unassigned, ...]


def assign_camp(patients: Iterable[CampPatient], hospitals: Hospitals, *, today: date) -> Plan:
    """The best plan of a day: in each tier, from the most urgent, first the most people, then the least cost.

    Who may go where, and what it costs in minutes, is as in `matching.rank_hospitals` with estimated ways. Exact
    within a tier (REFR-27, REFR-28). Source: facts 3.3, 3.4; linear_sum_assignment of scipy.
    """
    everybody = sorted(patients, key=lambda one: one.key)
    assigned: list[Assigned] = []
    unassigned: list[Unassigned] = []
    for tier in TIERS:
        of_tier = [one for one in everybody if one.need.urgency is tier]
        if of_tier:
            plan = _assign_tier(of_tier, hospitals.get(tier, ()), today)
            assigned += plan.assigned
            unassigned += plan.unassigned
    return Plan(tuple(assigned), tuple(unassigned))


def _assign_tier(patients: Sequence[CampPatient], hospitals: Sequence[HospitalProfile], today: date) -> Plan:
    slots = slots_of(patients, hospitals, today)
    costs = costs_of(patients, slots, today)
    chosen = cheapest(costs, [slot.places for slot in slots])
    assigned = [
        Assigned(one.key, slots[at], float(costs[row, at]))
        for row, (one, at) in enumerate(zip(patients, chosen, strict=True))
        if at is not None
    ]
    left = [
        Unassigned(one.key, _why(one, hospitals, costs[row], today))
        for row, (one, at) in enumerate(zip(patients, chosen, strict=True))
        if at is None
    ]
    return Plan(tuple(assigned), tuple(left))


def cheapest(costs: NDArray[np.float64], places: Sequence[int]) -> list[int | None]:
    """For each row its column, or None: as many rows as possible, then the least sum.

    Parameters
    ----------
    costs : (rows, columns), not negative; inf where a row may not go.
    places : how many rows each column takes.
    """
    rows = len(costs)
    copies = np.minimum(np.array(places, dtype=int), rows)
    repeated = np.repeat(np.arange(len(places)), copies)
    possible = np.isfinite(costs)
    # Dearer than all others together, so that nobody stays out to save the others' way.
    out = 1.0 + rows * float(costs[possible].max(initial=0.0))
    never = out * (rows + 1)
    full = np.where(possible, costs, never)[:, repeated]
    full = np.hstack([full, np.full((rows, rows), out)])
    _, columns = linear_sum_assignment(full)
    return [int(repeated[at]) if at < len(repeated) else None for at in columns]


def _why(
    one: CampPatient, hospitals: Sequence[HospitalProfile], costs: NDArray[np.float64], today: date
) -> Reason:
    """Why nobody takes this person: others took every place in time; else what the nearest says that is asked for."""
    if np.isfinite(costs).any():
        return Reason(rules.REFR_CAMP_FULL, (("due_by", one.need.due_by.isoformat()),))
    able = [hospital for hospital in hospitals if can_treat(one.need, hospital)]
    match = rank_hospitals(one.need, one.place, able, today=today)
    told = [passed.reason for passed in match.passed_over]
    known = [reason for reason in told if reason.code != rules.REFR_PLACES_UNKNOWN]
    return next(iter(known or told), Reason(rules.REFR_NO_HOSPITAL))
