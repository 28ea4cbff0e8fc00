"""Measure a fusion release: the whole document of one evaluation."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from risk.fusion.cohort import simulate_cohort
from risk.fusion.evaluate.coverage import measure_coverage
from risk.fusion.evaluate.real import RealPatients, measure_real
from risk.fusion.evaluate.simulated import measure_labels, measure_missing, measure_worlds
from risk.fusion.evaluate.subsets import measure_subsets
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease

SIMULATED = "simulated patients with image scores of real held-out ones: gain is put in by construction"
NOT_REAL = "no table of real held-out patients was given (--data, or --heldout with age and sex)"


@dataclass(frozen=True)
class Sizes:
    """`patients` of each simulated cohort, `resamples` of real patients, and the seed of both."""

    patients: int = 60_000
    resamples: int = 1000
    seed: int = 20261125


def evaluate_fusion(
    release: FusionRelease, heldout: HeldOut, real: RealPatients | None, sizes: Sizes, *, num_threads: int
) -> dict[str, Any]:
    """Every measure of a release; `heldout` are the scores it was trained on, `real` patients with age and sex."""
    fusions, patients, seed = release.fusions, sizes.patients, sizes.seed
    cohort = simulate_cohort(patients, heldout, np.random.default_rng(seed))
    return {
        "intended_use": "evaluation only, not a medical device",
        "evaluated": {
            "release": release.name,
            "card_sha256": release.card_sha256,
            "image_release": release.card["image_release"],
            "heldout_sha256": heldout.sha256,
            "real_patients_behind_image_scores": len(heldout.labels),
            "both_eyes": "joined as the image release's card says" if heldout.both_eyes else "plain maximum",
            "simulated_patients": patients,
            "seed": seed,
        },
        "simulated": {
            "data": SIMULATED,
            "labels": measure_labels(fusions, cohort, num_threads=num_threads),
            "stress": measure_worlds(
                fusions, heldout, patients=patients, seed=seed + 1, num_threads=num_threads
            ),
            "missing": measure_missing(fusions, cohort, num_threads=num_threads),
            "subsets": measure_subsets(fusions, cohort, num_threads=num_threads),
            "interval": measure_coverage(
                fusions, heldout, patients=max(1, patients // 3), seed=seed + 2, num_threads=num_threads
            ),
        },
        "real": measure_real(fusions, real, resamples=sizes.resamples, seed=seed, num_threads=num_threads)
        if real
        else {"left_out": NOT_REAL},
    }
