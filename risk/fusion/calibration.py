"""From the image model's logit to calibrated log-odds in the community. The only place with a prior shift."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from risk.fusion.frame import Floats

# Beyond this a logit says nothing more than "certain", and a stray one must not swamp everything else.
LARGEST_LOGIT = 12.0


@dataclass(frozen=True)
class ImageCalibration:
    """One label: Platt's line to community log-odds, and how common the label is in that community."""

    slope: float
    intercept: float
    community_prevalence: float

    def community_logits(self, image_logits: Floats) -> Floats:
        """Community log-odds (n,) from image logits (n,); NaN, no gradable photograph, gives the prevalence."""
        bounded = np.clip(image_logits, -LARGEST_LOGIT, LARGEST_LOGIT)
        line = self.slope * bounded + self.intercept
        logits: Floats = np.where(np.isnan(image_logits), log_odds(self.community_prevalence), line)
        return logits


def fit_image_calibration(
    image_logits: Floats, truth: NDArray[np.bool_], *, independent_patients: int
) -> ImageCalibration:
    """Fit Platt's line on a cohort with the community's prevalence.

    The image model was trained where disease is ten times as common. The cohort's logits are drawn given the
    truth, and its truth has the community's prevalence: so this line, and nothing else, moves the prior
    (facts 1.1). The intercept is not penalised: the mean risk equals the prevalence.

    Parameters
    ----------
    image_logits, truth : of the cohort, (n,).
    independent_patients : real patients the logits were drawn from. The cohort weighs no more than they do, so
        that twenty positives cannot make a line that is sure of itself.
    """
    bounded = np.clip(image_logits, -LARGEST_LOGIT, LARGEST_LOGIT)[:, None]
    weights = np.full(len(truth), independent_patients / len(truth))
    line = LogisticRegression(C=1.0, tol=1e-6).fit(bounded, truth, sample_weight=weights)
    slope, intercept = float(line.coef_[0, 0]), float(line.intercept_[0])
    prevalence = float(truth.mean())
    if slope < 0:
        # A model worse than guessing must not turn its own order around: then only the prevalence speaks.
        slope, intercept = 0.0, log_odds(prevalence)
    return ImageCalibration(slope, intercept, prevalence)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p))."""
    return float(np.log(probability) - np.log1p(-probability))


def probabilities(logits: Floats) -> Floats:
    """Log-odds as probabilities, 0 to 1, of the same shape."""
    risks: Floats = 1.0 / (1.0 + np.exp(-logits))
    return risks
