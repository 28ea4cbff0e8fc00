"""What age and sex add to the photograph on real patients the image model never saw, however little."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.frame import Floats
from risk.fusion.heldout import HeldOut, read_heldout

FOLDS = 5
RESAMPLES = 1000
_DECADE = 10.0


@dataclass(frozen=True)
class RealPatients:
    """Held-out patients (n,) with their age in years (NaN: not recorded) and whether female (NaN: not recorded)."""

    heldout: HeldOut
    age_years: Floats
    female: Floats


def read_real_patients(path: Path) -> RealPatients:
    """Read the table of held-out patients that making a release leaves beside its training run.

    Columns as for `read_heldout`, one row a patient, with `age` and `sex`.
    Raises FusionTrainingDataInvalid naming a column or row.
    """
    heldout = read_heldout(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if missing := {"age", "sex"} - set(rows[0]):
        raise FusionTrainingDataInvalid(
            f"{path.name} has no column {', '.join(sorted(missing))}; use the table beside the training run"
        )
    if len(rows) != len(heldout.labels):
        raise FusionTrainingDataInvalid(f"{path.name} must have one row a patient")
    sexes = {"Female": 1.0, "Male": 0.0, "female": 1.0, "male": 0.0}
    ages = [_age(row["age"], path, number) for number, row in enumerate(rows, start=2)]
    return RealPatients(heldout, np.array(ages), np.array([sexes.get(row["sex"], np.nan) for row in rows]))


def _age(told: str, path: Path, number: int) -> float:
    try:
        return float(told) if told else np.nan
    except ValueError:
        raise FusionTrainingDataInvalid(f"{path.name} row {number}: age is not a number") from None


def real_gain(patients: RealPatients, *, seed: int) -> dict[str, Any]:
    """Per label: AUC and log loss of the photograph, and what age and sex change, with 95 % intervals by patient.

    Logistic regressions of the label on the photograph's log-odds, with age (and its square) and sex and without,
    both cross-fitted over FOLDS; unrecorded age or sex takes the mean. Gains above 0 are for age and sex.
    """
    rng = np.random.default_rng(seed)
    fold_of = rng.permutation(len(patients.age_years)) % FOLDS
    counts = rng.multinomial(len(fold_of), np.full(len(fold_of), 1 / len(fold_of)), size=RESAMPLES)
    labels = {}
    for column, label in enumerate(FUSED_LABELS):
        truth = patients.heldout.labels[:, column]
        image = patients.heldout.logits[:, [column]]
        alone = _cross_fitted(image, truth, fold_of)
        both = _cross_fitted(np.hstack([image, _person(patients)]), truth, fold_of)
        labels[label.value] = _gain(truth, alone, both, counts)
    return {"simulated": False, "patients": len(fold_of), "resamples": RESAMPLES, "labels": labels}


def _person(patients: RealPatients) -> Floats:
    age = (patients.age_years - np.nanmean(patients.age_years)) / _DECADE
    columns = np.stack([age, age**2, patients.female], axis=1)
    filled: Floats = np.where(np.isnan(columns), np.nanmean(columns, axis=0), columns)
    return filled


def _cross_fitted(features: Floats, truth: np.ndarray[Any, Any], fold_of: np.ndarray[Any, Any]) -> Floats:
    risks = np.empty(len(truth))
    for fold in range(FOLDS):
        test = fold_of == fold
        model = LogisticRegression(max_iter=500).fit(features[~test], truth[~test])
        risks[test] = model.predict_proba(features[test])[:, 1]
    return risks


def _gain(
    truth: np.ndarray[Any, Any], alone: Floats, both: Floats, counts: np.ndarray[Any, Any]
) -> dict[str, Any]:
    def gains(weights: np.ndarray[Any, Any] | None) -> tuple[float, float]:
        auc = [roc_auc_score(truth, risks, sample_weight=weights) for risks in (both, alone)]
        loss = [log_loss(truth, risks, sample_weight=weights) for risks in (alone, both)]
        return auc[0] - auc[1], loss[0] - loss[1]

    drawn = np.array([gains(weights) for weights in counts if (weights[truth] > 0).any()])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    point = gains(None)
    return {
        "positives": int(truth.sum()),
        "auc_photograph": round(float(roc_auc_score(truth, alone)), 4),
        "auc_gain": round(point[0], 4),
        "auc_gain_interval_95": [round(float(low[0]), 4), round(float(high[0]), 4)],
        "log_loss_gain": round(point[1], 5),
        "log_loss_gain_interval_95": [round(float(low[1]), 5), round(float(high[1]), 5)],
    }
