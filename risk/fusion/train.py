"""Training of the fusion, from held-out image scores to a release."""

from pathlib import Path
from typing import Any

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion, fuse, train_label
from risk.fusion.calibration import fit_image_calibration
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.heldout import HeldOut, read_heldout
from risk.fusion.interval import IntervalTable, fit_interval
from risk.fusion.measure import Measures, measure_fusion
from risk.fusion.operating_curve import THRESHOLDS, operating_curves
from risk.fusion.release import save_release
from screening.domain.both_eyes import BothEyes, as_json
from screening.domain.findings import Label


def train_fusion(
    heldout_csv: Path,
    folder: Path,
    *,
    image_release: str,
    both_eyes: BothEyes | None = None,
    patients: int,
    seed: int,
    num_threads: int,
) -> Measures:
    """Train and save one release; returns measures per label on a further, unseen simulated cohort.

    Parameters
    ----------
    heldout_csv : scores of the image model on patients it never saw (risk.fusion.heldout).
    folder : where the release goes; its last part is the release's name.
    image_release : the image release those scores come from, for the card.
    both_eyes : how that image release joins the eyes of a patient; the fusion's card carries it.
    patients : size of each simulated cohort: one is learnt from, one makes the intervals, one measures.

    Raises
    ------
    FusionTrainingDataInvalid
    """
    heldout = read_heldout(heldout_csv, both_eyes)
    seen, apart, unseen = (
        simulate_cohort(patients, heldout, rng) for rng in np.random.default_rng(seed).spawn(3)
    )
    fusions = {
        label: fit_label(label, seen, apart, heldout, seed=seed, num_threads=num_threads)
        for label in FUSED_LABELS
    }
    measures = measure_fusion(fusions, unseen, num_threads=num_threads)
    risks = fuse(fusions, unseen.frame, unseen.image_logits, num_threads=num_threads).fused_risks
    facts = _facts(heldout, image_release) | {
        "simulated_patients": patients,
        "seed": seed,
        "measures_on_simulated_data": measures,
        "operating_curves_on_simulated_data": {
            "thresholds": list(THRESHOLDS),
            "labels": operating_curves(unseen.labels, risks),
        },
    }
    save_release(folder, fusions, facts)
    return measures


def fit_label(
    label: Label, seen: Cohort, apart: Cohort, heldout: HeldOut, *, seed: int, num_threads: int
) -> LabelFusion:
    """Line and booster of one label from the cohort `seen`, its intervals from the cohort `apart`."""
    column = FUSED_LABELS.index(label)
    calibration = fit_image_calibration(
        seen.image_logits[:, column], seen.labels[:, column], independent_patients=len(heldout.labels)
    )
    booster = train_label(label, seen, calibration, seed=seed, num_threads=num_threads)
    without = LabelFusion(calibration, booster, IntervalTable((0.0,), (0.0,), (1.0,)))
    return with_interval(without, label, apart, patients=len(heldout.labels), num_threads=num_threads)


def with_interval(
    fusion: LabelFusion, label: Label, apart: Cohort, *, patients: int, num_threads: int
) -> LabelFusion:
    """The same fusion with intervals from a cohort it did not see, drawn from so many real `patients`."""
    column = FUSED_LABELS.index(label)
    image = fusion.calibration.community_logits(apart.image_logits[:, column])
    fused = image + fusion.answers_log_odds(apart.frame, num_threads=num_threads)
    table = fit_interval(fused, apart.labels[:, column], independent_patients=patients)
    return LabelFusion(fusion.calibration, fusion.booster, table)


def _facts(heldout: HeldOut, image_release: str) -> dict[str, Any]:
    return {
        "image_release": image_release,
        "heldout_patients": len(heldout.labels),
        "heldout_sha256": heldout.sha256,
        "both_eyes": as_json(heldout.both_eyes) if heldout.both_eyes else None,
    }
