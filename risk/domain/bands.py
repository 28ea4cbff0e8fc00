"""From a fused risk to a band. Bands only ever add to what the image found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from screening.domain.findings import Label
from screening.domain.rules import Rule


class RiskBand(StrEnum):
    LOW = "low"
    RAISED = "raised"
    HIGH = "high"


@dataclass(frozen=True)
class BandRow:
    """Fused risks (0 to 1, community) from which a band begins; the limit itself belongs to the band."""

    raised_from: float
    high_from: float


Bands = Mapping[Label, BandRow]

# Policy (P), as shipped; a clinic may choose its own (risk.domain.policy): a few times the community prevalence of
# facts 1.2, higher where the disease is common and waiting does less harm.
BANDS: Bands = {
    Label.DIABETES: BandRow(raised_from=0.10, high_from=0.30),
    Label.GLAUCOMA: BandRow(raised_from=0.12, high_from=0.30),
    Label.CATARACT: BandRow(raised_from=0.35, high_from=0.60),
    Label.AMD: BandRow(raised_from=0.30, high_from=0.50),
    Label.HYPERTENSION: BandRow(raised_from=0.15, high_from=0.40),
    Label.MYOPIA: BandRow(raised_from=0.10, high_from=0.30),
}
FUSED_LABELS: tuple[Label, ...] = tuple(BANDS)

_HIGH = ", ".join(f"{label.value} {row.high_from:.0%}" for label, row in BANDS.items())
_RAISED = ", ".join(f"{label.value} {row.raised_from:.0%}" for label, row in BANDS.items())
RULES: tuple[Rule, ...] = (
    Rule(
        "RB-01",
        f"Fused risk in the high band without a finding: routine referral within 12 weeks (as shipped: {_HIGH})",
        "product, from facts 1.2",
        "P",
    ),
    Rule(
        "RB-02",
        f"Fused risk in the raised band without a finding: recall in 6 months (as shipped: {_RAISED})",
        "product, from facts 1.2",
        "P",
    ),
    Rule(
        "RB-03",
        "A high fused risk of a disease that a person denied in both eyes: as a raised one, never a referral",
        "product (a person may clear, a risk adds)",
        "P",
    ),
)


def band_of(label: Label, risk: float, bands: Bands = BANDS) -> RiskBand:
    """The band of a fused risk. Raises ValueError for a risk outside 0 to 1 or a label that is not fused."""
    if label not in BANDS:
        raise ValueError(f"label {label.value} is not fused")
    if not 0.0 <= risk <= 1.0:
        raise ValueError("a risk is a probability from 0 to 1")
    row = bands[label]
    if risk >= row.high_from:
        return RiskBand.HIGH
    return RiskBand.RAISED if risk >= row.raised_from else RiskBand.LOW
