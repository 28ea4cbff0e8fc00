"""How often people decide otherwise than the software proposed. Counting only; nothing is learnt from it."""

from dataclasses import dataclass

from risk.domain.intervals import wilson


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
