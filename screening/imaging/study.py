"""The study's kind of score: a patient's log-odds calibrated, then moved so that 0.5 is the study's best cut."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from screening.domain.both_eyes import EyesSeen, Fused
from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles


class StudyInvalid(ValueError):
    """The study calibration of a card cannot be used; the message names the field."""


@dataclass(frozen=True)
class Line:
    """Calibrated log-odds of one label = slope * fused log-odds + intercept."""

    slope: float
    intercept: float


@dataclass(frozen=True)
class Study:
    """`lines`: each label's line from fused log-odds to calibrated log-odds. `cut`: the calibrated probability
    at which a label is called present in the study's table; one for all labels, because that table counts
    every cell alike, so that the best decisions rank all cells by probability.
    """

    lines: Mapping[Label, Line]
    cut: float


def calibrated_log_odds(study: Study, fused: Fused) -> Doubles:
    """Log-odds (p, 8) of calibrated probabilities, at the prevalence of the patients of the fit.

    Patients of whom no eye was judged keep the answer made for them.
    """
    slope = np.array([study.lines[label].slope for label in LABELS])
    intercept = np.array([study.lines[label].intercept for label in LABELS])
    return _unless_unseen(fused, fused.log_odds * slope + intercept)


def study_log_odds(study: Study, fused: Fused) -> Doubles:
    """Study log-odds (p, 8): 0 is the study's best cut. Patients of whom no eye was judged as above."""
    shift = np.log(study.cut / (1 - study.cut))
    return _unless_unseen(fused, calibrated_log_odds(study, fused) - shift)


def _unless_unseen(fused: Fused, log_odds: Doubles) -> Doubles:
    unseen = (fused.seen == EyesSeen.NEITHER)[:, None]
    return np.asarray(np.where(unseen, fused.log_odds, log_odds))


def as_json(study: Study) -> dict[str, Any]:
    """What the card holds under `study`."""
    lines = {str(label): asdict(line) for label, line in study.lines.items()}
    return {"cut": round(study.cut, 6), "lines": lines}


def from_json(raw: Mapping[str, Any]) -> Study:
    """The numbers of a card. Raises StudyInvalid naming the field, KeyError for a missing one."""
    lines = {label: Line(**raw["lines"][label]) for label in LABELS}
    if any(line.slope <= 0 for line in lines.values()):
        raise StudyInvalid("study: a slope must be positive")
    cut = float(raw["cut"])
    if not 0.0 < cut < 1.0:
        raise StudyInvalid(f"study: cut is {cut}, must lie between 0 and 1")
    return Study(MappingProxyType(lines), cut)
