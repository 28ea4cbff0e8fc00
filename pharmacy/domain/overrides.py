"""Which stops a licensed person may set aside, and what is left when they did."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pharmacy.domain.alerts import Alert, Tier, stops_of

# Values of records.models.Role. Source: facts 4.2 (pharmacist or doctor).
OVERRIDING_ROLES: Final = ("pharmacist", "physician")


class OverrideReason(StrEnum):
    """Source: facts 4.3; "will monitor" and "tolerated before" are the most common (JMIR e15653 [V])."""

    WILL_MONITOR = "will-monitor"
    TOLERATED_BEFORE = "tolerated-before"
    BENEFIT_OUTWEIGHS = "benefit-outweighs"
    DATA_WRONG = "data-wrong"
    SPECIALIST_ADVICE = "specialist-advice"


@dataclass(frozen=True)
class OverrideGiven:
    """The answer to one soft stop: `rule_id` and `subject` name it, the medicine is the prescription's."""

    rule_id: str
    reason: OverrideReason
    subject: str = ""
    words: str = ""


def stops_left(alerts: Iterable[Alert], overridden: Iterable[tuple[str, str]]) -> tuple[Alert, ...]:
    """The stops that still stand; `overridden` are rule and subject. A hard stop always stands (PH-85)."""
    answered = frozenset(overridden)
    return tuple(
        alert
        for alert in stops_of(alerts)
        if alert.tier is Tier.HARD or (alert.rule_id, alert.subject) not in answered
    )
