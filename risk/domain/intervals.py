"""95 % intervals of shares and of counts, in plain arithmetic."""

from math import sqrt

Z_95 = 1.959964  # two-sided, of the normal distribution


def wilson(count: int, of: int) -> tuple[float, float] | None:
    """The interval of a share `count`/`of`; None of nothing. Source: Wilson 1927, JASA 22:209."""
    if of == 0:
        return None
    share, square = count / of, Z_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 * sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def byar(count: int) -> tuple[float, float]:
    """The interval of what a count of events stands for (Poisson). It is wider than that of people of whom each is
    ill or not, so it errs towards saying nothing. Source: Byar's approximation, Breslow & Day 1987, 69 [K].
    """
    if count == 0:
        return 0.0, _byar(1, Z_95)
    return _byar(count, -Z_95), _byar(count + 1, Z_95)


def _byar(count: int, z: float) -> float:
    return float(count * (1 - 1 / (9 * count) + z / (3 * sqrt(count))) ** 3)
