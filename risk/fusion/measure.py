"""Measures of a fusion: what photograph, answers and both say, beside what the prevalence alone would."""

from collections.abc import Mapping

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion, fuse
from risk.fusion.cohort import Cohort
from risk.fusion.frame import Floats
from screening.domain.findings import Label

Measures = dict[str, dict[str, float]]
Risks = dict[str, Floats]
DIGITS = 4
_EDGE = 1e-6


def risks_of(fusions: Mapping[Label, LabelFusion], cohort: Cohort, *, num_threads: int) -> Risks:
    """Risks (n, 6) by the photograph alone, by the answers alone and fused, with both ends of the interval."""
    both = fuse(fusions, cohort.frame, cohort.image_logits, num_threads=num_threads)
    blind = np.full_like(cohort.image_logits, np.nan)
    answers = fuse(fusions, cohort.frame, blind, num_threads=num_threads).fused_risks
    return {
        "photograph": both.image_risks,
        "answers": answers,
        "fused": both.fused_risks,
        "low": both.low,
        "high": both.high,
    }


def measure_fusion(fusions: Mapping[Label, LabelFusion], cohort: Cohort, *, num_threads: int) -> Measures:
    """Per label: prevalence, mean fused risk, AUC and Brier score of photograph, answers and both."""
    risks = risks_of(fusions, cohort, num_threads=num_threads)
    measures = {}
    for i, label in enumerate(FUSED_LABELS):
        truth = cohort.labels[:, i].astype(np.float64)
        measures[label.value] = {
            "prevalence": rounded(truth.mean()),
            "mean_fused_risk": rounded(risks["fused"][:, i].mean()),
            **{
                f"{measure}_{name}": value
                for name in ("photograph", "answers", "fused")
                for measure, value in ranked(truth, risks[name][:, i]).items()
            },
            "brier_of_prevalence": rounded(truth.mean() * (1 - truth.mean())),
        }
    return measures


def ranked(truth: Floats, risks: Floats) -> dict[str, float]:
    """AUC and Brier score of risks (n,)."""
    return {
        "auc": rounded(roc_auc_score(truth, risks)),
        "brier": rounded(brier_score_loss(truth, risks)),
    }


def scored(truth: Floats, risks: Floats) -> dict[str, float]:
    """`ranked`, average precision, mean risk, and slope and intercept of calibration (1 and 0 are perfect).

    The intercept is that of risks whose slope is taken as 1: calibration in the large.
    """
    return ranked(truth, risks) | {
        "ap": rounded(average_precision_score(truth, risks)),
        "mean_risk": rounded(risks.mean()),
        **calibration_line(truth, risks),
    }


def calibration_line(truth: Floats, risks: Floats) -> dict[str, float]:
    """Cox's line through truth (n,) over the log-odds of risks (n,); a slope needs risks that differ."""
    bounded = np.clip(risks, _EDGE, 1 - _EDGE)
    places = np.log(bounded / (1 - bounded))
    if np.ptp(places) < _EDGE:
        return {"calibration_slope": float("nan"), "calibration_intercept": rounded(_shift(truth, places))}
    line = LogisticRegression(C=np.inf, tol=1e-8).fit(places[:, None], truth)
    return {
        "calibration_slope": rounded(line.coef_[0, 0]),
        "calibration_intercept": rounded(_shift(truth, places)),
    }


def _shift(truth: Floats, places: Floats) -> float:
    """What must be added to the log-odds so that the mean risk is the share of the ill (Newton's method)."""
    shift = 0.0
    for _ in range(50):
        risks = 1 / (1 + np.exp(-(places + shift)))
        shift += (truth.mean() - risks.mean()) / max(float((risks * (1 - risks)).mean()), _EDGE)
    return shift


def net_benefit(truth: Floats, risks: Floats, threshold: float) -> float:
    """Net benefit of acting from `threshold` on (decision curve, Vickers 2006): true less weighted false alarms."""
    acted = risks >= threshold
    found, alarms = (acted & (truth == 1)).mean(), (acted & (truth == 0)).mean()
    return rounded(found - alarms * threshold / (1 - threshold))


def rounded(value: float) -> float:
    return round(float(value), DIGITS)
