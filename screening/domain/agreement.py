"""How far two readers agree beyond chance: Cohen's kappa with an interval that counts visits, not eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Pair = tuple[int, int]
Table = list[list[float]]

Z_95 = 1.959964


@dataclass(frozen=True)
class Agreement:
    """`kappa` is None where it is not defined: nobody read, or everybody always said the same.

    `low` and `high` bound it with 95 %, None where the visits do not differ enough to tell: fewer than two, or
    agreement without exception. `n` counts eyes, `agreed` those alike.
    """

    kappa: float | None
    low: float | None
    high: float | None
    n: int
    agreed: int


def agreement(visits: Sequence[Sequence[Pair]], *, categories: int, quadratic: bool = False) -> Agreement:
    """The agreement of pairs of categories (0 to `categories` - 1), grouped by visit.

    The interval is a jackknife that leaves out one visit at a time: two eyes of a patient are alike, so that
    eyes counted one by one would promise too much. `quadratic` weighs a disagreement by the square of its
    distance, for a scale of grades.
    """
    tables = [_table(pairs, categories) for pairs in visits if pairs]
    total = _sum(tables, categories)
    whole = _kappa(total, quadratic=quadratic)
    left_out = [_kappa(_minus(total, one), quadratic=quadratic) for one in tables]
    low, high = _interval(whole, left_out)
    n = int(sum(map(sum, total)))
    return Agreement(whole, low, high, n, int(sum(total[i][i] for i in range(categories))))


def _table(pairs: Sequence[Pair], categories: int) -> Table:
    table = [[0.0] * categories for _ in range(categories)]
    for one, other in pairs:
        table[one][other] += 1
    return table


def _sum(tables: Sequence[Table], categories: int) -> Table:
    places = range(categories)
    return [[sum(table[i][j] for table in tables) for j in places] for i in places]


def _minus(total: Table, part: Table) -> Table:
    return [[a - b for a, b in zip(row, less, strict=True)] for row, less in zip(total, part, strict=True)]


def _kappa(table: Table, *, quadratic: bool) -> float | None:
    n = sum(map(sum, table))
    if n == 0:
        return None
    places = range(len(table))
    rows = [sum(table[i]) for i in places]
    columns = [sum(table[i][j] for i in places) for j in places]
    apart = {(i, j): float((i - j) ** 2 if quadratic else i != j) for i in places for j in places}
    observed = sum(apart[i, j] * table[i][j] for i in places for j in places)
    expected = sum(apart[i, j] * rows[i] * columns[j] for i in places for j in places) / n
    return None if expected == 0 else 1 - observed / expected


def _interval(whole: float | None, left_out: Sequence[float | None]) -> tuple[float | None, float | None]:
    defined = [kappa for kappa in left_out if kappa is not None]
    m = len(defined)
    if whole is None or m < 2:
        return None, None
    mean = sum(defined) / m
    half = Z_95 * sqrt((m - 1) / m * sum((kappa - mean) ** 2 for kappa in defined))
    return (max(-1.0, whole - half), min(1.0, whole + half)) if half > 0 else (None, None)
