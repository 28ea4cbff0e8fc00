"""What one branch scores on the held-out eyes after an epoch."""

from collections.abc import Sequence

import numpy as np
import torch

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles, Floats
from screening.imaging.ensemble import sigmoid
from screening.imaging.metrics import label_aucs, macro_auc, official_score, patient_maximum
from screening.imaging.targets import TARGETS
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_loss import criterion_of
from screening.imaging.training_data import LabelledEye


def measure_epoch(
    held: Sequence[LabelledEye], answers: Floats, logits: Doubles, config: TrainConfig
) -> dict[str, float]:
    """Patient-level scores of uncalibrated sigmoids (largest of both eyes), and the loss and AUC of each target
    on eyes; an AUC is NaN where only one class is known.
    """
    known = torch.from_numpy(answers)
    loss = criterion_of(known, config).cpu()(torch.from_numpy(logits).float(), known)
    ids = [eye.patient_id for eye in held]
    _, scores = patient_maximum(ids, logits[:, : len(LABELS)])
    _, truth = patient_maximum(ids, np.array([eye.patient_labels for eye in held], np.float64))
    official = official_score(truth, sigmoid(scores))
    return {
        "held_loss": float(loss),
        "final": official.final,
        "kappa": official.kappa,
        "auc": official.auc,
        "macro_auc": macro_auc(truth, scores),
        **{f"auc_{name}": value for name, value in zip(TARGETS, _eye_aucs(answers, logits), strict=True)},
    }


def _eye_aucs(answers: Floats, logits: Doubles) -> list[float]:
    columns = []
    for answer, logit in zip(answers.T, logits.T, strict=True):
        known = ~np.isnan(answer)
        auc = label_aucs(answer[known, np.newaxis].astype(np.float64), logit[known, np.newaxis])[0]
        columns.append(float("nan") if auc is None else auc)
    return columns
