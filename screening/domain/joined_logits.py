"""The patient's log-odds from what one exam showed of both eyes: what the risk fusion reads."""

import numpy as np

from screening.domain.both_eyes import BothEyes, fuse_eyes, pair_eyes, plain_maximum
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Label


def joined_logits(exam: ExamResult, fusion: BothEyes | None) -> dict[Label, float | None]:
    """Log-odds of every label for the patient, None where no photograph says anything of it.

    `fusion`: how the release joins eyes; None for the plain maximum. An eye that could not be judged counts here as
    one that is missing: that a hospital's ungradable eyes mostly hide a cataract says nothing of a blurred picture in
    a clinic, and the rules take it again or refer (RI-01, RI-02). Of a patient without any judged eye nothing is
    said. An eye of which only suspicions stand, because a person could not judge it, counts as not judged; its
    suspicions are never lost: they can only add to what the other eye says.
    """
    known = _from_judged_eyes(exam, fusion)
    for eye in exam.eyes:
        for finding in eye.findings:
            if finding.logit is not None and not _is_judged(eye):
                known[finding.label] = _worse(finding.label, finding.logit, known.get(finding.label))
    return {label: known.get(label) for label in LABELS}


def _from_judged_eyes(exam: ExamResult, fusion: BothEyes | None) -> dict[Label, float]:
    judged = [eye for eye in exam.eyes if _is_judged(eye)]
    if not judged:
        return {}
    sides = [eye.laterality.value for eye in judged]
    paired = pair_eyes(["patient"] * len(judged), sides, np.array([_logits(eye) for eye in judged]))
    joined = plain_maximum(paired) if fusion is None else fuse_eyes(fusion, paired).log_odds
    return {label: float(value) for label, value in zip(LABELS, joined[0], strict=True)}


def _is_judged(eye: EyeResult) -> bool:
    """Whether the machine scored every label of it."""
    return {finding.label for finding in eye.findings if finding.logit is not None} == set(LABELS)


def _logits(eye: EyeResult) -> list[float]:
    scored = {finding.label: finding.logit for finding in eye.findings}
    return [float(scored[label] or 0.0) for label in LABELS]


def _worse(label: Label, one: float, other: float | None) -> float:
    if other is None:
        return one
    return min(one, other) if label is Label.NORMAL else max(one, other)
