"""Which hospitals can treat this person in time, nearest and soonest first; why not a nearer one is passed_over.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf, isinf

from referrals.domain import rules
from referrals.domain.capabilities import OF_EYES, Capability
from referrals.domain.capacity import Offer, Opening, first_opening
from referrals.domain.costs import Term, terms_of, wait_minutes
from referrals.domain.directory import InsuranceClass
from referrals.domain.hours import UNKNOWN_HOURS, Hours
from referrals.domain.insurance import why_not_paid
from referrals.domain.passed_over import Counted, PassedOver, told
from referrals.domain.travel import Place, estimated_km, estimated_minutes
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

CANDIDATES_SHOWN = 3


@dataclass(frozen=True)
class Need:
    """`due_by` is the last day by which the person must be seen.

    `letter_on`: when a first-level institution issued its letter, for medical aid. `language`: ISO 639-1, empty
    where every hospital of the country speaks it. `known_at`: hospitals that treated the person before. `said_no`:
    those that had this very referral, with what they gave as a reason.
    """

    urgency: Urgency
    due_by: date
    capabilities: frozenset[Capability]
    insurance: InsuranceClass | None = None
    letter_on: date | None = None
    language: str = ""
    wheelchair: bool = False
    known_at: frozenset[int] = frozenset()
    said_no: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HospitalProfile:
    """`key` is the hospital's primary key; `offer` counts places of the need's urgency. Empty and None: not known.

    `eye_department`: its directory lists one, which is no capability by itself.
    """

    key: int
    place: Place
    capabilities: frozenset[Capability]
    offer: Offer
    hours: Hours = UNKNOWN_HOURS
    insurances: frozenset[InsuranceClass] = frozenset()
    care_level: int | None = None
    languages: frozenset[str] = frozenset()
    wheelchair_access: bool | None = None
    eye_department: bool = False

    @property
    def treats_eyes(self) -> bool:
        return self.eye_department or not OF_EYES.isdisjoint(self.capabilities)


@dataclass(frozen=True)
class Candidate:
    """`opening` is None for a same-day need: an emergency takes who comes. `cost` is the sum of `terms`.

    `routed`: `travel_minutes` are a router's, else an estimate.
    """

    key: int
    distance_km: float
    travel_minutes: float
    routed: bool
    opening: Opening | None
    wait_days: int
    cost: float
    terms: tuple[Term, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Match:
    """At most three candidates, best first. Every hospital nearer than the first, without one every hospital, stands
    in `passed_over`, nearest first, or is counted in `counted`.
    """

    candidates: tuple[Candidate, ...]
    passed_over: tuple[PassedOver, ...]
    reasons: tuple[Reason, ...]
    counted: Counted = field(default_factory=Counted)

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


def rank_hospitals(
    need: Need,
    place: Place,
    hospitals: Iterable[HospitalProfile],
    *,
    today: date,
    minutes: Mapping[int, float] | None = None,
) -> Match:
    """Hard filters first (capability, a place in time on a day it opens, insurance), then the least cost.

    Parameters
    ----------
    place
        Where the person starts from.
    hospitals
        Those that are not closed down; `distance_km` of the result is the labelled estimate of REFR-13.
    minutes
        Travel by road of a router, by hospital; inf where it knows no way. Where one was not asked about, the
        estimate of REFR-35 stands in, behind three that were (REFR-43).

    Source: facts 3.3 (hard filters, soft costs), 3.5 (top three, straight-line estimate);
    rules REFR-13 to REFR-21, REFR-30 to REFR-40, REFR-43, REFR-53, REFR-59 and REFR-60.
    """
    known = minutes or {}
    # Nowhere of the near ones by road, as from an island: the farther ones are not across the water by estimate.
    others = inf if known and all(map(isinf, known.values())) else None
    listed = list(hospitals)
    judged = [_judge(need, place, hospital, today, known.get(hospital.key, others)) for hospital in listed]
    candidates = _best(judged)
    reasons = () if candidates else (Reason(rules.REFR_NO_HOSPITAL),)
    by_itself = need.said_no.keys() | {hospital.key for hospital in listed if hospital.treats_eyes}
    passed_over, counted = told(judged, candidates[0] if candidates else None, by_itself)
    return Match(candidates, passed_over, reasons, counted)


def _best(judged: Iterable[Candidate | PassedOver]) -> tuple[Candidate, ...]:
    """An estimate knows of no bay and no pass, so it stands behind three ways that a router knows."""
    fitting = sorted((j for j in judged if isinstance(j, Candidate)), key=lambda c: (c.cost, c.key))
    routed = [one for one in fitting if one.routed]
    return tuple((routed if len(routed) >= CANDIDATES_SHOWN else fitting)[:CANDIDATES_SHOWN])


def _judge(
    need: Need, place: Place, hospital: HospitalProfile, today: date, routed: float | None
) -> Candidate | PassedOver:
    distance_km = estimated_km(place, hospital.place)
    if hospital.key in need.said_no:
        reason = Reason(rules.REFR_SAID_NO, (("reason", need.said_no[hospital.key]),))
        return PassedOver(hospital.key, distance_km, reason)
    lacking = need.capabilities - hospital.capabilities
    if lacking:
        reason = Reason(rules.REFR_LACKS, (("capabilities", ",".join(sorted(lacking))),))
        return PassedOver(hospital.key, distance_km, reason)
    if routed == inf:
        return PassedOver(hospital.key, distance_km, Reason(rules.REFR_NO_WAY))
    opening = None
    if need.urgency is not Urgency.STAT:
        opening = first_opening(hospital.offer, today=today, due_by=need.due_by, hours=hospital.hours)
        if opening is None:
            return PassedOver(hospital.key, distance_km, _why_no_place(need, hospital, today))
        if unpaid := why_not_paid(need, hospital, opening.expected_on):
            return PassedOver(hospital.key, distance_km, unpaid)
    return _candidate(need, hospital, distance_km, routed, opening, today)


def _why_no_place(need: Need, hospital: HospitalProfile, today: date) -> Reason:
    if not hospital.offer.is_known:
        return Reason(rules.REFR_PLACES_UNKNOWN)
    due = (("due_by", need.due_by.isoformat()),)
    at_any_hour = first_opening(hospital.offer, today=today, due_by=need.due_by)
    return Reason(rules.REFR_CLOSED if at_any_hour else rules.REFR_NO_PLACE, due)


def _candidate(
    need: Need,
    hospital: HospitalProfile,
    distance_km: float,
    routed: float | None,
    opening: Opening | None,
    today: date,
) -> Candidate:
    wait_days = (opening.expected_on - today).days if opening else 0
    travel = estimated_minutes(distance_km) if routed is None else routed
    terms = terms_of(
        need, hospital, travel=travel, opening=opening, wait=wait_minutes(wait_days, need, today)
    )
    return Candidate(
        key=hospital.key,
        distance_km=distance_km,
        travel_minutes=travel,
        routed=routed is not None,
        opening=opening,
        wait_days=wait_days,
        cost=sum(term.minutes for term in terms),
        terms=terms,
        reasons=_reasons(need, hospital, distance_km, routed, wait_days, terms),
    )


def subject_of(reason: Reason) -> str:
    """What the rule was applied to, as a stored reason keeps it: a distance, days, a date, capabilities."""
    return ", ".join(value for _, value in reason.parameters)


# Said of a candidate too, so that whoever chooses it knows; crowding and travel are no reason to ask further.
_SAID = (rules.REFR_LANGUAGE, rules.REFR_NO_ACCESS, rules.REFR_ACCESS_UNKNOWN)


def _reasons(
    need: Need,
    hospital: HospitalProfile,
    distance_km: float,
    routed: float | None,
    wait_days: int,
    terms: Sequence[Term],
) -> tuple[Reason, ...]:
    way = (
        Reason(rules.REFR_DISTANCE, (("distance_km", f"{distance_km:.1f}"),))
        if routed is None
        else Reason(rules.REFR_ROAD, (("minutes", f"{routed:.0f}"),))
    )
    reasons = [way, Reason(rules.REFR_WAIT, (("wait_days", str(wait_days)),))]
    if hospital.key in need.known_at:
        reasons.append(Reason(rules.REFR_KNOWN))
    if need.insurance is not None and not hospital.insurances:
        reasons.append(Reason(rules.REFR_INSURANCE_UNKNOWN))
    reasons += [Reason(term.rule_id) for term in terms if term.rule_id in _SAID and term.minutes]
    return tuple(reasons)
