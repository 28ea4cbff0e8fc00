"""From a finished training run to a shipped release: `python -m screening.imaging.release_run`."""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from screening.imaging.branch import TrainingFailed
from screening.imaging.engines_agree import EnginesDisagree, check_engines
from screening.imaging.ensemble import calibrated_logits
from screening.imaging.held_out import PATIENT_FILE, write_anonymous_table, write_eye_table
from screening.imaging.initial_release import recipes_of
from screening.imaging.make_release import ReleaseContent, refuse_existing, write_release
from screening.imaging.measure_maps import measure_maps
from screening.imaging.release_facts import facts_of, measure_release, with_epochs, without_ungradable
from screening.imaging.release_fit import (
    FittedRelease,
    ReleaseTargets,
    ScoredAgain,
    fit_release,
    score_again,
)
from screening.imaging.release_frames import measure_frames
from screening.imaging.shared_runs import shared_folds
from screening.imaging.shipped_runs import shipped_recipes
from screening.imaging.train_record import read_recipe

_REFRAMED = 128  # photographs measured in other frames


def release_run(
    runs: Sequence[Path],
    data: Path,
    folder: Path,
    targets: ReleaseTargets,
    ships: Sequence[Path] = (),
    averaged: Sequence[Path] = (),
) -> Path:
    """Make `folder` a release from the folds of `runs`; returns the card.

    Each run gives every branch one member; a fold counts that all of them trained. The weights are those of the
    lowest fold, or those of `ships`, that learnt from more patients by the same recipe, or the mean of the run's and
    of the releases `averaged`; all folds of `runs` give held-out answers. Held-out photographs of `data` are scored
    again with the rounded weights through the serving code, in bfloat16 where that may ship, so that calibration,
    operating points and every number on the card belong to what is shipped.
    Raises TrainingFailed, TrainingDataInvalid, EnginesDisagree, ReleaseExists; of `averaged` what `mean_with` raises.
    """
    refuse_existing(folder)
    others = _others(runs, ships, averaged)
    with tempfile.TemporaryDirectory() as graphs:
        again = score_again(runs, data, Path(graphs), averaged)
        fitted = fit_release(again, targets, ships)
        metrics = _measured(again, fitted, data, targets.resamples)
        engines = {**fitted.engines, "drawn_photographs": _exported(fitted.content, again.graphs)}
    facts = facts_of(runs, again.recipes, (targets.points, targets.severity), metrics, engines)
    precision = fitted.engine.partition("-")[2]
    _write_tables(again, fitted, runs[0], folder)
    return write_release(folder, replace(fitted.content, precision=precision, facts={**facts, **others}))


def _others(runs: Sequence[Path], ships: Sequence[Path], averaged: Sequence[Path]) -> dict[str, Any]:
    """What the card says of networks that the runs did not train; asked first, because it may refuse them."""
    if ships and averaged:
        raise TrainingFailed("networks of other runs are shipped as they are; choose to ship or to average")
    if ships:
        return {"shipped_recipes": _recipes_of(ships, runs)}
    return {"averaged_with": {each.name: recipes_of(each) for each in averaged}} if averaged else {}


def _recipes_of(ships: Sequence[Path], runs: Sequence[Path]) -> list[dict[str, Any]]:
    measured = next(iter(shared_folds(runs).values()))
    return with_epochs(ships, shipped_recipes(ships, read_recipe(measured[0])))


def _measured(again: ScoredAgain, fitted: FittedRelease, data: Path, resamples: int) -> dict[str, Any]:
    """Every measure of the card."""
    held = again.answered_by(fitted.engine)
    return {
        **measure_release(fitted.content, held, again.gradable, resamples=resamples, seed=again.seed),
        "maps": measure_maps(again.members, held, again.eyes, cache_dir=again.graphs, seed=again.seed),
        "other_frames": _other_frames(fitted, again, data),
        **({"shipped_networks": fitted.shipped} if fitted.shipped else {}),
    }


def _exported(content: ReleaseContent, graphs: Path) -> dict[str, Any]:
    """The release in every engine. Raises EnginesDisagree, before anything is shipped."""
    with tempfile.TemporaryDirectory() as place:
        return check_engines(write_release(Path(place) / "draft", content).parent, cache_dir=graphs)


def _other_frames(fitted: FittedRelease, again: ScoredAgain, data: Path) -> dict[str, dict[str, float]]:
    photographs = [data / "images" / file for file in again.held.files[:_REFRAMED]]
    with tempfile.TemporaryDirectory() as place:
        folder = write_release(Path(place) / "draft", fitted.content).parent
        return measure_frames(folder, photographs, engine=fitted.engine, cache_dir=again.graphs)


def _write_tables(again: ScoredAgain, fitted: FittedRelease, run: Path, folder: Path) -> None:
    """What each held-out eye answered: with its patient beside the run, without in the release."""
    held = again.answered_by(fitted.engine)
    released = calibrated_logits(held.branch_logits, fitted.content.calibration)
    judged = without_ungradable(released, again.gradable)
    folder.mkdir(parents=True, exist_ok=True)
    write_eye_table(held, judged, run / PATIENT_FILE)
    write_anonymous_table(held, judged, folder / PATIENT_FILE, seed=again.seed)


def main() -> None:
    """`--run DIR [DIR ...] --data DIR --out DIR`: ship the weights of one run, or of several together.

    `--ship DIR [DIR ...]`: ship those of other runs of the same recipe, that held fewer patients out. `--average DIR
    [DIR ...]`: ship the mean of the run's weights and of those of these releases.
    """
    parser = argparse.ArgumentParser(description="make a release from training runs of the same folds")
    parser.add_argument("--run", type=Path, required=True, nargs="+")
    for name in ("--ship", "--average"):
        parser.add_argument(name, type=Path, nargs="+", default=())
    for name in ("--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    try:
        release_run(given.run, given.data, given.out, ReleaseTargets(), given.ship, given.average)
    except (ValueError, TrainingFailed, EnginesDisagree) as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
