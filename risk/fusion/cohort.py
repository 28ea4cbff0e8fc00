"""Simulated community patients: factors from published tables, image scores from real held-out patients.

What is learnt from it shows that the pipeline works, not that patients gain; it is marked simulated.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import EFFECTS, PREVALENCE, RETINOPATHY_AMONG_DIABETICS
from risk.fusion.exposures import FEMALE, Exposures, draw_exposures
from risk.fusion.family import RELATIVES, draw_relatives
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.fusion.heldout import HeldOut, Labels
from risk.fusion.missing import answered
from risk.fusion.prevalence import by_sex, fitted_to_bands, solve_intercept
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


@dataclass(frozen=True)
class World:
    """How a simulated community differs from the published one, to see what the fusion does there.

    `effects`: every log-odds ratio, `prevalence`: every share of ill people, times this; `family_flipped`: in how
    many patients "no relative" and "one relative" are told the other way round.
    """

    effects: float = 1.0
    prevalence: float = 1.0
    family_flipped: float = 0.0


PUBLISHED = World()


def simulate_cohort(
    patients: int, heldout: HeldOut, rng: np.random.Generator, world: World = PUBLISHED
) -> Cohort:
    """Simulate `patients` adults of 20 years and over who come to a community screening.

    Exposures are drawn from cause to effect; each disease's intercept is solved so that its prevalence by age
    band and sex is the published one whatever the odds ratios; relatives are drawn given what the patient is liable
    to; the image logits are those of a real held-out patient with the same labels, or with the nearest set of
    labels. Source: facts 1.2, 1.3, 1.4; rules RE.
    """
    exposures = draw_exposures(patients, rng)
    liabilities = rng.logistic(size=(patients, len(FUSED_LABELS)))
    log_odds = np.stack([disease_log_odds(label, exposures, world) for label in FUSED_LABELS], axis=1)
    labels: Labels = log_odds + liabilities > 0
    _add_relatives(exposures, labels, liabilities, rng, world.effects)
    frame = Frame(COLUMN_NAMES, answered(exposures, rng, family_flipped=world.family_flipped))
    return Cohort(exposures, frame, labels, _resampled_logits(labels, heldout, rng))


def disease_log_odds(label: Label, exposures: Exposures, world: World = PUBLISHED) -> Floats:
    """Each patient's log-odds (n,) of the disease, from effects around their means; rule RE-09.

    Who is a woman, and how old, is in the prevalence; retinopathy exists in people with diabetes only, known to
    them or not.
    """
    if label is Label.DIABETES:
        return _retinopathy(exposures, world)
    effects = world.effects * _effects(label, exposures)
    share = np.array(PREVALENCE[label].by_age_band) * world.prevalence
    women = np.exp(world.effects * _of_women(label))
    return fitted_to_bands(
        effects, exposures["age_years"], by_sex(share, float(women), FEMALE), exposures["female"]
    )


def _retinopathy(exposures: Exposures, world: World) -> Floats:
    diabetic = exposures["diabetes"] == 1
    log_odds = np.full(len(diabetic), -np.inf)
    if diabetic.any():
        among = {name: values[diabetic] for name, values in exposures.items()}
        effects = world.effects * _effects(Label.DIABETES, among)
        share = RETINOPATHY_AMONG_DIABETICS * world.prevalence
        log_odds[diabetic] = effects + solve_intercept(effects, share)
    return log_odds


def _of_women(label: Label) -> float:
    return next((effect.log_odds for effect in EFFECTS[label] if effect.column == "female"), 0.0)


def _effects(label: Label, exposures: Exposures) -> Floats:
    """Of what is drawn before the disease; sex is in the prevalence, relatives come after."""
    total = np.zeros(len(exposures["age_years"]))
    for effect in EFFECTS[label]:
        if effect.column != "female" and effect.column not in RELATIVES:
            values = _exposure(effect.column, exposures)
            total += effect.log_odds * (values - values.mean())
    return total


def _exposure(name: str, exposures: Exposures) -> Floats:
    if name == "ever_smoked":
        return np.minimum(exposures["smoking"], 1.0)
    if name == "smokes_now":
        return np.maximum(exposures["smoking"] - 1.0, 0.0)
    return exposures[name]


def _add_relatives(
    exposures: Exposures, labels: Labels, liabilities: Floats, rng: np.random.Generator, effects: float
) -> None:
    """What runs in families: the unexplained part of a disease, of short-sightedness the refraction too."""
    own = {label: liabilities[:, i] for i, label in enumerate(FUSED_LABELS)}
    inherited_sight = -log(1.7) * exposures["refraction_dioptres"]
    for name, label, liability in (
        ("family_glaucoma", Label.GLAUCOMA, own[Label.GLAUCOMA]),
        ("family_amd", Label.AMD, own[Label.AMD]),
        ("family_high_myopia", Label.MYOPIA, own[Label.MYOPIA] + inherited_sight),
    ):
        exposures[name] = draw_relatives(
            name, liability, labels[:, FUSED_LABELS.index(label)], rng, effects=effects
        )
    diabetic = exposures["diabetes"] == 1
    exposures["family_diabetes"] = draw_relatives(
        "family_diabetes", exposures["diabetes_liability"], diabetic, rng, effects=effects
    )


def _resampled_logits(labels: Labels, heldout: HeldOut, rng: np.random.Generator) -> Floats:
    logits = np.empty(labels.shape)
    for wanted in np.unique(labels, axis=0):
        distance = (heldout.labels != wanted).sum(axis=1)
        donors = np.flatnonzero(distance == distance.min())
        members = np.flatnonzero((labels == wanted).all(axis=1))
        logits[members] = heldout.logits[rng.choice(donors, len(members))]
    return logits
