"""The largest phi of compound scaling that fits a budget on this machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from screening.imaging.scaling.count import Size, count_table
from screening.imaging.scaling.measure import Measured, MeasurementFailed, measure_apart
from screening.imaging.scaling.scale import Scaling, compound, scale
from screening.imaging.scaling.tables import FAMILIES

LARGEST_PHI = 10.0  # 1.92**10 is near seven hundred times the unscaled network


class BudgetInvalid(ValueError):
    """A budget that nothing can be measured against; the message names the option."""


@dataclass(frozen=True)
class Budget:
    """What one picture may cost; None is no limit. `megabytes`: peak memory of the whole process."""

    multiply_adds: float | None = None
    milliseconds: float | None = None
    megabytes: float | None = None

    def __post_init__(self) -> None:
        limits = {"flops": self.multiply_adds, "ms": self.milliseconds, "mb": self.megabytes}
        for option, limit in limits.items():
            if limit is not None and not 0 < limit < float("inf"):
                raise BudgetInvalid(f"--budget-{option} is {limit:g}; give a number above 0")
        if all(limit is None for limit in limits.values()):
            raise BudgetInvalid("no budget is named; give --budget-flops, --budget-ms or --budget-mb")

    @property
    def needs_a_run(self) -> bool:
        return self.milliseconds is not None or self.megabytes is not None


@dataclass(frozen=True)
class Tried:
    """One phi: what was counted and measured, and what it is over; `over` is empty where it fits.

    `measured` is None where counting alone settled it or where it did not run.
    """

    phi: float
    size: Size
    measured: Measured | None
    over: tuple[str, ...]


Measure = Callable[[Scaling], Measured]


def try_phis(
    budget: Budget, family: str, *, step: float, threads: int, measure: Measure | None = None
) -> Iterator[Tried]:
    """From phi = 0 upwards until the first that does not fit, which is the last one given."""
    if not 0 < step <= LARGEST_PHI:
        raise BudgetInvalid(f"--phi-step is {step:g}; give a number above 0 and up to {LARGEST_PHI:g}")
    if threads < 1:
        raise BudgetInvalid(f"--threads is {threads}; give 1 or more")
    run = measure or (lambda scaling: measure_apart(family, scaling, threads=threads))
    for index in range(int(LARGEST_PHI / step) + 1):
        tried = _try(budget, family, round(index * step, 6), run)
        yield tried
        if tried.over:
            return


def _try(budget: Budget, family: str, phi: float, measure: Measure) -> Tried:
    scaling = compound(phi)
    size = count_table(scale(FAMILIES[family], scaling))
    if budget.multiply_adds is not None and size.multiply_adds > budget.multiply_adds:
        return Tried(phi, size, None, (f"{size.multiply_adds / 1e9:.3g} B multiply-adds",))
    if not budget.needs_a_run:
        return Tried(phi, size, None, ())
    try:
        measured = measure(scaling)
    except MeasurementFailed as error:
        return Tried(phi, size, None, (str(error),))
    return Tried(phi, size, measured, tuple(_over(budget, measured)))


def _over(budget: Budget, measured: Measured) -> Iterator[str]:
    if budget.milliseconds is not None and measured.milliseconds > budget.milliseconds:
        yield f"{measured.milliseconds:g} ms"
    if budget.megabytes is not None and measured.megabytes > budget.megabytes:
        yield f"{measured.megabytes:g} MB"


def largest(tried: list[Tried]) -> Tried | None:
    """The largest phi that fits; None where not even the unscaled network does."""
    fitting = [each for each in tried if not each.over]
    return max(fitting, key=lambda each: each.phi, default=None)
