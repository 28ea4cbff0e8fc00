"""The study's columns on held-out patients, and beside them those that do not flatter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from sklearn.metrics import precision_score, recall_score

from screening.imaging.arrays import Doubles
from screening.imaging.metrics import hard_auc, macro_auc, official_score
from screening.imaging.resampled import accuracy, bootstrap_counts, count_cells, flat_auc, kappa


@dataclass(frozen=True)
class Measures:
    """Everything flattened over patients and labels and cut at 0.5, as the challenge does.

    `accuracy`, `f_beta` and `f1` are one number: F micro-averaged over two classes is accuracy for any beta.
    `auc` is of the decisions, the only kind that fits the study's own kappa and accuracy, and `final` its mean
    with kappa and F1. `official_auc` and `official_final` are the challenge's, on probabilities.
    """

    accuracy: float
    precision: float
    recall: float
    f_beta: float
    auc: float
    kappa: float
    f1: float
    final: float
    official_auc: float
    official_final: float
    macro_auc: float

    def as_dict(self) -> dict[str, float | None]:
        """Rounded to four digits; None for what these patients do not tell."""
        return {name: None if np.isnan(v) else round(v, 4) for name, v in asdict(self).items()}


def measure(truth: Doubles, probability: Doubles) -> Measures:
    """Measures of (patients, 8) truth in {0, 1} and probabilities."""
    official, decided = official_score(truth, probability), hard_auc(truth, probability)
    flat, hard = truth.ravel(), (probability.ravel() > 0.5).astype(np.float64)
    return Measures(
        accuracy=float((flat == hard).mean()),
        precision=float(precision_score(flat, hard, zero_division=0.0)),
        recall=float(recall_score(flat, hard)),
        f_beta=official.f1,
        auc=decided,
        kappa=official.kappa,
        f1=official.f1,
        final=(official.kappa + official.f1 + decided) / 3,
        official_auc=official.auc,
        official_final=official.final,
        macro_auc=macro_auc(truth, probability),
    )


def trivial(truth: Doubles) -> Mapping[str, Measures]:
    """What no picture at all would score on the same patients."""
    prevalence = np.broadcast_to(truth.mean(axis=0), truth.shape)
    return {
        "never a disease": measure(truth, np.zeros_like(truth)),
        "prevalence": measure(truth, np.ascontiguousarray(prevalence)),
    }


def final_interval(
    truth: Doubles, probability: Doubles, *, seed: int, resamples: int = 1000
) -> tuple[float, float]:
    """95 % interval of the challenge's final score, by resampling patients."""
    counts = bootstrap_counts(len(truth), resamples, np.random.default_rng(seed))
    cells = count_cells(truth, (probability > 0.5).astype(np.float64), counts)
    finals = (kappa(cells) + accuracy(cells) + flat_auc(truth, probability, counts)) / 3
    low, high = np.nanquantile(finals, [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
