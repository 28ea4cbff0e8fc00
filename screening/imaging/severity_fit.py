"""Severity heads of a release from held-out eyes, and how well grades from them agree with the doctors' words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from screening.domain.severity import Severity
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.calibrate import fit_lines, sensitive_threshold
from screening.imaging.ensemble import sigmoid
from screening.imaging.severity_heads import SeverityHead, SeverityHeads
from screening.imaging.targets import SEVERITIES

_STEPS = 3
_UNSURE = -1


@dataclass(frozen=True)
class SeverityTargets:
    """Each answer is yes where `sensitivity` is reached, unless more than 1 - `min_specificity` of the eyes
    without it would then be called so: every step too many sends a person to a hospital sooner than needed.
    """

    sensitivity: float = 0.85
    min_specificity: float = 0.90


def fit_severity(log_odds: Doubles, answers: Doubles, targets: SeverityTargets) -> SeverityHeads:
    """Heads from held-out ensemble log-odds (n, 5) and answers (n, 5) in {0, 1, NaN}."""
    heads = {}
    for column, line in enumerate(fit_lines(log_odds, answers)):
        scores = sigmoid(log_odds[:, column] * line.slope + line.intercept)
        absent, present = (scores[answers[:, column] == value] for value in (0.0, 1.0))
        threshold = sensitive_threshold(
            absent, present, sensitivity=targets.sensitivity, min_specificity=targets.min_specificity
        )
        heads[SEVERITIES[column]] = SeverityHead(line.slope, line.intercept, round(threshold, 4))
    return heads


def measure_severity(
    graded: Sequence[Severity], answers: Doubles, patient_ids: Sequence[str], *, seed: int, resamples: int
) -> dict[str, Any]:
    """Agreement of grades with answers (n, 5) on eyes whose grade the doctors stated.

    Quadratic kappa is over eyes that the machine graded too; an eye it could not grade counts as found at
    every step, because the rules take unknown as serious. 95 % intervals by patient.
    """
    truth = answers[:, :_STEPS].sum(axis=1)
    known = ~np.isnan(truth)
    stated = truth[known].astype(int)
    steps = np.array([_UNSURE if one.icdr is None else one.icdr for one in graded])[known]
    ids = np.unique(np.array(patient_ids)[known], return_inverse=True)[1]
    rows = [np.arange(len(stated)), *_patients_drawn(ids, seed=seed, resamples=resamples)]
    measures = [_measure(stated[each], steps[each]) for each in rows]
    return {
        "eyes_by_grade": np.bincount(stated, minlength=_STEPS + 1).tolist(),
        "eyes_not_graded": int((steps == _UNSURE).sum()),
        **{name: _with_interval([one[name] for one in measures]) for name in measures[0]},
    }


def _patients_drawn(ids: np.ndarray[Any, Any], *, seed: int, resamples: int) -> list[np.ndarray[Any, Any]]:
    """Rows of eyes for each resample of patients, both eyes of a patient together."""
    rng = np.random.default_rng(seed)
    eyes_of = [np.flatnonzero(ids == patient) for patient in range(ids.max() + 1)]
    draws = rng.integers(0, len(eyes_of), (resamples, len(eyes_of)))
    return [np.concatenate([eyes_of[patient] for patient in draw]) for draw in draws]


def _measure(stated: np.ndarray[Any, Any], steps: np.ndarray[Any, Any]) -> dict[str, float]:
    sure = steps != _UNSURE
    serious = np.where(sure, steps, _STEPS)
    measures = {"quadratic_kappa": _quadratic_kappa(stated[sure], steps[sure])}
    for name, step in (("moderate", 2), ("severe", 3)):
        found, ill = serious >= step, stated >= step
        measures[f"sensitivity_{name}"] = _share(found[ill])
        measures[f"specificity_{name}"] = _share(~found[~ill])
    return measures


def _quadratic_kappa(stated: np.ndarray[Any, Any], steps: np.ndarray[Any, Any]) -> float:
    if len(np.union1d(stated, steps)) < 2:
        return float("nan")  # one grade alone leaves nothing to agree on
    return float(cohen_kappa_score(stated, steps, weights="quadratic"))


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def _with_interval(values: Sequence[float]) -> dict[str, float | list[float]]:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return {"value": round(values[0], 4), "interval_95": [round(float(low), 4), round(float(high), 4)]}
