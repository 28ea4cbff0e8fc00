"""What more places would change for those whom a camp day's plan left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from referrals.domain.assignment import TIERS, CampPatient, Hospitals, Plan
from referrals.domain.assignment_slots import costs_of, may_go, slots_of
from referrals.domain.insurance import why_not_paid
from referrals.domain.matching import HospitalProfile, Need
from risk.domain.urgency import Urgency


@dataclass(frozen=True)
class Gain:
    """`people` more of an urgency could go if this hospital gave as many places more for it in time."""

    hospital: int
    urgency: Urgency
    people: int


def gains_of_more_places(
    plan: Plan, patients: Sequence[CampPatient], hospitals: Hospitals, *, today: date
) -> tuple[Gain, ...]:
    """For each hospital that could help somebody left out, how many more could go; the greatest help first."""
    out = {one.patient for one in plan.unassigned}
    gains = [
        gain
        for tier in TIERS
        if tier is not Urgency.STAT and any(one.key in out and one.need.urgency is tier for one in patients)
        for gain in _gains(tier, patients, hospitals.get(tier, ()), out, today)
        if gain.people
    ]
    return tuple(sorted(gains, key=lambda gain: (TIERS.index(gain.urgency), -gain.people, gain.hospital)))


def _gains(
    tier: Urgency,
    patients: Sequence[CampPatient],
    hospitals: Sequence[HospitalProfile],
    out: set[int],
    today: date,
) -> Iterator[Gain]:
    of_tier = [one for one in patients if one.need.urgency is tier]
    slots = slots_of(of_tier, hospitals, today)
    possible = np.isfinite(costs_of(of_tier, slots, today))
    places = [slot.places for slot in slots]
    before, more = most(possible, places), sum(one.key in out for one in of_tier)
    for hospital in hospitals:
        able = [_helped(one.need, hospital, today) for one in of_tier]
        if any(fits and one.key in out for fits, one in zip(able, of_tier, strict=True)):
            with_more = np.column_stack([possible, np.array(able)])
            yield Gain(hospital.key, tier, most(with_more, [*places, more]) - before)


def _helped(need: Need, hospital: HospitalProfile, today: date) -> bool:
    """Whether one more place there, in time, would be one for this person."""
    return may_go(need, hospital) and why_not_paid(need, hospital, today) is None


def most(possible: NDArray[np.bool_], places: Sequence[int]) -> int:
    """How many rows can be given a place at once. `possible`: (rows, columns); `places`: rows a column takes."""
    copies = np.minimum(np.array(places, dtype=int), len(possible))
    columns = np.repeat(np.arange(len(places)), copies)
    matched = maximum_bipartite_matching(csr_matrix(possible[:, columns]), perm_type="column")
    return int((matched >= 0).sum())
