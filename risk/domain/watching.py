"""What the watch looks for every night, and from where on it asks a person to look, or holds a release."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, log, sqrt
from statistics import NormalDist

from risk.domain.intervals import byar, wilson
from screening.domain.rules import Rule


class Measure(StrEnum):
    """IMAGE_DRIFT and RISK_DRIFT compare distributions of scores by label; UNGRADABLE is a share of visits; CALIBRATION
    is how many people read as ill for one that the fused risks had foretold.

    All count visits: the two eyes of one person resemble each other too much to count as two.
    """

    IMAGE_DRIFT = "image-drift"
    RISK_DRIFT = "risk-drift"
    UNGRADABLE = "ungradable"
    CALIBRATION = "calibration"


RISK_MEASURES = (
    Measure.RISK_DRIFT,
    Measure.CALIBRATION,
)  # of the risk release; the others of the image release


class Grouping(StrEnum):
    """Whose figures: of the whole clinic, or of the part that a camera, sex or age band is."""

    ALL = "all"
    CAMERA = "camera"
    SEX = "sex"
    AGE = "age"


class Level(StrEnum):
    """TOO_FEW says nothing. LOOK asks a person to look. HOLD puts the release on hold."""

    TOO_FEW = "too-few"
    QUIET = "quiet"
    LOOK = "look"
    HOLD = "hold"


RECENT_DAYS, REFERENCE_DAYS, CALIBRATION_DAYS = 28, 180, 180
BINS = 10
DRIFT_LOOK, DRIFT_HOLD = 0.10, 0.25
CHANCE = 0.001  # that a night without any drift shows one anywhere
FEWEST_RECENT, FEWEST_REFERENCE = 100, 300  # visits
UNGRADABLE_LOOK, UNGRADABLE_HOLD = 0.12, 0.25
MOST_CAMERAS = 20  # names come from files and partners, and nobody looks through more
FEWEST_READ = 50  # visits
FEWEST_ILL = 10  # of them, foretold or found
CALIBRATION_LOOK, CALIBRATION_HOLD = 1.25, 2.0
AGE_BANDS = ((0, "0-39"), (40, "40-54"), (55, "55-69"), (70, "70-"))

RULES: tuple[Rule, ...] = (
    Rule(
        "RW-01",
        f"Image scores of the last {RECENT_DAYS} days against the {REFERENCE_DAYS} before: population stability index "
        f"above {DRIFT_LOOK} a person looks, above {DRIFT_HOLD} the image release is held; only beyond chance "
        f"(1 night in {1 / CHANCE:.0f}), of {FEWEST_RECENT} visits against {FEWEST_REFERENCE} at least",
        "field (b) 18 (weekly PSI); limits of credit scoring",
        "K",
    ),
    Rule(
        "RW-02",
        f"Visits with an ungradable eye: surely above {UNGRADABLE_LOOK:.0%} a person looks, surely above "
        f"{UNGRADABLE_HOLD:.0%} the image release is held",
        "field (b) 5 (11.9 % in Scotland); hold: product",
        "P",
    ),
    Rule(
        "RW-03",
        f"People read as ill against the fused risks told, of {FEWEST_READ} visits and {FEWEST_ILL} ill at "
        "least: surely off and by "
        f"{CALIBRATION_LOOK} times, a person looks; surely more than {CALIBRATION_HOLD:g} times as many ill as told, "
        "the risk release is held",
        "product (risks told too low are the dangerous side)",
        "P",
    ),
    Rule(
        "RW-04",
        f"Each is looked at for the clinic, each camera of {FEWEST_RECENT} visits (the {MOST_CAMERAS} most used), "
        "sex and age band; one of them is enough. Fused risks that drift are shown to a person and hold nothing",
        "field (b) 18",
        "P",
    ),
    Rule(
        "RW-05",
        "While a release is held in a clinic, a person reads every case it scores there, whenever the hold is lifted, "
        "and the night scores nothing again; a physician lifts it with a reason, or holds one by hand",
        "field (b) 18 (hold for human)",
        "P",
    ),
    Rule(
        "RW-06",
        "After a hold of the watch was lifted, only what came since counts as recent; where it was lifted because "
        "things stay so, what came before is no reference either",
        "product (one finding holds once)",
        "P",
    ),
)


@dataclass(frozen=True)
class Figure:
    """One measure of one group. `n` of the recent days, `reference_n` of those before (0 where there is none);
    `value` None of too few; `low` and `high` its 95 % interval, None for a stability index.
    """

    n: int
    reference_n: int
    value: float | None
    low: float | None
    high: float | None
    level: Level


def age_band(age_years: int | None) -> str:
    """The band of an age in whole years; empty when it is not known."""
    if age_years is None or age_years < 0:
        return ""
    return AGE_BANDS[bisect_right([lowest for lowest, _ in AGE_BANDS], age_years) - 1][1]


def drift(reference: Sequence[float], recent: Sequence[float], *, tests: int, holds: bool) -> Figure:
    """How far recent scores lie from earlier ones (RW-01).

    Parameters
    ----------
    reference, recent : scores on any scale; only their order counts.
    tests : how many distributions are compared that night, so that chance stays below CHANCE for all together.
    holds : whether it may hold a release; else it asks to look at most.
    """
    n, m = len(recent), len(reference)
    if n < FEWEST_RECENT or m < FEWEST_REFERENCE:
        return Figure(n, m, None, None, None, Level.TOO_FEW)
    value = stability_index(reference, recent)
    surely = value > _by_chance(n, m, tests)
    level = _level(value if surely else 0.0, DRIFT_LOOK, DRIFT_HOLD if holds else None)
    return Figure(n, m, value, None, None, level)


def stability_index(reference: Sequence[float], recent: Sequence[float]) -> float:
    """The population stability index over tenths of `reference`; half a visit is added to each, so that none is empty.
    Source: Siddiqi 2006, Credit Risk Scorecards [K].
    """
    ordered = sorted(reference)
    edges = [ordered[len(ordered) * i // BINS] for i in range(1, BINS)]
    before, after = _shares(reference, edges), _shares(recent, edges)
    return sum((a - b) * log(a / b) for b, a in zip(before, after, strict=True))


def _shares(scores: Sequence[float], edges: Sequence[float]) -> list[float]:
    counts = [0.5] * BINS
    for score in scores:
        counts[bisect_right(edges, score)] += 1
    return [count / (len(scores) + BINS / 2) for count in counts]


def _by_chance(n: int, m: int, tests: int) -> float:
    """What the index stays below when nothing changed: it is then chi-squared / (nm / (n + m)) with BINS - 1 degrees of
    freedom. Source: Yurdakul 2018 [K]; Wilson & Hilferty 1931 for the quantile.
    """
    z, freedom = NormalDist().inv_cdf(1 - CHANCE / max(tests, 1)), BINS - 1
    chi_squared = freedom * (1 - 2 / (9 * freedom) + z * sqrt(2 / (9 * freedom))) ** 3
    return chi_squared * (n + m) / (n * m)


def ungradable(count: int, of: int) -> Figure:
    """The share of recent visits with an eye that could not be judged (RW-02)."""
    interval = wilson(count, of)
    if interval is None or of < FEWEST_RECENT:
        return Figure(of, 0, None, None, None, Level.TOO_FEW)
    low, high = interval
    return Figure(of, 0, count / of, low, high, _level(low, UNGRADABLE_LOOK, UNGRADABLE_HOLD))


def calibration(risks: Sequence[float], ill: int) -> Figure:
    """How many of those read were `ill` for one foretold (RW-03). `risks`: the fused risk of each, 0 to 1."""
    foretold = fsum(risks)
    if len(risks) < FEWEST_READ or max(foretold, ill) < FEWEST_ILL or foretold == 0:
        return Figure(len(risks), 0, None, None, None, Level.TOO_FEW)
    low, high = (end / foretold for end in byar(ill))
    return Figure(len(risks), 0, ill / foretold, low, high, _calibration_level(ill / foretold, low, high))


def _calibration_level(ratio: float, low: float, high: float) -> Level:
    if low > CALIBRATION_HOLD:
        return Level.HOLD
    off = (low > 1 and ratio > CALIBRATION_LOOK) or (high < 1 and ratio < 1 / CALIBRATION_LOOK)
    return Level.LOOK if off else Level.QUIET


def _level(value: float, look: float, hold: float | None) -> Level:
    if hold is not None and value > hold:
        return Level.HOLD
    return Level.LOOK if value > look else Level.QUIET
