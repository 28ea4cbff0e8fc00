"""Written by `python -m screening.imaging.fundus_fit`; not edited by hand."""

BIAS = 100.0
FEATURES: tuple[tuple[str, float, float, float, float], ...] = ()
