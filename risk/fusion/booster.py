"""The fusion: community log-odds of the photograph plus what a LightGBM booster learnt from the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.errors import FrameMismatch
from risk.fusion.calibration import ImageCalibration, probabilities
from risk.fusion.cohort import Cohort
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame, check_frame, unknown_frame
from risk.fusion.interval import IntervalTable
from risk.fusion.openmp import lightgbm
from screening.domain.findings import Label

# Directions medicine is sure of (facts 1.3, 1.4): a higher value may only raise the risk.
MONOTONE: dict[Label, tuple[str, ...]] = {
    Label.DIABETES: (
        "diabetes",
        "diabetes_duration_years",
        "hba1c_percent",
        "insulin_use",
        "systolic_mmhg",
        "hypertension_untreated",
    ),
    Label.GLAUCOMA: ("age_years", "family_glaucoma", "hypertension", "steroid_use", "iop_mmhg"),
    Label.CATARACT: ("age_years", "diabetes", "smoking", "steroid_use", "low_education"),
    Label.AMD: ("age_years", "family_amd", "smoking", "low_education"),
    Label.HYPERTENSION: ("age_years", "hypertension", "systolic_mmhg"),
    Label.MYOPIA: ("family_high_myopia", "low_education"),
}
# The other way round: the more short-sighted (lower in dioptres), the likelier.
FALLING: dict[Label, tuple[str, ...]] = {
    Label.GLAUCOMA: ("refraction_dioptres",),
    Label.MYOPIA: ("refraction_dioptres",),
}
TREES = 70
WEIGHT_OF_UNKNOWN = 0.25
PARAMETERS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.08,
    "num_leaves": 7,
    "min_data_in_leaf": 150,
    "lambda_l2": 10.0,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True)
class LabelFusion:
    """One label: how its image logit becomes community log-odds, the booster that adds to them, and the table of
    intervals of what they give together.
    """

    calibration: ImageCalibration
    booster: Any
    interval: IntervalTable

    def answers_log_odds(self, frame: Frame, *, num_threads: int) -> Floats:
        """What the answers add (n,), exactly 0 where nothing was answered."""
        unknown = self.booster.predict(unknown_frame(1).values, raw_score=True, num_threads=num_threads)
        added: Floats = self.booster.predict(frame.values, raw_score=True, num_threads=num_threads) - unknown
        return added


@dataclass(frozen=True)
class Fused:
    """Community risks (n, 6), 0 to 1, in the order of FUSED_LABELS: by the photograph alone, fused, and both ends of
    the calibrated interval of the fused one.
    """

    image_risks: Floats
    fused_risks: Floats
    low: Floats
    high: Floats


def fuse(
    fusions: Mapping[Label, LabelFusion], frame: Frame, image_logits: Floats, *, num_threads: int
) -> Fused:
    """Fuse image logits (n, 6) with the answers of `frame`.

    An image logit is NaN without a gradable photograph: then the answers and the community's prevalence speak.
    A fused risk may lie below the photograph's, but the decision never lets it clear a finding
    (risk.domain.decide).

    Raises
    ------
    FrameMismatch
        For other columns, order, type or shape than the model was trained with.
    """
    check_frame(frame, COLUMN_NAMES)
    if image_logits.shape != (len(frame.values), len(FUSED_LABELS)):
        raise FrameMismatch(f"image logits must be (patients, {len(FUSED_LABELS)}), one row a frame row")
    alone, fused, ends = [], [], []
    for i, label in enumerate(FUSED_LABELS):
        image = fusions[label].calibration.community_logits(image_logits[:, i])
        together = image + fusions[label].answers_log_odds(frame, num_threads=num_threads)
        alone.append(probabilities(image))
        fused.append(probabilities(together))
        ends.append(fusions[label].interval.ends(together, fused[-1]))
    low, high = (np.stack(part, axis=1) for part in zip(*ends, strict=True))
    return Fused(np.stack(alone, axis=1), np.stack(fused, axis=1), low, high)


def train_label(
    label: Label, cohort: Cohort, calibration: ImageCalibration, *, seed: int, num_threads: int
) -> Any:
    """Train one label's booster on a cohort, starting from the photograph's community log-odds."""
    column = FUSED_LABELS.index(label)
    monotone = [(name in MONOTONE[label]) - (name in FALLING.get(label, ())) for name in COLUMN_NAMES]
    image = calibration.community_logits(cohort.image_logits[:, column])
    patients = len(cohort.labels)
    # Every patient comes a second time without any answer. The photograph's line is calibrated on these same
    # patients, so what the booster can add there is nothing, and it learns just that.
    data = lightgbm.Dataset(
        np.concatenate([cohort.frame.values, unknown_frame(patients).values]),
        label=np.tile(cohort.labels[:, column].astype(np.float64), 2),
        init_score=np.tile(image, 2),
        weight=np.repeat([1.0, WEIGHT_OF_UNKNOWN], patients),
        feature_name=list(COLUMN_NAMES),
    )
    parameters = {**PARAMETERS, "monotone_constraints": monotone, "seed": seed, "num_threads": num_threads}
    return lightgbm.train(parameters, data, num_boost_round=TREES)
