"""Whether a photograph can be judged, why not, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from screening.domain.fundus_likeness import GENERAL, FundusLikeness, likeness_from_json
from screening.domain.rules import Rule


class Gradability(StrEnum):
    GRADABLE = "gradable"
    LIMITED = "limited"
    UNGRADABLE = "ungradable"


class QualityReason(StrEnum):
    """Why a photograph is limited or ungradable; each has one action for the person at the camera."""

    BLURRED = "blurred"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    FIELD_CUT_OFF = "field-cut-off"
    NOT_A_FUNDUS = "not-a-fundus"
    UNREADABLE = "unreadable"


class RetakeAction(StrEnum):
    """What the person at the camera does about a reason."""

    REFOCUS = "refocus"
    MORE_LIGHT = "more-light"
    LESS_LIGHT = "less-light"
    REALIGN = "realign"
    PHOTOGRAPH_THE_FUNDUS = "photograph-the-fundus"
    EXPORT_AGAIN = "export-again"


RETAKE_ACTIONS: Mapping[QualityReason, RetakeAction] = MappingProxyType(
    {
        QualityReason.BLURRED: RetakeAction.REFOCUS,
        QualityReason.TOO_DARK: RetakeAction.MORE_LIGHT,
        QualityReason.TOO_BRIGHT: RetakeAction.LESS_LIGHT,
        QualityReason.FIELD_CUT_OFF: RetakeAction.REALIGN,
        QualityReason.NOT_A_FUNDUS: RetakeAction.PHOTOGRAPH_THE_FUNDUS,
        QualityReason.UNREADABLE: RetakeAction.EXPORT_AGAIN,
    }
)

_MEASURED = "measured on the release's training photographs; the values in force stand on its card"
RULES: tuple[Rule, ...] = (
    Rule(
        "IMG-1",
        "A photograph without fine detail is blurred: refocus and repeat",
        _MEASURED,
        "P",
    ),
    Rule("IMG-2", "A photograph too dark to show vessels: more light and repeat", _MEASURED, "P"),
    Rule("IMG-3", "A photograph too bright or overexposed: less light and repeat", _MEASURED, "P"),
    Rule("IMG-4", "A field of view cut off by lid, lash or frame: realign and repeat", _MEASURED, "P"),
    Rule("IMG-5", "A picture that is no colour fundus photograph is never scored", _MEASURED, "P"),
    Rule(
        "IMG-6",
        "An ungradable eye has no findings; it is a result with a reason and an action",
        "DESIGN 6",
        "P",
    ),
)


@dataclass(frozen=True)
class QualityMeasures:
    """What was measured on the field of view, brought to a fixed size.

    `sharpness`: energy of fine over coarse detail; falls with blur, not with contrast. `detail`: fine detail
    relative to brightness. Both are less what noise may have added, and fall with the share of the field that is
    not seen and with the blocks of strong compression. `median`, `p95`: brightness 0..255. `clipped`: share of
    overexposed pixels. `roundness`: share of a full disc that the field covers; 1 where it fills the frame.
    `features`: what tells a fundus from anything else, by name.
    """

    sharpness: float
    detail: float
    median: float
    p95: float
    clipped: float
    roundness: float
    features: Mapping[str, float]


@dataclass(frozen=True)
class QualityThresholds:
    """Limits of each measure; they belong to a release and travel on its card. `*_limited` is the milder.

    `likeness_min`: a picture that looks less like a fundus is none. `likeness_doubt`: the same for a photograph that
    is spoilt anyway, which looks less like one: down to here its fault is named instead.
    """

    sharpness_min: float = 0.42
    sharpness_limited: float = 0.58
    detail_min: float = 0.0022
    detail_limited: float = 0.005
    median_min: float = 18.0
    median_limited: float = 32.0
    p95_min: float = 32.0
    median_max: float = 205.0
    median_max_limited: float = 180.0
    clipped_max: float = 0.22
    clipped_limited: float = 0.08
    roundness_min: float = 0.68
    roundness_limited: float = 0.80
    likeness_min: float = 0.0
    likeness_doubt: float = -14.0
    likeness: FundusLikeness = GENERAL


# Fixed limits of colour, border and grain, which `likeness` replaces; older cards carry them.
_RETIRED = frozenset({"fill_max", "red_min", "blue_max", "warm_min", "texture_max", "detail_max"})


def thresholds_from_json(raw: Mapping[str, Any]) -> QualityThresholds:
    """As a card writes them; what a card does not state is as it is in general.

    Raises KeyError, TypeError or ValueError on a wrong field.
    """
    stated = {name: value for name, value in raw.items() if name not in _RETIRED}
    if "likeness" in stated:
        stated["likeness"] = likeness_from_json(stated["likeness"])
    return QualityThresholds(**stated)


@dataclass(frozen=True)
class Judgement:
    """How far a photograph can be judged; `reasons` is empty exactly for a gradable one."""

    gradability: Gradability
    reasons: tuple[QualityReason, ...]

    def __post_init__(self) -> None:
        if (self.gradability is Gradability.GRADABLE) != (not self.reasons):
            raise ValueError("limited and ungradable need a reason, gradable has none")


def judge_quality(
    measures: QualityMeasures, thresholds: QualityThresholds, *, synthetic: bool = False
) -> Judgement:
    """Gradable, limited or ungradable, with every reason of the worst level (IMG-1 to IMG-5).

    `synthetic`: a rendered photograph is not asked whether it is a fundus; all else applies to it.
    In the dark nothing else can be told, so darkness is then the only reason.
    """
    m, t = measures, thresholds
    if m.median < t.median_min or m.p95 < t.p95_min:
        return Judgement(Gradability.UNGRADABLE, (QualityReason.TOO_DARK,))
    severe = _reasons(
        blurred=m.sharpness < t.sharpness_min or m.detail < t.detail_min,
        dark=False,
        bright=m.median > t.median_max or m.clipped > t.clipped_max,
        cut_off=m.roundness < t.roundness_min,
    )
    least = t.likeness_doubt if severe else t.likeness_min
    if not synthetic and t.likeness.score(m.features) < least:
        return Judgement(Gradability.UNGRADABLE, (QualityReason.NOT_A_FUNDUS,))
    if severe:
        return Judgement(Gradability.UNGRADABLE, severe)
    mild = _reasons(
        blurred=m.sharpness < t.sharpness_limited or m.detail < t.detail_limited,
        dark=m.median < t.median_limited,
        bright=m.median > t.median_max_limited or m.clipped > t.clipped_limited,
        cut_off=m.roundness < t.roundness_limited,
    )
    return Judgement(Gradability.LIMITED if mild else Gradability.GRADABLE, mild)


def _reasons(*, blurred: bool, dark: bool, bright: bool, cut_off: bool) -> tuple[QualityReason, ...]:
    found = {
        QualityReason.BLURRED: blurred,
        QualityReason.TOO_DARK: dark,
        QualityReason.TOO_BRIGHT: bright,
        QualityReason.FIELD_CUT_OFF: cut_off,
    }
    return tuple(reason for reason, applies in found.items() if applies)
