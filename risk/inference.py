"""The only door of the running service to the fusion. Importing it brings LightGBM into the process."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from risk.domain.bands import BANDS, FUSED_LABELS, Bands
from risk.domain.features import RiskFactors
from risk.domain.next_question import OpenQuestion, worth_asking
from risk.fusion.booster import fuse
from risk.fusion.explain import Explanation, explain
from risk.fusion.frame import COLUMN_NAMES, Floats, frame_of
from risk.fusion.open_questions import open_questions
from risk.fusion.release import FusionRelease, load_release
from risk.fusion_release import FUSION_RELEASE
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from screening.domain.joined_logits import joined_logits

logger = logging.getLogger(__name__)

# One case is a handful of rows: threads cost more than they save, and workers share the machine.
NUM_THREADS = 1


@dataclass(frozen=True)
class FusedLabel:
    """One label of one case; image values are None without a gradable photograph."""

    label: Label
    image_logit: float | None
    image_score: float | None
    image_risk: float | None
    fused_risk: float
    risk_low: float
    risk_high: float
    explanation: Explanation


@dataclass(frozen=True)
class FusedCase:
    """`inputs` are the frame's columns and the image logits by name, None where unknown; the digest is theirs."""

    release: FusionRelease
    labels: tuple[FusedLabel, ...]
    open_questions: tuple[OpenQuestion, ...]
    inputs: dict[str, float | None]
    inputs_sha256: str

    def risks(self) -> dict[Label, float]:
        """The fused risk of each label."""
        return {one.label: one.fused_risk for one in self.labels}


def fuse_case(exam: ExamResult, factors: RiskFactors, bands: Bands = BANDS) -> FusedCase:
    """Fuse the photographs' scores of one exam with the answers of its patient.

    `bands`: the clinic's, by which an unanswered question matters or not.

    Raises
    ------
    FusionReleaseInvalid
        The files of the release are missing or not those of its card.
    """
    release = fusion_release(settings.FUSION_RELEASES_DIR / FUSION_RELEASE)
    _warn_of_another_image_release(release.name, release.card["image_release"], exam.release)
    frame = frame_of([factors])
    joined = joined_logits(exam, release.both_eyes)
    logits = [joined[label] for label in FUSED_LABELS]
    matrix = np.array([[np.nan if logit is None else logit for logit in logits]])
    fused = fuse(release.fusions, frame, matrix, num_threads=NUM_THREADS)
    labels = tuple(
        FusedLabel(
            label=label,
            image_logit=logit,
            image_score=worst_score(exam, label),
            image_risk=None if logit is None else float(fused.image_risks[0, i]),
            fused_risk=float(fused.fused_risks[0, i]),
            risk_low=float(fused.low[0, i]),
            risk_high=float(fused.high[0, i]),
            explanation=explain(release.fusions[label], frame, logit, num_threads=NUM_THREADS),
        )
        for i, (label, logit) in enumerate(zip(FUSED_LABELS, logits, strict=True))
    )
    known = {name: _or_none(value) for name, value in zip(COLUMN_NAMES, frame.values[0], strict=True)}
    known |= {f"image_logit_{one.label.value.lower()}": one.image_logit for one in labels}
    questions = open_questions(release.fusions, frame, matrix, bands, num_threads=NUM_THREADS)
    return FusedCase(release, labels, worth_asking(questions), known, inputs_digest(known))


def inputs_digest(inputs: dict[str, float | None]) -> str:
    """SHA-256 over the inputs in the order of their names: equal inputs, equal digest."""
    lines = [
        f"{name}={'' if value is None else repr(float(value))}" for name, value in sorted(inputs.items())
    ]
    return hashlib.sha256("\n".join(lines).encode("ascii")).hexdigest()


def inputs_digests(names: Sequence[str], inputs: Floats) -> list[str]:
    """inputs_digest of each row of `inputs` (n, names), NaN where unknown; a test compares both."""
    columns = [_lines(names[place], inputs[:, place]) for place in np.argsort(names)]
    rows = zip(*columns, strict=True)
    return [hashlib.sha256("\n".join(row).encode("ascii")).hexdigest() for row in rows]


def _lines(name: str, values: Floats) -> list[str]:
    """Many patients share a value: each is written out once."""
    # By their bits: 0.0 and -0.0 are written otherwise.
    different, place = np.unique(np.ascontiguousarray(values).view(np.int64), return_inverse=True)
    told = [f"{name}={'' if np.isnan(one) else repr(one)}" for one in different.view(np.float64).tolist()]
    lines: list[str] = np.array(told, dtype=object)[place].tolist()
    return lines


@lru_cache(maxsize=2)
def fusion_release(folder: Path) -> FusionRelease:
    """The release in `folder`, loaded and verified once per process."""
    return load_release(folder)


@lru_cache(maxsize=8)
def _warn_of_another_image_release(fusion: str, expected: str, found: str) -> None:
    if expected != found:
        logger.warning(
            "%s was trained on scores of %s, not of %s; run: manage.py train_fusion", fusion, expected, found
        )


def worst_score(exam: ExamResult, label: Label) -> float | None:
    """The score of the worse eye, None where no photograph was scored for it."""
    found = (f.score for eye in exam.eyes for f in eye.findings if f.label is label)
    return max((score for score in found if score is not None), default=None)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
