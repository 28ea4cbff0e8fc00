"""What people read on the card of a release: recipe, measures, limits."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.findings import LABELS
from screening.domain.quality import Gradability, QualityThresholds
from screening.domain.severity import Severity
from screening.imaging.arrays import Doubles
from screening.imaging.calibrate import PointTargets, cross_fitted_scores
from screening.imaging.card import BRANCHES
from screening.imaging.decode import decode_photograph
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, findings_of, sigmoid
from screening.imaging.held_out import HeldOut, fold_folders
from screening.imaging.make_release import ReleaseContent
from screening.imaging.measure_release import (
    measure_calibration,
    measure_patients,
    measure_points,
    measure_separate_branches,
)
from screening.imaging.quality import assess
from screening.imaging.severity import grade_severity, severity_scores
from screening.imaging.severity_fit import SeverityTargets, measure_severity
from screening.imaging.targets import SEVERITIES
from screening.imaging.train_record import read_log

_LIMITS = """\
Trained on photographs of hospital patients (ODIR-5K, a public preprocessed edition for research use, terms \
unverified). A community has fewer diseases, other cameras and other people; no number here carries over.
Labels come from keywords of the doctors who read the photographs; no examination confirmed them.
Hypertension, diabetes without retinopathy and the rest class `other` are weakly visible in a photograph.
Severity is learned from the same keywords; severe and proliferative retinopathy are one step; macular oedema \
is not told.
Operating points and severity thresholds were set on the held-out eyes on which their sensitivity is given.
Calibration holds at this set's share of each disease; scores are too high where diseases are rarer.
No test across cameras, ethnic groups or handheld devices.
"""


def gradabilities(held: HeldOut, data: Path) -> list[Gradability]:
    """What the quality check says of each held-out photograph."""
    return [
        assess(decode_photograph((data / "images" / file).read_bytes()), QualityThresholds()).gradability
        for file in held.files
    ]


def measure_release(
    content: ReleaseContent, held: HeldOut, gradable: Sequence[Gradability], *, seed: int, resamples: int
) -> dict[str, Any]:
    """Every measure of the card; `held` carries the branch logits of the engine that is shipped."""
    released = calibrated_logits(held.branch_logits, content.calibration)
    log_odds = ensemble_log_odds(held.branch_logits[:, :, : len(LABELS)])
    crossed = cross_fitted_scores(log_odds, held.eye_labels, held.patient_ids)
    evidence = content.joined.evidence if content.joined else {}
    severities = slice(len(LABELS), len(LABELS) + len(SEVERITIES))
    return {
        "measured_on": _where(held),
        "official": evidence["cross_fitted"][evidence["chosen"]],
        **measure_patients(held, released, seed=seed, resamples=resamples),
        "branch_macro_auc": measure_separate_branches(held),
        "both_eyes": evidence,
        "eyes_at_operating_points": measure_points(sigmoid(released), held.eye_labels, content.points),
        "eyes_calibration_cross_fitted": measure_calibration(crossed, held.eye_labels, seed=seed),
        "eyes_severity": measure_severity(
            _graded(content, held.branch_logits, released),
            held.answers[:, severities],
            held.patient_ids,
            seed=seed,
            resamples=resamples,
        ),
        "gradability": {level: round(gradable.count(level) / len(gradable), 4) for level in Gradability},
    }


def _where(held: HeldOut) -> str:
    folds = ", ".join(str(fold) for fold in sorted(set(held.folds)))
    return (
        f"patients of fold {folds}, whom the networks that answered never saw and who chose no epoch; "
        "`official` with fusion and study calibration cross-fitted on them"
    )


def _graded(content: ReleaseContent, branch_logits: Doubles, released: Doubles) -> list[Severity]:
    if content.severity is None:
        return []
    scores = severity_scores(branch_logits, content.severity)
    return [
        grade_severity(score, content.severity, findings_of(logits, content.points))
        for score, logits in zip(scores, released, strict=True)
    ]


def facts_of(
    runs: Sequence[Path],
    recipes: Sequence[dict[str, Any]],
    aims: tuple[PointTargets, SeverityTargets],
    metrics: dict[str, Any],
    engines: dict[str, Any],
) -> dict[str, Any]:
    """The fields of a card that no code reads."""
    points, severity = aims
    return {
        "logit": "log-odds of the mean of both branches' sigmoids, times slope plus intercept, per label",
        "score": "sigmoid of logit: calibrated probability, 0 to 1",
        "study_score": "a patient's probability whose 0.5 is the best cut of the study's table; no operating point",
        "operating_point_targets": asdict(points),
        "severity_targets": asdict(severity),
        "recipes": with_epochs(runs, recipes),
        "metrics": metrics,
        "engines": engines,
        "limits": _LIMITS.splitlines(),
    }


def with_epochs(runs: Sequence[Path], recipes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each run's recipe, and what its epochs were."""
    return [{**recipe, "epochs": _epochs(run)} for run, recipe in zip(runs, recipes, strict=True)]


def _epochs(run: Path) -> dict[str, dict[str, list[dict[str, float]]]]:
    """What every epoch of every fold was: size, seconds, and scores of the branch alone on its held-out eyes."""
    names = ("size", "seconds", "loss", "held_loss", "final", "macro_auc")
    return {
        folder.name: {
            branch: [{name: float(row[name]) for name in names} for row in read_log(folder, branch)]
            for branch in BRANCHES
        }
        for folder in fold_folders(run)
    }


def without_ungradable(logits: Doubles, gradable: Sequence[Gradability]) -> Doubles:
    """Logits (n, 8) as a patient's eyes are joined: NaN where the quality check lets no score through."""
    out = logits.copy()
    out[np.array([level is Gradability.UNGRADABLE for level in gradable])] = np.nan
    return out
