"""A limit asked on both its sides."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """FROM: the limit is the first value that counts. UP_TO: the last. ALONE: neither neighbour counts."""

    FROM = "from"
    UP_TO = "up-to"
    ALONE = "alone"


@dataclass(frozen=True)
class Threshold:
    """`value` is written here a second time, as the facts have it; `counts` says what a rule makes of a value.

    `step`: how far the neighbours lie, small enough that no other limit is between.
    """

    name: str
    value: float
    step: float
    side: Side
    counts: Callable[[Any], bool]

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> tuple[bool, bool, bool]:
        """What just below, at and just above the limit counts."""
        below, above = self.value - self.step, self.value + self.step
        return self.counts(below), self.counts(self.value), self.counts(above)

    @property
    def expected(self) -> tuple[bool, bool, bool]:
        return self.side is Side.UP_TO, True, self.side is Side.FROM
