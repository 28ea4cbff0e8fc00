"""Measures of a multi-label screener, with the trivial baselines that keep them honest."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from screening.domain.findings import LABELS, Label
from screening.imaging.arrays import Doubles
from screening.imaging.resampled import (
    Curve,
    accuracy,
    auc,
    average_precision,
    balanced_accuracy,
    count_cells,
    flat_auc,
    kappa,
    once,
    rank_curve,
)


@dataclass(frozen=True)
class OfficialScore:
    """The ODIR challenge's measure: everything flattened, threshold 0.5; F1 micro is then plain accuracy."""

    kappa: float
    f1: float
    auc: float
    final: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def official_scores(truth: Doubles, probability: Doubles, weights: Doubles) -> dict[str, Doubles]:
    """Challenge score of (p, 8) truth in {0, 1} and probabilities, for each weighting (b, p) of the patients.

    Source: ODIR_evaluation.py (V): flatten, 0.5, kappa, micro F1, AUC on probabilities, mean of the three.
    """
    cells = count_cells(truth, called(probability), weights)
    parts = {"kappa": kappa(cells), "f1": accuracy(cells), "auc": flat_auc(truth, probability, weights)}
    return {**parts, "final": np.asarray(sum(parts.values()) / 3)}


def called(probability: Doubles) -> Doubles:
    """The challenge's decisions: 1 above 0.5, else 0."""
    return (probability > 0.5).astype(np.float64)


def official_score(truth: Doubles, probability: Doubles) -> OfficialScore:
    """Challenge score of (patients, 8) truth in {0, 1} and probabilities; see `official_scores`."""
    scores = official_scores(truth, probability, once(len(truth)))
    return OfficialScore(**{name: float(value[0]) for name, value in scores.items()})


def hard_auc(truth: Doubles, probability: Doubles) -> float:
    """AUC of the thresholded decisions (balanced accuracy, flattened): the study's kind of AUC."""
    return float(balanced_accuracy(count_cells(truth, called(probability), once(len(truth))))[0])


def label_aucs(truth: Doubles, score: Doubles) -> list[float | None]:
    """AUC of each column; None where one class is absent, never a made-up 0.5."""
    return _by_label(auc, truth, score)


def label_average_precisions(truth: Doubles, score: Doubles) -> list[float | None]:
    """Average precision of each column; None where one class is absent."""
    return _by_label(average_precision, truth, score)


def _by_label(measure: Callable[[Curve], Doubles], truth: Doubles, score: Doubles) -> list[float | None]:
    columns = zip(truth.T, score.T, strict=True)
    values = [float(measure(rank_curve(t, s, once(len(t))))[0]) for t, s in columns]
    return [None if np.isnan(value) else value for value in values]


def macro_auc(truth: Doubles, score: Doubles) -> float:
    """Mean AUC over the labels that have both classes."""
    return _mean_of_known(label_aucs(truth, score))


def macro_average_precision(truth: Doubles, score: Doubles) -> float:
    """Mean average precision over the labels that have both classes."""
    return _mean_of_known(label_average_precisions(truth, score))


def _mean_of_known(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")


def trivial_scores(truth: Doubles) -> dict[str, Doubles]:
    """What no image at all would answer, (p, 8) each: never a disease, and the prevalence of each label."""
    prevalence = np.broadcast_to(truth.mean(axis=0), truth.shape)
    return {"all-negative": np.zeros_like(truth), "prevalence": np.ascontiguousarray(prevalence)}


def trivial_baselines(truth: Doubles) -> dict[str, OfficialScore]:
    """The challenge score of each of the trivial answers."""
    return {name: official_score(truth, scores) for name, scores in trivial_scores(truth).items()}


def patient_maximum(patient_ids: Sequence[str], values: Doubles) -> tuple[list[str], Doubles]:
    """Both eyes of a patient to one row: the larger value of every disease, the smaller of normal."""
    order = sorted(set(patient_ids))
    row_of = {patient: row for row, patient in enumerate(order)}
    rows = np.array([row_of[patient] for patient in patient_ids])
    normal = LABELS.index(Label.NORMAL)
    out = np.full((len(order), values.shape[1]), -np.inf)
    np.maximum.at(out, rows, values)
    lowest = np.full(len(order), np.inf)
    np.minimum.at(lowest, rows, values[:, normal])
    out[:, normal] = lowest
    return order, out
