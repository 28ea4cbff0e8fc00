"""Whether a photograph can be judged, why not, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

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
    Rule("IMG-1", "A photograph without fine detail is blurred: refocus and repeat", _MEASURED, "P"),
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

    `sharpness`: energy of finest over coarser detail; falls with blur, not with contrast. `detail`: finest
    detail relative to brightness. `median`, `p95`: brightness 0..255. `clipped`: share of overexposed
    pixels. `roundness`: overlap of the field with a full disc, 0..1. `fill`: lit share of the field's
    bounding box (a disc 0.785, no border 1). `red`, `blue`: shares of the colour. `warm`: share of pixels
    with more red than blue. `texture`: energy of single pixels relative to brightness.
    """

    sharpness: float
    detail: float
    median: float
    p95: float
    clipped: float
    roundness: float
    fill: float
    red: float
    blue: float
    warm: float
    texture: float


@dataclass(frozen=True)
class QualityThresholds:
    """Limits of each measure; they belong to a release and travel on its card. `*_limited` is the milder."""

    sharpness_min: float = 0.42
    sharpness_limited: float = 0.58
    detail_min: float = 0.0022
    detail_limited: float = 0.005
    detail_max: float = 0.14
    median_min: float = 18.0
    median_limited: float = 32.0
    p95_min: float = 32.0
    median_max: float = 205.0
    median_max_limited: float = 180.0
    clipped_max: float = 0.22
    clipped_limited: float = 0.08
    roundness_min: float = 0.68
    roundness_limited: float = 0.80
    fill_max: float = 0.97
    red_min: float = 0.355
    blue_max: float = 0.31
    warm_min: float = 0.60
    texture_max: float = 0.13


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
    if not synthetic and not _is_fundus(m, t):
        # an overexposed field loses its colour, so it is told apart by its dark corners
        burnt = m.fill <= t.fill_max and (m.median > t.median_max_limited or m.clipped > t.clipped_limited)
        reason = QualityReason.TOO_BRIGHT if burnt else QualityReason.NOT_A_FUNDUS
        return Judgement(Gradability.UNGRADABLE, (reason,))
    severe = _reasons(
        blurred=m.sharpness < t.sharpness_min or m.detail < t.detail_min,
        dark=False,
        bright=m.median > t.median_max or m.clipped > t.clipped_max,
        cut_off=m.roundness < t.roundness_min,
    )
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


def _is_fundus(m: QualityMeasures, t: QualityThresholds) -> bool:
    """A warm-coloured field with dark corners and without the grain of a texture."""
    return (
        m.fill <= t.fill_max
        and m.red >= t.red_min
        and m.blue <= t.blue_max
        and m.warm >= t.warm_min
        and m.texture <= t.texture_max
        and m.detail <= t.detail_max
    )
