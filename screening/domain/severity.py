"""How far a disease went, as a person graded it. None is not stated; the rules take it for serious."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class AmdStage(StrEnum):
    """Macular degeneration: dry (drusen, atrophy) or wet (new vessels, bleeding, fluid)."""

    DRY = "dry"
    WET = "wet"


ICDR_GRADES: tuple[int, ...] = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Severity:
    """`icdr`: 0 none, 1 mild, 2 moderate, 3 severe, 4 proliferative. `macular_oedema`: suspected or not."""

    icdr: int | None = None
    macular_oedema: bool | None = None
    amd: AmdStage | None = None


UNSTATED = Severity()

# The more serious of two readers; "not stated" stands where the rules take it to stand.
_ICDR_ORDER: tuple[int | None, ...] = (0, 1, 2, None, 3, 4)
_OEDEMA_ORDER: tuple[bool | None, ...] = (False, None, True)
_AMD_ORDER: tuple[AmdStage | None, ...] = (AmdStage.DRY, None, AmdStage.WET)


def worst_severity(diabetes: Sequence[Severity], amd: Sequence[Severity]) -> Severity:
    """The most serious of what was stated by those who see diabetes in the eye, or macular degeneration."""
    return Severity(
        icdr=max((one.icdr for one in diabetes), key=_ICDR_ORDER.index, default=None),
        macular_oedema=max((one.macular_oedema for one in diabetes), key=_OEDEMA_ORDER.index, default=None),
        amd=max((one.amd for one in amd), key=_AMD_ORDER.index, default=None),
    )
