"""What a release answered about patients or eyes, beside the truth and beside what no image would answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Decision, Label, OperatingPoint
from screening.imaging.arrays import Doubles
from screening.imaging.ensemble import sigmoid
from screening.imaging.metrics import trivial_scores

NORMAL = LABELS.index(Label.NORMAL)
_TINY = 1e-12


@dataclass(frozen=True)
class Answers:
    """Answers about n patients or eyes, (n, 8) each.

    `truth` in {0, 1}; `log_odds` of the calibrated score; `study`: the score whose 0.5 is the challenge's cut;
    `decided`: 1 present, 0.5 left to a grader, 0 absent, at the release's operating points; `people` (n,): the row
    of the patient, so that both eyes of one person are drawn together.
    """

    truth: Doubles
    log_odds: Doubles
    study: Doubles
    decided: Doubles
    people: np.ndarray[Any, np.dtype[np.int_]]

    @property
    def score(self) -> Doubles:
        """Calibrated probability (n, 8)."""
        return sigmoid(self.log_odds)

    def among(self, rows: np.ndarray[Any, np.dtype[Any]]) -> "Answers":
        """The answers about some, by index or flag (n,); their patients are numbered anew."""
        _, people = np.unique(self.people[rows], return_inverse=True)
        return Answers(self.truth[rows], self.log_odds[rows], self.study[rows], self.decided[rows], people)


LEVELS: Mapping[Decision, float] = {Decision.ABSENT: 0.0, Decision.ABSTAIN: 0.5, Decision.PRESENT: 1.0}


def trivial_answers(answers: Answers, points: Mapping[Label, OperatingPoint]) -> dict[str, Answers]:
    """What would be answered without any photograph, through the same cut and the same operating points."""
    return {
        name: Answers(
            truth=answers.truth,
            log_odds=np.log(np.clip(scores, _TINY, 1 - _TINY) / (1 - np.clip(scores, _TINY, 1 - _TINY))),
            study=scores,
            decided=decide(scores, points),
            people=answers.people,
        )
        for name, scores in trivial_scores(answers.truth).items()
    }


def decide(scores: Doubles, points: Mapping[Label, OperatingPoint]) -> Doubles:
    """`decided` of calibrated scores (n, 8)."""
    present = np.array([points[label].threshold for label in LABELS])
    band = np.array([points[label].abstain_below for label in LABELS])
    return np.asarray(np.where(scores >= present, 1.0, np.where(scores >= band, 0.5, 0.0)))
