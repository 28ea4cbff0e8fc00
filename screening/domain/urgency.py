"""How soon. The four FHIR request priorities, in their order."""

from collections.abc import Iterable
from enum import StrEnum


class Urgency(StrEnum):
    """FHIR *request-priority*. Compares by seriousness, not by spelling: `ROUTINE < URGENT < ASAP < STAT`."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"

    @property
    def rank(self) -> int:
        """0 for routine to 3 for stat."""
        return _ORDER.index(self.value)

    # str would compare by spelling ("asap" < "routine"), which is wrong without any error.
    def __lt__(self, other: str) -> bool:
        return self.rank < Urgency(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Urgency(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Urgency(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Urgency(other).rank


_ORDER = ("routine", "urgent", "asap", "stat")


def most_urgent(urgencies: Iterable[Urgency]) -> Urgency:
    """The most serious of `urgencies`; routine when there is none."""
    return max(urgencies, default=Urgency.ROUTINE)
