"""Photographed eyes as the scorer would return them, without a photograph."""

from pathlib import Path

import numpy as np

from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS, OperatingPoint
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason, QualityThresholds
from screening.domain.severity import UNSTATED, Severity
from screening.imaging.arrays import Doubles
from screening.imaging.card import Calibration, Card
from screening.imaging.ensemble import findings_of
from screening.imaging.evaluate.labels import LabelledPhotograph
from screening.imaging.evaluate.patients import Eye
from screening.imaging.preprocess import PreprocessSpec

POINTS = {label: OperatingPoint(threshold=0.5, abstain_below=0.4) for label in LABELS}
CARD = Card(
    name="made-up",
    sha256="0" * 64,
    backbone="none",
    data_version="elsewhere-000000000000",
    weights={},
    preprocess=PreprocessSpec(),
    calibration={label: Calibration(1.0, 0.0) for label in LABELS},
    operating_points=POINTS,
    quality=QualityThresholds(),
    precision="f32",
)
EVALUATED = {"release": "made-up", "trained_on": CARD.data_version, "data": "here-111111111111"}


def eye(
    patient: str,
    side: Laterality,
    labels: Doubles,
    logits: Doubles | None,
    *,
    keywords: str | None = None,
    severity: Severity = UNSTATED,
    eye_labels: Doubles | None = None,
    age: int | None = 55,
    sex: str = "Female",
) -> Eye:
    """An eye of a patient with these labels; without logits it could not be judged."""
    photograph = LabelledPhotograph(
        row=2,
        path=Path(f"{patient}_{side}.jpg"),
        patient_id=patient,
        laterality=side,
        age_years=age,
        sex=sex,
        patient_labels=tuple(int(label) for label in labels),
        eye_labels=None if eye_labels is None else tuple(int(label) for label in eye_labels),
        keywords=keywords,
    )
    if logits is None:
        result = EyeResult(side, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())
    else:
        result = EyeResult(side, Gradability.GRADABLE, (), findings_of(logits, POINTS), severity)
    return Eye(photograph, result)


def cohort(seed: int, *, patients: int = 60, ungradable: float = 0.1, single: float = 0.1) -> list[Eye]:
    """Eyes of patients; some could not be judged, some patients have a single photograph."""
    rng = np.random.default_rng(seed)
    eyes = []
    for number in range(patients):
        in_eye = (rng.random((2, len(LABELS))) < 0.2).astype(float)
        in_eye[:, 0] = in_eye[:, 1:].max(axis=1) == 0
        labels = in_eye.max(axis=0)
        labels[0] = in_eye[:, 0].min()
        sides = tuple(Laterality)[: 1 if rng.random() < single else 2]
        person = {"age": int(rng.integers(30, 90)), "sex": str(rng.choice(["Female", "Male"]))}
        for side, own in zip(sides, in_eye, strict=False):
            logits = rng.normal(-1.5, 1.0, len(LABELS)) + 2.5 * own
            judged = rng.random() >= ungradable
            eyes.append(eye(f"p{number}", side, labels, logits if judged else None, eye_labels=own, **person))
    return eyes
