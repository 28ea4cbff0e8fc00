"""Networks that learnt from more patients than those a release is measured on, and are shipped in their place.

What a recipe is worth is measured where it held many patients out. The same recipe then learns from nearly all of them;
the few that neither saw show that the shipped networks answer on the scale on which everything was fitted.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.findings import LABELS
from screening.imaging.arrays import Doubles
from screening.imaging.branch import TrainingFailed
from screening.imaging.ensemble import calibrated_logits, sigmoid
from screening.imaging.held_out import HeldOut
from screening.imaging.make_release import ReleaseContent
from screening.imaging.metrics import macro_auc
from screening.imaging.release_draft import draft_of
from screening.imaging.release_engines import REFERENCE, bands_of, compare_engines, logits_by_engine
from screening.imaging.shared_runs import read_shared_held_out, shared_folds
from screening.imaging.train_record import read_recipe
from screening.imaging.training_data import PreparedEyes

# A patient lies in fold 0 of twenty only if in fold 0 of five, where seed and labels are the same.
_ALIKE = ("backbone", "spec", "data_version", "seed", "phases", "optimiser", "learning_rate")


def shipped_recipes(ships: Sequence[Path], recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """How the networks to be shipped were trained. Raises TrainingFailed where it was not as `recipe` says."""
    folders = _folders(ships)
    found = [read_recipe(folder) for folder in folders]
    if differ := [key for key in _ALIKE if any(each[key] != recipe[key] for each in found)]:
        raise TrainingFailed(
            f"the runs to ship differ from the measured ones in {', '.join(differ)}; train them by the same recipe"
        )
    return found


def with_shipped(content: ReleaseContent, ships: Sequence[Path]) -> ReleaseContent:
    """The release with the networks of these runs in place of those that it was measured on."""
    return replace(content, states=draft_of(_folders(ships)).states) if ships else content


def measure_shipped(
    content: ReleaseContent,
    held: HeldOut,
    eyes: PreparedEyes,
    ships: Sequence[Path],
    *,
    engine: str,
    cache_dir: Path,
) -> dict[str, Any]:
    """The shipped networks beside the measured ones, on patients whom neither saw. `held` and `eyes`: the measured
    ones' held-out eyes; `engine`: that of the release. Raises TrainingFailed where no such patient is left.
    """
    unseen = set(read_shared_held_out(ships).patient_ids)
    rows = np.flatnonzero([patient in unseen for patient in held.patient_ids])
    if not len(rows):
        raise TrainingFailed("no patient was held out by the measured runs and by those to ship")
    own = held.of(rows)
    logits = logits_by_engine(
        {0: content},
        replace(own, folds=(0,) * len(rows)),
        PreparedEyes(eyes.colour[rows], eyes.grey[rows]),
        cache_dir=cache_dir,
    )
    scores = {name: sigmoid(calibrated_logits(each, content.calibration)) for name, each in logits.items()}
    answers = {"shipped": logits[engine], "measured": own.branch_logits}
    return {
        "patients": len(set(own.patient_ids)),
        "eyes": len(rows),
        **{name: _measure(content, own, each) for name, each in answers.items()},
        "engines": {"reference": REFERENCE, **compare_engines(scores, bands_of(content.points))},
    }


def _measure(content: ReleaseContent, held: HeldOut, branch_logits: Doubles) -> dict[str, Any]:
    """How patients are ranked, and what an eye's score is on average beside how many eyes have the label."""
    released = calibrated_logits(branch_logits, content.calibration)
    _, truth, joined = held.by_patient(released)
    return {
        "macro_auc": round(macro_auc(truth, joined), 4),
        "mean_score": _by_label(sigmoid(released)),
        "share_of_eyes": _by_label(held.eye_labels),
    }


def _by_label(values: Doubles) -> dict[str, float]:
    return {
        str(label): round(float(mean), 4) for label, mean in zip(LABELS, values.mean(axis=0), strict=True)
    }


def _folders(ships: Sequence[Path]) -> list[Path]:
    return next(iter(shared_folds(ships).values()))
