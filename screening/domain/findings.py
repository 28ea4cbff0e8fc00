"""The eight labels of the image model and the decision each score leads to."""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """The eight ODIR labels, in the order of the model's outputs."""

    NORMAL = "N"
    DIABETES = "D"
    GLAUCOMA = "G"
    CATARACT = "C"
    AMD = "A"
    HYPERTENSION = "H"
    MYOPIA = "M"
    OTHER = "O"


LABELS: tuple[Label, ...] = tuple(Label)
DISEASES: tuple[Label, ...] = tuple(label for label in Label if label is not Label.NORMAL)


class Decision(StrEnum):
    """ABSTAIN: too close to the operating point for the machine; a grader decides."""

    PRESENT = "present"
    ABSENT = "absent"
    ABSTAIN = "abstain"


@dataclass(frozen=True)
class OperatingPoint:
    """Where a score becomes a finding. Both in calibrated probability, 0 to 1."""

    threshold: float
    abstain_below: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.abstain_below <= self.threshold <= 1.0:
            raise ValueError(
                f"abstain_below {self.abstain_below} must not exceed threshold {self.threshold}, both in 0..1"
            )


@dataclass(frozen=True)
class Finding:
    """One label on one eye. `score` is a calibrated probability, `logit` its log-odds; both and the threshold
    are None where a person decided on an eye that the machine could not score.
    """

    label: Label
    score: float | None
    logit: float | None
    threshold: float | None
    decision: Decision


def decide_finding(label: Label, score: float, logit: float, point: OperatingPoint) -> Finding:
    """Turn a score into a finding at its operating point (the threshold itself counts as present)."""
    if score >= point.threshold:
        decision = Decision.PRESENT
    elif score >= point.abstain_below:
        decision = Decision.ABSTAIN
    else:
        decision = Decision.ABSENT
    return Finding(label, score, logit, point.threshold, decision)
