"""What is known of each factor, side by side: published, measured here, measured on the real photographs, learnt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import AGE_ODDS_RATIOS, EFFECTS
from risk.fusion.factors import FactorOdds
from risk.fusion.frame import COLUMNS
from screening.domain.findings import Label

SMALLEST_SHARE = 0.02  # of what nobody published or measured
# The published effect of ever or now smoking stands beside the column that grades it 0, 1, 2.
_AS_COLUMN = {"ever_smoked": "smoking", "smokes_now": "smoking"}


@dataclass(frozen=True)
class Published:
    """An odds ratio per unit; `evidence`: V verified, K not (facts 1.3)."""

    odds_ratio: float
    evidence: str


@dataclass(frozen=True)
class FactorRow:
    """One factor of one label. `share`: of what the fusion's splits gained, 0 to 1, learnt from simulated patients."""

    label: Label
    column: str
    published: Published | None
    clinic: FactorOdds | None
    photographs: FactorOdds | None
    share: float


def factor_rows(
    clinic: Iterable[FactorOdds],
    photographs: Iterable[FactorOdds],
    shares: Mapping[Label, Mapping[str, float]],
) -> list[FactorRow]:
    """Rows by label in the order of FUSED_LABELS, what the fusion leans on most first; empty ones are left out."""
    here = {(one.label, one.column): one for one in clinic}
    real = {(one.label, one.column): one for one in photographs}
    told = _published()
    rows = [
        FactorRow(
            label,
            c.name,
            told.get((label, c.name)),
            here.get((label, c.name)),
            real.get((label, c.name)),
            share,
        )
        for label in FUSED_LABELS
        for c in COLUMNS
        for share in [shares[label].get(c.name, 0.0)]
    ]
    kept = [r for r in rows if r.published or r.clinic or r.photographs or r.share >= SMALLEST_SHARE]
    return sorted(kept, key=lambda r: (FUSED_LABELS.index(r.label), -r.share, r.column))


def _published() -> dict[tuple[Label, str], Published]:
    told = {(label, "age_years"): Published(ratio, "V") for label, ratio in AGE_ODDS_RATIOS.items()}
    for label, effects in EFFECTS.items():
        for one in effects:
            told[label, _AS_COLUMN.get(one.column, one.column)] = Published(exp(one.log_odds), one.evidence)
    return told
