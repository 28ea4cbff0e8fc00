"""From which fused risk a clinic acts: its own bands, checked, numbered and comparable."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.domain.bands import BANDS, FUSED_LABELS, BandRow, Bands
from risk.errors import PolicyInvalid
from screening.domain.findings import Label
from screening.domain.rules import Rule


class PolicyFault(StrEnum):
    """Why bands were refused; the portal words each of these."""

    MISSING = "missing"
    NOT_FUSED = "not-fused"
    NOT_A_PROBABILITY = "not-a-probability"
    OUT_OF_ORDER = "out-of-order"


@dataclass(frozen=True)
class RiskPolicy:
    """`version` counts within an organization; 0 is what is shipped, before anybody chose."""

    version: int
    bands: Bands


RULES: tuple[Rule, ...] = (
    Rule(
        "RT-01",
        "A clinic may set the limits of RB-01 and RB-02 itself, with author and reason; they only add to the image",
        "product",
        "P",
    ),
)
SHIPPED_POLICY = RiskPolicy(0, BANDS)


def check_bands(bands: Mapping[Label, BandRow]) -> None:
    """Raise PolicyInvalid, with label and fault, unless every fused label has 0 < raised_from < high_from < 1."""
    for label in bands:
        if label not in FUSED_LABELS:
            raise PolicyInvalid(label, PolicyFault.NOT_FUSED, "has no fused risk; leave it out")
    for label in FUSED_LABELS:
        if label not in bands:
            raise PolicyInvalid(label, PolicyFault.MISSING, "give both limits of every label")
        _check_row(label, bands[label])


def _check_row(label: Label, row: BandRow) -> None:
    if not all(0.0 < limit < 1.0 for limit in (row.raised_from, row.high_from)):
        raise PolicyInvalid(
            label, PolicyFault.NOT_A_PROBABILITY, "a limit lies between 0 and 1, or 0 % and 100 %"
        )
    if row.raised_from >= row.high_from:
        raise PolicyInvalid(label, PolicyFault.OUT_OF_ORDER, "the raised band must begin below the high one")


def changed_labels(one: Bands, other: Bands) -> tuple[Label, ...]:
    """Labels of which a limit differs, in the order of FUSED_LABELS."""
    return tuple(label for label in FUSED_LABELS if one[label] != other[label])
