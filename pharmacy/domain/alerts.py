"""What a safety rule says about one medicine for one person, in three tiers."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """HARD: no override at the machine. SOFT: a licensed person decides. INFO: said, stops nothing.

    Few soft alerts on purpose: 46-96 % of alerts are overridden in published studies, and of the
    overrides of the most severe ones only 0.5 % were appropriate. Source: facts 4.2 [V].
    """

    HARD = "hard"
    SOFT = "soft"
    INFO = "info"


@dataclass(frozen=True)
class Alert:
    """One rule that fired. `medicine` is a formulary code, or "" when the rule stops every medicine.

    `subject` is what it fired on: the unanswered question, the reported substance, the limit.
    """

    rule_id: str
    tier: Tier
    medicine: str = ""
    subject: str = ""

    @property
    def stops(self) -> bool:
        return self.tier is not Tier.INFO


def stops_of(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """The alerts that keep a medicine out of the machine (hard and soft)."""
    return tuple(alert for alert in alerts if alert.stops)


def hard_stops(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """What nobody may set aside at the machine, not even a pharmacist."""
    return tuple(alert for alert in alerts if alert.tier is Tier.HARD)
