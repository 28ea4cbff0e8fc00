"""Which hospitals can treat this person in time, nearest and soonest first, and why not the nearer ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from referrals.domain import rules
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, Opening, first_opening
from referrals.domain.travel import Place, estimated_km
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

CANDIDATES_SHOWN = 3
PASSED_OVER_SHOWN = 5
# Using up the whole window weighs as much as this many km (REFR-15). Product policy.
WINDOW_WEIGHT_KM = 60.0


@dataclass(frozen=True)
class Need:
    """`due_by` is the last day by which the person must be seen."""

    urgency: Urgency
    due_by: date
    capabilities: frozenset[Capability]


@dataclass(frozen=True)
class HospitalProfile:
    """`key` is the hospital's primary key; `offer` counts places of the need's urgency."""

    key: int
    place: Place
    capabilities: frozenset[Capability]
    offer: Offer


@dataclass(frozen=True)
class Candidate:
    """`opening` is None for a same-day need: an emergency takes who comes."""

    key: int
    distance_km: float
    opening: Opening | None
    wait_days: int
    cost: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class PassedOver:
    key: int
    distance_km: float
    reason: Reason


@dataclass(frozen=True)
class Match:
    """At most three candidates, best first. `passed_over` holds nearer hospitals, nearest first."""

    candidates: tuple[Candidate, ...]
    passed_over: tuple[PassedOver, ...]
    reasons: tuple[Reason, ...]

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


def rank_hospitals(need: Need, place: Place, hospitals: Iterable[HospitalProfile], *, today: date) -> Match:
    """Hard filters first (capability, a place in time), then cost of distance and wait.

    Parameters
    ----------
    place
        Where the person starts from.
    hospitals
        Those that are open; `distance_km` of the result is the labelled estimate of REFR-13.

    Source: facts 3.3 (hard filters, soft costs), 3.5 (top three, straight-line estimate);
    rules REFR-13 to REFR-21.
    """
    judged = [_judge(need, place, hospital, today) for hospital in hospitals]
    fitting = sorted((j for j in judged if isinstance(j, Candidate)), key=lambda c: (c.cost, c.key))
    candidates = tuple(fitting[:CANDIDATES_SHOWN])
    reasons = () if candidates else (Reason(rules.REFR_NO_HOSPITAL),)
    return Match(candidates, _passed_over(judged, candidates), reasons)


def _judge(need: Need, place: Place, hospital: HospitalProfile, today: date) -> Candidate | PassedOver:
    distance_km = estimated_km(place, hospital.place)
    lacking = need.capabilities - hospital.capabilities
    if lacking:
        reason = Reason(rules.REFR_LACKS, (("capabilities", ",".join(sorted(lacking))),))
        return PassedOver(hospital.key, distance_km, reason)
    if need.urgency is Urgency.STAT:
        return _candidate(hospital.key, distance_km, None, need, today)
    if not hospital.offer.is_known:
        return PassedOver(hospital.key, distance_km, Reason(rules.REFR_PLACES_UNKNOWN))
    opening = first_opening(hospital.offer, today=today, due_by=need.due_by)
    if opening is None:
        reason = Reason(rules.REFR_NO_PLACE, (("due_by", need.due_by.isoformat()),))
        return PassedOver(hospital.key, distance_km, reason)
    return _candidate(hospital.key, distance_km, opening, need, today)


def _candidate(key: int, distance_km: float, opening: Opening | None, need: Need, today: date) -> Candidate:
    wait_days = (opening.expected_on - today).days if opening else 0
    return Candidate(
        key=key,
        distance_km=distance_km,
        opening=opening,
        wait_days=wait_days,
        cost=cost_of(distance_km, wait_days, need, today),
        reasons=(
            Reason(rules.REFR_DISTANCE, (("distance_km", f"{distance_km:.1f}"),)),
            Reason(rules.REFR_WAIT, (("wait_days", str(wait_days)),)),
        ),
    )


def cost_of(distance_km: float, wait_days: int, need: Need, today: date) -> float:
    """What a way and a wait cost, in km (REFR-15)."""
    window_days = max(1, (need.due_by - today).days)
    return distance_km + WINDOW_WEIGHT_KM * wait_days / window_days


def _passed_over(
    judged: Sequence[Candidate | PassedOver], candidates: tuple[Candidate, ...]
) -> tuple[PassedOver, ...]:
    """Those nearer than the first candidate; without one, the nearest of all."""
    within_km = candidates[0].distance_km if candidates else float("inf")
    nearer = sorted((j for j in judged if j.distance_km < within_km), key=lambda j: (j.distance_km, j.key))
    return tuple(_as_passed_over(j) for j in nearer[:PASSED_OVER_SHOWN])


def _as_passed_over(judged: Candidate | PassedOver) -> PassedOver:
    if isinstance(judged, PassedOver):
        return judged
    longer_wait = Reason(rules.REFR_COST, (("wait_days", str(judged.wait_days)),))
    return PassedOver(judged.key, judged.distance_km, longer_wait)
