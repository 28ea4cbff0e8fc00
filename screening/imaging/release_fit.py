"""What a release fits on held-out eyes, and the precision in which it may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from screening.domain.findings import LABELS
from screening.domain.quality import Gradability
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes_choice import fit_joined_eyes
from screening.imaging.calibrate import PointTargets, choose_points, fit_calibration
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, sigmoid
from screening.imaging.held_out import HeldOut
from screening.imaging.make_release import ReleaseContent
from screening.imaging.release_draft import draft_of, prepare_held_out, spec_of
from screening.imaging.release_engines import (
    FASTER,
    SHIPPED,
    bands_of,
    compare_engines,
    logits_by_engine,
    may_ship,
)
from screening.imaging.release_facts import gradabilities, without_ungradable
from screening.imaging.severity_fit import SeverityTargets, fit_severity
from screening.imaging.shared_runs import read_shared_held_out, shared_folds
from screening.imaging.shipped_runs import measure_shipped, with_shipped
from screening.imaging.soup import mean_with
from screening.imaging.targets import SEVERITIES
from screening.imaging.train_record import read_recipe
from screening.imaging.training_data import PreparedEyes


@dataclass(frozen=True)
class ReleaseTargets:
    """What operating points and severity thresholds aim at; `resamples` of patients stand behind intervals."""

    points: PointTargets = field(default_factory=PointTargets)
    severity: SeverityTargets = field(default_factory=SeverityTargets)
    resamples: int = 1000


@dataclass(frozen=True)
class ScoredAgain:
    """Held-out eyes of the measured runs, scored by every engine with the rounded weights.

    `members`: the networks of each fold; `logits`: branch logits (2, n, K) of each engine; `graphs`: where each network
    is kept once it is converted, for every step that asks it.
    """

    members: Mapping[int, ReleaseContent]
    recipes: Sequence[dict[str, Any]]
    held: HeldOut
    eyes: PreparedEyes
    gradable: Sequence[Gradability]
    logits: Mapping[str, Doubles]
    graphs: Path

    @property
    def seed(self) -> int:
        return int(self.recipes[0]["seed"])

    def answered_by(self, engine: str) -> HeldOut:
        return replace(self.held, branch_logits=self.logits[engine])


@dataclass(frozen=True)
class FittedRelease:
    """`content` as `engine` answers; `engines`: how far engines differ; `shipped`: `measure_shipped`, or nothing."""

    content: ReleaseContent
    engine: str
    engines: dict[str, Any]
    shipped: dict[str, Any]


def score_again(runs: Sequence[Path], data: Path, graphs: Path, averaged: Sequence[Path] = ()) -> ScoredAgain:
    """`averaged`: releases whose weights are averaged with those of the run (screening.imaging.soup).

    Raises TrainingFailed, TrainingDataInvalid; of `averaged` what `mean_with` raises.
    """
    folds, held = shared_folds(runs), read_shared_held_out(runs)
    recipes = [read_recipe(folder) for folder in next(iter(folds.values()))]
    members = {
        number: mean_with(draft_of(folders), averaged, read_recipe(folders[0]))
        for number, folders in folds.items()
    }
    eyes = prepare_held_out(held, data, spec_of(recipes[0]))
    logits = logits_by_engine(members, held, eyes, cache_dir=graphs)
    return ScoredAgain(members, recipes, held, eyes, gradabilities(held, data), logits, graphs)


def fit_release(again: ScoredAgain, targets: ReleaseTargets, ships: Sequence[Path]) -> FittedRelease:
    """In bfloat16 where that may ship: by the measured networks, and by those of `ships` where others are shipped."""
    for engine in (FASTER, SHIPPED):
        fitted = _fit(again, targets, ships, engine)
        differences = [fitted.engines, *([fitted.shipped["engines"]] if ships else [])]
        if all(may_ship(each[FASTER]) for each in differences):
            break
    return fitted


def _fit(again: ScoredAgain, targets: ReleaseTargets, ships: Sequence[Path], engine: str) -> FittedRelease:
    draft, held = next(iter(again.members.values())), again.answered_by(engine)
    content = with_shipped(_calibrated(draft, held, again.gradable, targets, seed=again.seed), ships)
    shipped = (
        measure_shipped(content, held, again.eyes, ships, engine=engine, cache_dir=again.graphs)
        if ships
        else {}
    )
    return FittedRelease(content, engine, _engines_of(content, again.logits), shipped)


def _engines_of(content: ReleaseContent, logits: Mapping[str, Doubles]) -> dict[str, Any]:
    scores = {name: sigmoid(calibrated_logits(each, content.calibration)) for name, each in logits.items()}
    return compare_engines(scores, bands_of(content.points))


def _calibrated(
    draft: ReleaseContent,
    held: HeldOut,
    gradable: Sequence[Gradability],
    targets: ReleaseTargets,
    *,
    seed: int,
) -> ReleaseContent:
    """The draft with everything that is fitted on held-out eyes."""
    log_odds = ensemble_log_odds(held.branch_logits)
    severities = slice(len(LABELS), len(LABELS) + len(SEVERITIES))
    calibration = fit_calibration(log_odds[:, : len(LABELS)], held.eye_labels)
    released = calibrated_logits(held.branch_logits, calibration)
    return replace(
        draft,
        calibration=calibration,
        points=choose_points(sigmoid(released), held.eye_labels, targets.points),
        severity=fit_severity(log_odds[:, severities], held.answers[:, severities], targets.severity),
        joined=fit_joined_eyes(
            held.patient_ids,
            held.eyes,
            without_ungradable(released, gradable),
            held.patient_labels,
            seed=seed,
            resamples=targets.resamples,
        ),
    )
