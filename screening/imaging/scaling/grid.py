"""The first step of compound scaling: which coefficients the constraint leaves to a grid search at phi = 1.

Source: Tan & Le 2019, section 3.3, equation 3: alpha * beta**2 * gamma**2 near 2, each at least 1.
"""

from dataclasses import dataclass
from itertools import product

from screening.imaging.scaling.count import Size, count_table
from screening.imaging.scaling.scale import Coefficients, compound, scale
from screening.imaging.scaling.tables import EFFICIENTNET, Architecture

_STEPS = 20  # to the double, in steps of 0.05: the paper's three coefficients lie on it


@dataclass(frozen=True)
class Step:
    """One network of compound scaling. `times`: its multiply-adds over those of the unscaled network."""

    phi: float
    table: Architecture
    size: Size
    times: float


def candidates(*, near: float = 0.1) -> tuple[Coefficients, ...]:
    """Every choice on the grid whose cost is within `near` of 2; accuracy decides between them, by training."""
    values = [round(1 + step / _STEPS, 2) for step in range(_STEPS + 1)]
    grid = (Coefficients(*each) for each in product(values, repeat=3))
    return tuple(each for each in grid if abs(each.cost - 2) <= near)


def steps(phis: tuple[float, ...], table: Architecture = EFFICIENTNET) -> tuple[Step, ...]:
    """The networks of compound scaling at `phis`, with the paper's coefficients."""
    base = count_table(table).multiply_adds
    made = []
    for phi in phis:
        scaled = scale(table, compound(phi))
        size = count_table(scaled)
        made.append(Step(phi, scaled, size, size.multiply_adds / base))
    return tuple(made)
