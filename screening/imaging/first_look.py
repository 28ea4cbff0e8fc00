"""A first look at a photograph while the patient still sits there: can it be judged, and which eye is it?"""

from dataclasses import dataclass

from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, Judgement, QualityReason, QualityThresholds
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.laterality import eye_by_disc
from screening.imaging.quality import assess


@dataclass(frozen=True)
class FirstLook:
    """`shows`: the eye it looks like, None when unsure. Scoring judges again; this one only advises."""

    judgement: Judgement
    shows: Laterality | None


def look_at(data: bytes, thresholds: QualityThresholds) -> FirstLook:
    """Judge the bytes of one photograph that passed the gate. Runs without the image model."""
    try:
        rgb = decode_photograph(data)
    except PhotographUnreadable:
        return FirstLook(Judgement(Gradability.UNGRADABLE, (QualityReason.UNREADABLE,)), None)
    judgement = assess(rgb, thresholds)
    shows = eye_by_disc(rgb) if QualityReason.NOT_A_FUNDUS not in judgement.reasons else None
    return FirstLook(judgement, shows)
