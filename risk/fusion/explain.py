"""Why a fused risk is what it is: contributions in log-odds, and what the photograph alone would have said."""

from dataclasses import dataclass

import numpy as np

from risk.fusion.booster import LabelFusion
from risk.fusion.calibration import log_odds, probabilities
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame, unknown_frame

PHOTOGRAPH = "photograph"


@dataclass(frozen=True)
class Contribution:
    """What one answer, or the photograph, adds to the community's log-odds."""

    name: str
    log_odds: float


@dataclass(frozen=True)
class Explanation:
    """The community's prevalence plus all contributions, in log-odds, is the fused risk.

    `contributions` are ordered from the strongest, in either direction; `image_alone_risk` is the risk by the
    photograph without any answer, None without a gradable photograph.
    """

    community_prevalence: float
    contributions: tuple[Contribution, ...]
    image_alone_risk: float | None
    fused_risk: float


def explain(fusion: LabelFusion, frame: Frame, image_logit: float | None, *, num_threads: int) -> Explanation:
    """Explain one label of one patient; `frame` has one row. Contributions come from LightGBM's exact TreeSHAP.

    An answer contributes what it adds over being unknown, so the contributions of a patient of whom nothing is
    known are all zero and the sum is exact.
    """
    answers = _contributions(fusion, frame, num_threads) - _contributions(
        fusion, unknown_frame(1), num_threads
    )
    start = log_odds(fusion.calibration.community_prevalence)
    logit = np.array([np.nan if image_logit is None else image_logit])
    image = float(fusion.calibration.community_logits(logit)[0])
    found = [Contribution(name, float(value)) for name, value in zip(COLUMN_NAMES, answers, strict=True)]
    if image_logit is not None:
        found.append(Contribution(PHOTOGRAPH, image - start))
    return Explanation(
        community_prevalence=fusion.calibration.community_prevalence,
        contributions=tuple(sorted(found, key=lambda one: -abs(one.log_odds))),
        image_alone_risk=None if image_logit is None else _risk(image),
        fused_risk=_risk(image + float(answers.sum())),
    )


def _contributions(fusion: LabelFusion, frame: Frame, num_threads: int) -> Floats:
    """(n_columns,) of the first row; the booster's expected value, its last entry, cancels out above."""
    values: Floats = fusion.booster.predict(frame.values, pred_contrib=True, num_threads=num_threads)[0, :-1]
    return values


def _risk(logit: float) -> float:
    return float(probabilities(np.array([logit]))[0])
