"""How the programme does: what is counted every night, and from where on a person should look."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from risk.domain.intervals import wilson
from risk.domain.watching import Figure, Level
from screening.domain.rules import Rule


class Indicator(StrEnum):
    """Shares of people, each of the last INDICATOR_DAYS; those named OVERDUE are of today."""

    RESULT_IN_TIME = "result-in-time"
    UPTAKE = "uptake"
    REFERRAL_SENT = "referral-sent-in-time"
    REFERRAL_SEEN = "referral-seen-in-time"
    READ_IN_TIME = "read-in-time"
    RECALLS_OVERDUE = "recalls-overdue"
    REFERRALS_OVERDUE = "referrals-overdue"


INDICATOR_DAYS = 90
RESULT_WITHIN_MINUTES = 30
FEWEST = 20  # people, before a share says anything


@dataclass(frozen=True)
class Limit:
    """A share on the wrong side of `share` asks a person to look; `at_least`: the wrong side is below."""

    share: float
    at_least: bool

    def is_missed(self, share: float) -> bool:
        return share < self.share if self.at_least else share > self.share


LIMITS: Mapping[Indicator, Limit] = MappingProxyType(
    {
        Indicator.RESULT_IN_TIME: Limit(0.90, at_least=True),
        Indicator.UPTAKE: Limit(0.75, at_least=True),
        Indicator.REFERRAL_SENT: Limit(0.95, at_least=True),
        Indicator.REFERRAL_SEEN: Limit(0.80, at_least=True),
        Indicator.READ_IN_TIME: Limit(0.90, at_least=True),
        Indicator.RECALLS_OVERDUE: Limit(0.10, at_least=False),
        Indicator.REFERRALS_OVERDUE: Limit(0.05, at_least=False),
    }
)


def _in_words(indicator: Indicator) -> str:
    limit = LIMITS[indicator]
    return f"{'at least' if limit.at_least else 'at most'} {limit.share:.0%}"


RULES: tuple[Rule, ...] = (
    Rule(
        "PI-01",
        f"Result within {RESULT_WITHIN_MINUTES} minutes, while the patient is still there: "
        f"{_in_words(Indicator.RESULT_IN_TIME)} of exams",
        "field (d) d6 (result in the same visit: attendance 35 to 72 %); share: product",
        "P",
    ),
    Rule(
        "PI-02",
        f"Uptake: {_in_words(Indicator.UPTAKE)} of those whose recall fell due came",
        "NHS DES uptake, acceptable level",
        "K",
    ),
    Rule(
        "PI-03",
        f"Referrals sent by their deadline: {_in_words(Indicator.REFERRAL_SENT)}; seen by it: "
        f"{_in_words(Indicator.REFERRAL_SEEN)}",
        "facts 3.1 (80 % within the time: K); sent: product",
        "K",
    ),
    Rule(
        "PI-04", f"Read by a person by its date: {_in_words(Indicator.READ_IN_TIME)} of cases", "product", "P"
    ),
    Rule(
        "PI-05",
        f"Overdue: {_in_words(Indicator.RECALLS_OVERDUE)} of open recalls, "
        f"{_in_words(Indicator.REFERRALS_OVERDUE)} of open referrals",
        "field (b) 7 (alarm for silence); shares: product",
        "P",
    ),
    Rule(
        "PI-06", f"A share of fewer than {FEWEST} people says nothing; none holds a release", "product", "P"
    ),
)


def indicator_figure(indicator: Indicator, count: int, of: int) -> Figure:
    """The share with its interval, and whether it is on the wrong side of its limit."""
    interval = wilson(count, of)
    if interval is None or of < FEWEST:
        return Figure(of, 0, None, None, None, Level.TOO_FEW)
    low, high = interval
    level = Level.LOOK if LIMITS[indicator].is_missed(count / of) else Level.QUIET
    return Figure(of, 0, count / of, low, high, level)
