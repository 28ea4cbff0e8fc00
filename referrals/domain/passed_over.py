"""Why nearer hospitals were passed over: each that treats eyes by itself, the others as one number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

from referrals.domain import rules
from risk.domain.disposition import Reason

if TYPE_CHECKING:
    from referrals.domain.matching import Candidate

# Where hardly anybody fits, as before places are told, a list of all would hide the nearest (REFR-60).
TOLD_MOST: Final = 50


@dataclass(frozen=True)
class PassedOver:
    key: int
    distance_km: float
    reason: Reason


@dataclass(frozen=True)
class Counted:
    """Hospitals that are passed over and not told by themselves: `not_listed` treat eyes, the others do not."""

    not_listed: int = 0
    no_eye_clinic: int = 0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """A reason for each number that is not zero."""
        counts = ((rules.REFR_NOT_LISTED, self.not_listed), (rules.REFR_NO_EYE_CLINIC, self.no_eye_clinic))
        return tuple(Reason(rule, (("hospitals", str(count)),)) for rule, count in counts if count)


COUNTING: Final = frozenset({rules.REFR_NOT_LISTED, rules.REFR_NO_EYE_CLINIC})


def told(
    judged: Iterable[Candidate | PassedOver], best: Candidate | None, by_itself: Collection[int]
) -> tuple[tuple[PassedOver, ...], Counted]:
    """Those nearer than the best candidate, nearest first, and the number of those that are only counted.

    Without a best one, of all hospitals. `by_itself`: keys of those that treat eyes, or had this very referral.
    """
    within_km = best.distance_km if best else inf
    nearer = sorted((j for j in judged if j.distance_km < within_km), key=lambda j: (j.distance_km, j.key))
    own = [one for one in nearer if one.key in by_itself]
    counted = Counted(max(0, len(own) - TOLD_MOST), len(nearer) - len(own))
    return tuple(_as_passed_over(one, best) for one in own[:TOLD_MOST]), counted


def _as_passed_over(judged: Candidate | PassedOver, best: Candidate | None) -> PassedOver:
    """A nearer hospital that could treat lost by the term that speaks most against it."""
    if isinstance(judged, PassedOver):
        return judged
    by_rule = {term.rule_id: term.minutes for term in best.terms} if best else {}
    worst = max(judged.terms, key=lambda term: term.minutes - by_rule.get(term.rule_id, 0.0))
    code = rules.REFR_KNOWN_ELSEWHERE if worst.rule_id == rules.REFR_KNOWN else worst.rule_id
    subject = {
        rules.REFR_COST: (("wait_days", str(judged.wait_days)),),
        rules.REFR_ROAD: (("minutes", f"{judged.travel_minutes:.0f}"),),
    }
    return PassedOver(judged.key, judged.distance_km, Reason(code, subject.get(code, ())))
