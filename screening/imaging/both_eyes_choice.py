"""Whether a fusion of both eyes is kept: only where patients that it never saw show that it is no worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from screening.domain.both_eyes import BothEyes, EyesSeen, Paired, fuse_eyes, pair_eyes
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes_fit import deal_rows, fit_both_eyes, maximum_of
from screening.imaging.ensemble import sigmoid
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.metrics import hard_auc, official_scores
from screening.imaging.resampled import auc, bootstrap_counts, mean_of_known, once, rank_curve
from screening.imaging.study import Study, study_log_odds
from screening.imaging.study_fit import expect_final, fit_study

_FOLDS = 5
_MARGIN = 0.005  # of final and macro AUC: what "not worse" may cost at the lower end of the interval


@dataclass(frozen=True)
class JoinedEyes:
    """What a card needs to join eyes: the fusion, the study calibration on top of it, and why they were chosen."""

    fusion: BothEyes
    study: Study
    evidence: dict[str, Any]


@dataclass(frozen=True)
class CrossFitted:
    """Answers for patients that their fit never saw: fused log-odds and study probabilities (p, 8)."""

    log_odds: Doubles
    probability: Doubles


def fit_joined_eyes(
    patient_ids: Sequence[str],
    eyes: Sequence[str],
    logits: Doubles,
    patient_labels: Doubles,
    *,
    seed: int,
    resamples: int = 1000,
    new_patients: int = 673,
) -> JoinedEyes:
    """Fusion and study calibration from out-of-fold release logits (n, 8) of eyes; see `pair_eyes`.

    `patient_labels` (n, 8) in {0, 1} are those of the patient of each eye. Both candidates are judged on
    patients that neither fusion nor study calibration saw. `new_patients`: for how many the final is foretold.
    """
    paired = pair_eyes(patient_ids, eyes, logits)
    truth = np.asarray(patient_labels, np.float64)[[patient_ids.index(patient) for patient in paired.ids]]
    folds = list(deal_rows(len(truth), _FOLDS, seed))
    fused, plain = (_cross_fit(paired, truth, folds, fused=which, seed=seed) for which in (True, False))
    comparison = compare(truth, fused, plain, folds, resamples=resamples, seed=seed)
    fusion = fit_both_eyes(paired, truth, seed=seed) if comparison["kept"] else maximum_of(paired, truth)

    def expected(answers: CrossFitted) -> dict[str, Any]:
        final = expect_final(
            truth, answers.probability, patients=new_patients, resamples=resamples, seed=seed
        )
        macro = _macro(truth, answers, once(len(truth)), folds)[0]
        ranked = {"macro_auc": rounded(macro), "hard_auc": rounded(hard_auc(truth, answers.probability))}
        return final | ranked

    evidence = {
        "measured_on": "out-of-fold eyes; fusion and study calibration cross-fitted on top",
        "patients_by_eyes_judged": {how.name.lower(): int((paired.seen == how).sum()) for how in EyesSeen},
        "chosen": "fusion" if comparison["kept"] else "maximum",
        "fusion_minus_maximum": comparison,
        "cross_fitted": {"fusion": expected(fused), "maximum": expected(plain)},
    }
    return JoinedEyes(fusion, fit_study(fuse_eyes(fusion, paired), truth, seed=seed), evidence)


def _cross_fit(
    paired: Paired, truth: Doubles, folds: Sequence[tuple[Any, Any]], *, fused: bool, seed: int
) -> CrossFitted:
    log_odds, probability = np.empty_like(truth), np.empty_like(truth)
    for train, test in folds:
        seen, answers = paired.among(train), truth[train]
        fusion = fit_both_eyes(seen, answers, seed=seed) if fused else maximum_of(seen, answers)
        study = fit_study(fuse_eyes(fusion, seen), answers, seed=seed)
        answer = fuse_eyes(fusion, paired.among(test))
        log_odds[test], probability[test] = answer.log_odds, sigmoid(study_log_odds(study, answer))
    return CrossFitted(log_odds, probability)


def compare(
    truth: Doubles,
    one: CrossFitted,
    other: CrossFitted,
    folds: Sequence[tuple[Any, Any]],
    *,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Paired difference of two candidates in final and macro AUC, with 95 % intervals by patient.

    `kept`: neither difference is below zero, and the lower ends of both intervals are above -margin.
    """
    n = len(truth)
    counts = bootstrap_counts(n, resamples, np.random.default_rng(seed))
    weights = np.vstack([once(n), counts])
    gaps = {
        "final": _final(truth, one, weights) - _final(truth, other, weights),
        "macro_auc": _macro(truth, one, weights, folds) - _macro(truth, other, weights, folds),
    }
    out: dict[str, Any] = {"margin": _MARGIN, "kept": True}
    for name, gap in gaps.items():
        interval = interval_95(gap[1:])
        out |= {name: rounded(gap[0]), f"{name}_interval_95": interval}
        out["kept"] &= bool(gap[0] >= 0 and interval is not None and interval[0] > -_MARGIN)
    return out


def _final(truth: Doubles, answers: CrossFitted, weights: Doubles) -> Doubles:
    return official_scores(truth, answers.probability, weights)["final"]


def _macro(
    truth: Doubles, answers: CrossFitted, weights: Doubles, folds: Sequence[tuple[Any, Any]]
) -> Doubles:
    """Macro AUC within folds, averaged: log-odds of different fits cannot be ranked against each other."""
    aucs = [
        auc(rank_curve(truth[test, column], answers.log_odds[test, column], weights[:, test]))
        for _, test in folds
        for column in range(truth.shape[1])
    ]
    return mean_of_known(np.stack(aucs))
