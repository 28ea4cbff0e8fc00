"""Measures of a multi-label screener, with the trivial baselines that keep them honest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score

from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles


@dataclass(frozen=True)
class OfficialScore:
    """The ODIR challenge's measure: everything flattened, threshold 0.5; F1 micro is then plain accuracy."""

    kappa: float
    f1: float
    auc: float
    final: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def official_score(truth: Doubles, probability: Doubles) -> OfficialScore:
    """Challenge score of (patients, 8) truth in {0, 1} and probabilities.

    Source: ODIR_evaluation.py (V): flatten, 0.5, kappa, micro F1, AUC on probabilities, mean of the three.
    """
    flat, scores = truth.ravel(), probability.ravel()
    hard = (scores > 0.5).astype(np.float64)
    kappa = float(cohen_kappa_score(flat, hard))
    f1 = float(f1_score(flat, hard, average="micro"))
    auc = float(roc_auc_score(flat, scores))
    return OfficialScore(kappa, f1, auc, (kappa + f1 + auc) / 3)


def hard_auc(truth: Doubles, probability: Doubles) -> float:
    """AUC of the thresholded decisions (balanced accuracy, flattened): the study's kind of AUC."""
    return float(roc_auc_score(truth.ravel(), (probability.ravel() > 0.5).astype(np.float64)))


def label_aucs(truth: Doubles, score: Doubles) -> list[float | None]:
    """AUC of each column; None where one class is absent, never a made-up 0.5."""
    columns = range(truth.shape[1])
    return [
        float(roc_auc_score(truth[:, i], score[:, i])) if 0 < truth[:, i].sum() < len(truth) else None
        for i in columns
    ]


def macro_auc(truth: Doubles, score: Doubles) -> float:
    """Mean AUC over the labels that have both classes."""
    known = [auc for auc in label_aucs(truth, score) if auc is not None]
    return float(np.mean(known)) if known else float("nan")


def trivial_baselines(truth: Doubles) -> dict[str, OfficialScore]:
    """What no image at all would score: never a disease, and the prevalence of each label."""
    prevalence = np.broadcast_to(truth.mean(axis=0), truth.shape)
    return {
        "all-negative": official_score(truth, np.zeros_like(truth)),
        "prevalence": official_score(truth, np.ascontiguousarray(prevalence)),
    }


def patient_maximum(patient_ids: Sequence[str], values: Doubles) -> tuple[list[str], Doubles]:
    """Both eyes of a patient to one row: the larger value of every disease, the smaller of normal."""
    order = sorted(set(patient_ids))
    rows = np.array([order.index(patient) for patient in patient_ids])
    normal = LABELS.index(Label.NORMAL)
    out = np.full((len(order), values.shape[1]), -np.inf)
    np.maximum.at(out, rows, values)
    lowest = np.full(len(order), np.inf)
    np.minimum.at(lowest, rows, values[:, normal])
    out[:, normal] = lowest
    return order, out
