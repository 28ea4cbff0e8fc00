"""Simulated community patients: factors from published tables, image scores from real held-out patients.

What is learnt from it shows that the pipeline works, not that patients gain; it is marked simulated.
"""

from dataclasses import dataclass

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import EFFECTS, PREVALENCE, RETINOPATHY_AMONG_DIABETICS, SECOND_RELATIVE
from risk.fusion.calibration import probabilities
from risk.fusion.exposures import RELATIVES, Exposures, draw_exposures
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.fusion.heldout import HeldOut, Labels
from risk.fusion.missing import answered
from risk.fusion.prevalence import risks_at_prevalence, solve_intercept
from screening.domain.findings import Label


@dataclass(frozen=True)
class Cohort:
    """`frame` as a clinic would have asked it; `labels` and `image_logits` (n, 6) in the order of FUSED_LABELS."""

    exposures: Exposures
    frame: Frame
    labels: Labels
    image_logits: Floats

    def prevalence(self, label: Label) -> float:
        """Share of patients with that label."""
        return float(self.labels[:, FUSED_LABELS.index(label)].mean())


def simulate_cohort(patients: int, heldout: HeldOut, rng: np.random.Generator) -> Cohort:
    """Simulate `patients` adults of 20 years and over who come to a community screening.

    Exposures are drawn from cause to effect; each disease's intercept is solved so that its prevalence by age
    band is the published one whatever the odds ratios; the image logits are those of a real held-out patient
    with the same labels, or with the nearest set of labels. Source: facts 1.2, 1.3, 1.4; rules RE.
    """
    exposures = draw_exposures(patients, rng)
    risks = np.stack([disease_risks(label, exposures) for label in FUSED_LABELS], axis=1)
    labels: Labels = rng.random(risks.shape) < risks
    frame = Frame(COLUMN_NAMES, answered(exposures, rng))
    return Cohort(exposures, frame, labels, _resampled_logits(labels, heldout, rng))


def disease_risks(label: Label, exposures: Exposures) -> Floats:
    """Each patient's probability (n,) of the disease, from its effects around their means. Rule RE-09."""
    if label is Label.DIABETES:
        return _retinopathy_risks(exposures)
    effects = _effects(label, exposures)
    return risks_at_prevalence(effects, exposures["age_years"], PREVALENCE[label].by_age_band)


def _retinopathy_risks(exposures: Exposures) -> Floats:
    """Retinopathy exists in people with diabetes only, known to them or not."""
    diabetic = exposures["diabetes"] == 1
    effects = _effects(Label.DIABETES, {name: values[diabetic] for name, values in exposures.items()})
    risks = np.zeros(len(diabetic))
    risks[diabetic] = probabilities(effects + solve_intercept(effects, RETINOPATHY_AMONG_DIABETICS))
    return risks


def _effects(label: Label, exposures: Exposures) -> Floats:
    total = np.zeros(len(exposures["age_years"]))
    for effect in EFFECTS[label]:
        values = _exposure(effect.column, exposures)
        total += effect.log_odds * (values - values.mean())
    return total


def _exposure(name: str, exposures: Exposures) -> Floats:
    if name == "ever_smoked":
        values: Floats = np.minimum(exposures["smoking"], 1.0)
    elif name == "smokes_now":
        values = np.maximum(exposures["smoking"] - 1.0, 0.0)
    elif name in RELATIVES:
        values = np.where(exposures[name] == 2, 1 + SECOND_RELATIVE, exposures[name])
    else:
        values = exposures[name]
    return values


def _resampled_logits(labels: Labels, heldout: HeldOut, rng: np.random.Generator) -> Floats:
    logits = np.empty(labels.shape)
    for wanted in np.unique(labels, axis=0):
        distance = (heldout.labels != wanted).sum(axis=1)
        donors = np.flatnonzero(distance == distance.min())
        members = np.flatnonzero((labels == wanted).all(axis=1))
        logits[members] = heldout.logits[rng.choice(donors, len(members))]
    return logits
