"""What the photographs of both eyes say of the patient: the fusion of the eyes on a release's card, as served."""

import numpy as np

from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Label
from screening.domain.quality import Gradability
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes import BothEyes, fuse_eyes, pair_eyes

PatientLogits = dict[Label, float | None]


def patient_logits(exam: ExamResult, fusion: BothEyes | None) -> PatientLogits:
    """Log-odds of each label for the patient; None where no gradable eye says anything of it.

    The plain maximum (minimum for normal) where the card has no fusion (None), and where a person's read left an
    eye without the machine's log-odds: then the fusion's weights do not apply.
    """
    plain = {label: exam.worst_logit(label) for label in LABELS}
    if fusion is None or not exam.gradable_eyes or not _complete(exam):
        return plain
    rows = np.stack([_row(eye) for eye in exam.eyes])
    paired = pair_eyes(["patient"] * len(rows), [eye.laterality.value for eye in exam.eyes], rows)
    return dict(zip(LABELS, map(float, fuse_eyes(fusion, paired).log_odds[0]), strict=True))


def _complete(exam: ExamResult) -> bool:
    """Every gradable eye has the machine's log-odds of all labels, no other eye has any."""
    return all(
        {f.label for f in eye.findings if f.logit is not None} == (set(LABELS) if _gradable(eye) else set())
        for eye in exam.eyes
    )


def _row(eye: EyeResult) -> Doubles:
    found = {finding.label: finding.logit for finding in eye.findings}
    return np.array([found[label] if _gradable(eye) else np.nan for label in LABELS], np.float64)


def _gradable(eye: EyeResult) -> bool:
    return eye.gradability is not Gradability.UNGRADABLE
