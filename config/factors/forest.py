"""The forest plot of each factor: where odds ratios and their intervals stand on one logarithmic scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from risk.fusion.factor_table import FactorRow
from risk.fusion.factors import FactorOdds
from screening.domain.findings import Label

WIDTH, HEIGHT = 180, 28
LOWEST, HIGHEST = 0.25, 8.0
TICKS = (0.5, 1, 2, 4)
_YES = _("yes against no")
UNITS: dict[str, LazyText] = {
    "age_years": _("for each year"),
    "female": _("women against men"),
    "diabetes_duration_years": _("for each year"),
    "hba1c_percent": _("for each percentage point"),
    "systolic_mmhg": _("for each mmHg"),
    "diastolic_mmhg": _("for each mmHg"),
    "iop_mmhg": _("for each mmHg"),
    "smoking": _("for each step: never, formerly, now"),
    "bmi_kg_m2": _("for each kg/m²"),
    "refraction_dioptres": _("for each dioptre"),
    **dict.fromkeys(
        ("family_glaucoma", "family_amd", "family_high_myopia", "family_diabetes"), _("for each relative")
    ),
}


@dataclass(frozen=True)
class Mark:
    """One interval and its middle, in plot units."""

    odds: FactorOdds
    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """A row with what is drawn of it; `published` across."""

    row: FactorRow
    unit: LazyText
    published: float | None
    clinic: Mark | None
    photographs: Mark | None


def tables_of(rows: Sequence[FactorRow]) -> list[tuple[Label, list[Line]]]:
    """Lines by label, in the order of the rows."""
    return [(label, [_line(row) for row in of]) for label, of in groupby(rows, key=lambda row: row.label)]


def across(ratio: float) -> float:
    """Where an odds ratio stands; what lies outside the scale stands at its end."""
    held = min(max(ratio, LOWEST), HIGHEST)
    return round(WIDTH * log(held / LOWEST) / log(HIGHEST / LOWEST), 1)


def _line(row: FactorRow) -> Line:
    published = across(row.published.odds_ratio) if row.published else None
    return Line(row, UNITS.get(row.column, _YES), published, _mark(row.clinic), _mark(row.photographs))


def _mark(odds: FactorOdds | None) -> Mark | None:
    return Mark(odds, *map(across, (odds.odds_ratio, odds.low, odds.high))) if odds else None
