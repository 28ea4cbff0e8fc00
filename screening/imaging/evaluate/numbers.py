"""How numbers are written into the document."""

import numpy as np

from screening.imaging.arrays import Doubles

_DIGITS = 4


def rounded(value: float) -> float | None:
    """Four digits; None where there is no number."""
    return None if np.isnan(value) else round(float(value), _DIGITS)


def interval_95(drawn: Doubles) -> list[float] | None:
    """Middle 95 % of what resamples gave; None where none gave a number."""
    known = drawn[~np.isnan(drawn)]
    return [round(float(end), _DIGITS) for end in np.quantile(known, [0.025, 0.975])] if len(known) else None
