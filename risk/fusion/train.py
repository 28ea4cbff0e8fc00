"""Training of the fusion, from held-out image scores to a release."""

from pathlib import Path

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion, fuse, train_label
from risk.fusion.calibration import fit_image_calibration
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.frame import Floats
from risk.fusion.heldout import HeldOut, read_heldout
from risk.fusion.release import save_release
from screening.domain.findings import Label

Measures = dict[str, dict[str, float]]


def train_fusion(
    heldout_csv: Path, folder: Path, *, image_release: str, patients: int, seed: int, num_threads: int
) -> Measures:
    """Train and save one release; returns measures per label on a second, unseen simulated cohort.

    Parameters
    ----------
    heldout_csv : scores of the image model on patients it never saw (risk.fusion.heldout).
    folder : where the release goes; its last part is the release's name.
    image_release : the image release those scores come from, for the card.
    patients : size of each simulated cohort.

    Raises
    ------
    FusionTrainingDataInvalid
    """
    heldout = read_heldout(heldout_csv)
    seen, unseen = (simulate_cohort(patients, heldout, rng) for rng in np.random.default_rng(seed).spawn(2))
    fusions = {
        label: _fit(label, seen, heldout, seed=seed, num_threads=num_threads) for label in FUSED_LABELS
    }
    measures = measure_fusion(fusions, unseen, num_threads=num_threads)
    facts = {
        "image_release": image_release,
        "heldout_patients": len(heldout.labels),
        "heldout_sha256": heldout.sha256,
        "simulated_patients": patients,
        "seed": seed,
        "measures_on_simulated_data": measures,
    }
    save_release(folder, fusions, facts)
    return measures


def measure_fusion(fusions: dict[Label, LabelFusion], cohort: Cohort, *, num_threads: int) -> Measures:
    """Per label: prevalence, mean fused risk, AUC and Brier score of photograph, answers and both."""
    both = fuse(fusions, cohort.frame, cohort.image_logits, num_threads=num_threads)
    blind = np.full_like(cohort.image_logits, np.nan)
    answers = fuse(fusions, cohort.frame, blind, num_threads=num_threads).fused_risks
    measures = {}
    for i, label in enumerate(FUSED_LABELS):
        truth = cohort.labels[:, i].astype(np.float64)
        measures[label.value] = {
            "prevalence": round(float(truth.mean()), 4),
            "mean_fused_risk": round(float(both.fused_risks[:, i].mean()), 4),
            **_scores("photograph", truth, both.image_risks[:, i]),
            **_scores("answers", truth, answers[:, i]),
            **_scores("fused", truth, both.fused_risks[:, i]),
            "brier_of_prevalence": round(float(truth.mean() * (1 - truth.mean())), 4),
        }
    return measures


def _fit(label: Label, cohort: Cohort, heldout: HeldOut, *, seed: int, num_threads: int) -> LabelFusion:
    column = FUSED_LABELS.index(label)
    calibration = fit_image_calibration(
        cohort.image_logits[:, column], cohort.labels[:, column], independent_patients=len(heldout.labels)
    )
    return train_label(label, cohort, calibration, seed=seed, num_threads=num_threads)


def _scores(name: str, truth: Floats, risks: Floats) -> dict[str, float]:
    return {
        f"auc_{name}": round(float(roc_auc_score(truth, risks)), 4),
        f"brier_{name}": round(float(brier_score_loss(truth, risks)), 4),
    }
