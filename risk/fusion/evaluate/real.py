"""What age and sex add on real patients: the photograph's held-out score with and without them."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.booster import LabelFusion, fuse
from risk.fusion.calibration import log_odds
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame, unknown_frame
from risk.fusion.heldout import HeldOut, read_heldout
from screening.domain.both_eyes import BothEyes
from screening.domain.findings import Label
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.resampled import auc, average_precision, bootstrap_counts, once, rank_curve

FOLDS = 5
SEXES = {"female": 1.0, "male": 0.0}
UNKNOWN_AGES = ("", "1")  # this data set writes 1 where the age was not recorded
HOW = {
    "image_alone": "logistic regression on the log-odds of the photographs, cross-fitted by patient",
    "with_age_and_sex": "the same with age and sex beside them; learnt from these real patients, cross-fitted",
    "as_released": "the released fusion, given age and sex alone; its booster learnt from simulated patients",
    "gain": "difference to image_alone on the same patients; 95 % of paired resamples of patients",
    "note": "how both eyes are joined was fitted on these patients by the image release; it is in every row alike",
}


@dataclass(frozen=True)
class RealPatients:
    """Held-out patients with `age_years` (n,) and `female` (n,), NaN where unknown."""

    heldout: HeldOut
    age_years: Floats
    female: Floats


def read_real(path: Path, both_eyes: BothEyes | None) -> RealPatients:
    """A table as of risk.fusion.heldout with `patient_id`, `age` and `sex`. Raises FusionTrainingDataInvalid."""
    heldout = read_heldout(path, both_eyes)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for column in ("patient_id", "age", "sex"):
        if column not in rows[0]:
            raise FusionTrainingDataInvalid(f"{path.name} has no column {column}; real patients need it")
    of_patient = {row["patient_id"]: row for row in rows}
    people = [of_patient[patient] for patient in heldout.patient_ids]
    return RealPatients(
        heldout,
        np.array([_age(row, path) for row in people]),
        np.array([SEXES.get(row["sex"].lower(), np.nan) for row in people]),
    )


def _age(row: Mapping[str, str], path: Path) -> float:
    try:
        return np.nan if row["age"] in UNKNOWN_AGES else float(row["age"])
    except ValueError:
        raise FusionTrainingDataInvalid(
            f"{path.name}: an age is not a number; leave it empty if unknown"
        ) from None


def measure_real(
    fusions: Mapping[Label, LabelFusion],
    real: RealPatients,
    *,
    resamples: int,
    seed: int,
    num_threads: int,
) -> dict[str, Any]:
    """Per label: AUC, AP and Brier score of the photograph alone, and what age and sex add to each."""
    patients = len(real.heldout.labels)
    weights = np.vstack([once(patients), bootstrap_counts(patients, resamples, np.random.default_rng(seed))])
    out: dict[str, Any] = {
        "data": "real",
        "how": HOW,
        "patients": patients,
        "age_unknown": int(np.isnan(real.age_years).sum()),
        "resamples": resamples,
        "labels": {},
    }
    released = _released(fusions, real, num_threads=num_threads)
    for i, label in enumerate(FUSED_LABELS):
        truth = real.heldout.labels[:, i].astype(np.float64)
        image = real.heldout.logits[:, [i]]
        alone = _cross_fitted(image, truth, seed)
        both = _cross_fitted(np.column_stack([image, _filled(real)]), truth, seed)
        out["labels"][label.value] = _compared(truth, alone, both, released[:, i], weights)
    return out


def _filled(real: RealPatients) -> Floats:
    """Age in decades from 60 and sex, both 0 where unknown."""
    decades = (real.age_years - 60) / 10
    return np.nan_to_num(np.stack([decades, real.female - 0.5], axis=1), nan=0.0)


def _cross_fitted(features: Floats, truth: Floats, seed: int) -> Floats:
    """Risks (n,) of patients that their regression never saw; the folds are the same for every set of features."""
    risks = np.empty(len(truth))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(features, truth):
        line = LogisticRegression(C=1.0, tol=1e-6).fit(features[train], truth[train])
        risks[test] = line.predict_proba(features[test])[:, 1]
    return risks


def _released(fusions: Mapping[Label, LabelFusion], real: RealPatients, *, num_threads: int) -> Floats:
    """Fused risks (n, 6), moved back to how common each disease is here, so that only ranks and shape are judged."""
    values = unknown_frame(len(real.age_years)).values
    values[:, COLUMN_NAMES.index("age_years")] = real.age_years
    values[:, COLUMN_NAMES.index("female")] = real.female
    fused = fuse(
        fusions, Frame(COLUMN_NAMES, values), real.heldout.logits, num_threads=num_threads
    ).fused_risks
    shares = real.heldout.labels.mean(axis=0)
    shift = [
        log_odds(float(share)) - log_odds(fusions[label].calibration.community_prevalence)
        for share, label in zip(shares, FUSED_LABELS, strict=True)
    ]
    moved: Floats = 1 / (1 + (1 - fused) / fused * np.exp(-np.array(shift)))
    return moved


def _compared(
    truth: Floats, alone: Floats, both: Floats, released: Floats, weights: Floats
) -> dict[str, Any]:
    ways = {"image_alone": alone, "with_age_and_sex": both, "as_released": released}
    measured = {way: _measures(truth, risks, weights) for way, risks in ways.items()}
    return {
        "positives": int(truth.sum()),
        "prevalence_alone": {"auc": 0.5, "ap": rounded(truth.mean()), "brier": rounded(truth.var())},
        **{way: {name: rounded(values[0]) for name, values in one.items()} for way, one in measured.items()},
        **{
            f"gain_{way}": {
                name: {
                    "difference": rounded(values[0] - measured["image_alone"][name][0]),
                    "interval_95": interval_95((values - measured["image_alone"][name])[1:]),
                }
                for name, values in measured[way].items()
            }
            for way in ("with_age_and_sex", "as_released")
        },
    }


def _measures(truth: Floats, risks: Floats, weights: Floats) -> dict[str, Floats]:
    curve = rank_curve(truth, risks, weights)
    errors: Floats = weights @ (risks - truth) ** 2 / weights.sum(axis=1)
    return {"auc": auc(curve), "ap": average_precision(curve), "brier": errors}
