"""How often people decide otherwise than the software proposed. Counting only; nothing is learnt from it."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964  # two-sided 95 % of the normal distribution


@dataclass(frozen=True)
class Tally:
    """What became of the proposals of one kind. `median_hours` to the decision is None before there is one."""

    key: str
    proposed: int
    released: int
    refused: int
    changed: int = 0
    median_hours: float | None = None

    @property
    def decided(self) -> int:
        return self.released + self.refused + self.changed

    @property
    def overridden(self) -> int:
        return self.refused + self.changed

    @property
    def share(self) -> float | None:
        """Of the decided ones, those where people differed; None while none is decided."""
        return self.overridden / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.overridden, self.decided)


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """The 95 % Wilson score interval of a share; None of nothing."""
    if of == 0:
        return None
    share, square = count / of, Z_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
