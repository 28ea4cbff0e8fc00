"""How often each safety rule stops a medicine, and how often a person sets it aside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from pharmacy.domain.alerts import Tier
from pharmacy.models import AlertStage, Override, Prescription, PrescriptionAlert
from records import access
from records.actor import Actor


@dataclass(frozen=True)
class RuleOverrides:
    """One rule and tier: medicines it stopped when they were decided, and answers to it by their reason."""

    rule_id: str
    tier: str
    stopped: int
    overridden: int
    reasons: dict[str, int]

    @property
    def share(self) -> float | None:
        """Part of its stops that was set aside; None where it stopped nothing."""
        return self.overridden / self.stopped if self.stopped else None


def override_statistics(*, by: Actor, since: datetime, until: datetime | None = None) -> list[RuleOverrides]:
    """The stops of the actor's clinic in cases decided since (and before `until`), most often set aside first.

    A rule that is set aside nearly always is a rule to look at (facts 4.10).
    """
    ours = access.within(Prescription.objects.filter(decided_at__gte=since), by=by)
    if until is not None:
        ours = ours.filter(decided_at__lt=until)
    stops = PrescriptionAlert.objects.filter(
        prescription__in=ours, stage=AlertStage.PRESCRIBING, tier__in=[Tier.HARD, Tier.SOFT]
    )
    answers = Override.objects.filter(prescription__in=ours)
    stopped, overridden = _cases(stops), _cases(answers)
    reasons = _reasons(answers)
    rows = [
        RuleOverrides(*key, stopped.get(key, 0), overridden.get(key, 0), reasons.get(key, {}))
        for key in stopped.keys() | overridden.keys()
    ]
    return sorted(rows, key=lambda row: (-row.overridden, -row.stopped, row.rule_id, row.tier))


def _cases(rows: QuerySet[Any]) -> dict[tuple[str, str], int]:
    """Cases by rule and tier: two alternatives stopped by one rule are one case."""
    counted = rows.values("rule_id", "tier").annotate(cases=Count("prescription", distinct=True))
    return {(row["rule_id"], row["tier"]): row["cases"] for row in counted}


def _reasons(answers: QuerySet[Override]) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in answers.values("rule_id", "tier", "reason").annotate(given=Count("pk")).order_by("reason"):
        found.setdefault((row["rule_id"], row["tier"]), {})[row["reason"]] = row["given"]
    return found
