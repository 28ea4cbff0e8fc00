"""How good predicted risks are: discrimination, calibration and use, each beside doing without."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from risk.fusion.frame import Floats

Truth = NDArray[np.bool_]
Scores = dict[str, float | None]

_TINY = 1e-6
DECISION_THRESHOLDS: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


def risk_scores(truth: Truth, risks: Floats) -> Scores:
    """AUC, average precision, Brier score, mean risk, calibration slope and intercept of risks (n,).

    Slope and intercept of a logistic regression of the truth on the risk's log-odds: 1 and 0 where risks mean what
    they say (Cox 1958). None where there is one class only.
    """
    if truth.all() or not truth.any():
        return dict.fromkeys(("auc", "ap", "brier", "mean_risk", "slope", "intercept"))
    slope, intercept = calibration_line(truth, risks)
    return {
        "auc": _short(roc_auc_score(truth, risks)),
        "ap": _short(average_precision_score(truth, risks)),
        "brier": _short(brier_score_loss(truth, risks)),
        "mean_risk": _short(risks.mean()),
        "slope": slope,
        "intercept": intercept,
    }


def calibration_line(truth: Truth, risks: Floats) -> tuple[float | None, float | None]:
    """Slope and intercept; None where all risks are the same."""
    logits = log_odds_of(risks)
    if np.ptp(logits) < _TINY:
        return None, None
    line = LogisticRegression(C=1e6, max_iter=500).fit(logits[:, None], truth)
    return _short(line.coef_[0, 0]), _short(line.intercept_[0])


def net_benefit(truth: Truth, risks: Floats, threshold: float) -> float:
    """True positives less false ones at the threshold's odds, per patient (Vickers & Elkin 2006)."""
    called = risks >= threshold
    hits, false = (called & truth).mean(), (called & ~truth).mean()
    return float(hits - false * threshold / (1 - threshold))


def decision_curve(
    truth: Truth, risks: Mapping[str, Floats], thresholds: Sequence[float] = DECISION_THRESHOLDS
) -> dict[str, list[float]]:
    """Net benefit at each threshold of every way to decide, beside referring everybody; nobody is 0 throughout."""
    ways = {**risks, "everybody": np.ones(len(truth))}
    curves = {
        name: [_short(net_benefit(truth, values, at)) for at in thresholds] for name, values in ways.items()
    }
    return {"threshold": list(thresholds), **curves}


def reliability(truth: Truth, risks: Floats, bins: int = 10) -> dict[str, list[float]]:
    """Mean risk and share with the label in bins of equally many patients, lowest risks first."""
    parts = np.array_split(np.argsort(risks, kind="stable"), bins)
    return {
        "mean_risk": [_short(risks[part].mean()) for part in parts],
        "share": [_short(truth[part].mean()) for part in parts],
    }


def log_odds_of(risks: Floats) -> Floats:
    """Log-odds (n,), bounded where a risk is 0 or 1."""
    bounded = np.clip(risks, _TINY, 1 - _TINY)
    logits: Floats = np.log(bounded) - np.log1p(-bounded)
    return logits


def _short(value: float) -> float:
    return round(float(value), 5)
