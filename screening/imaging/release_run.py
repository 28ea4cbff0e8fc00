"""From a finished training run to a shipped release: `python -m screening.imaging.release_run`."""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from screening.domain.findings import LABELS
from screening.domain.quality import Gradability
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes_choice import fit_joined_eyes
from screening.imaging.calibrate import PointTargets, choose_points, fit_calibration
from screening.imaging.engines_agree import check_engines
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, sigmoid
from screening.imaging.held_out import (
    PATIENT_FILE,
    HeldOut,
    write_anonymous_table,
    write_eye_table,
)
from screening.imaging.make_release import ReleaseContent, write_release
from screening.imaging.measure_maps import measure_maps
from screening.imaging.release_draft import draft_of, prepare_held_out, spec_of
from screening.imaging.release_engines import (
    FASTER,
    SHIPPED,
    bands_of,
    compare_engines,
    logits_by_engine,
    may_ship,
)
from screening.imaging.release_facts import (
    facts_of,
    gradabilities,
    measure_release,
    with_epochs,
    without_ungradable,
)
from screening.imaging.release_frames import measure_frames
from screening.imaging.severity_fit import SeverityTargets, fit_severity
from screening.imaging.shared_runs import read_shared_held_out, shared_folds
from screening.imaging.shipped_runs import measure_shipped, shipped_recipes, with_shipped
from screening.imaging.targets import SEVERITIES
from screening.imaging.train_record import read_recipe

_REFRAMED = 128  # photographs measured in other frames


@dataclass(frozen=True)
class ReleaseTargets:
    """What operating points and severity thresholds aim at; `resamples` of patients stand behind intervals."""

    points: PointTargets = field(default_factory=PointTargets)
    severity: SeverityTargets = field(default_factory=SeverityTargets)
    resamples: int = 1000


def release_run(
    runs: Sequence[Path], data: Path, folder: Path, targets: ReleaseTargets, ships: Sequence[Path] = ()
) -> Path:
    """Make `folder` a release from the folds of `runs`; returns the card.

    Each run gives every branch one member; a fold counts that all of them trained. The weights are those of the
    lowest fold, or those of `ships`, that learnt from more patients by the same recipe; all folds of `runs` give
    held-out answers. Held-out photographs of `data` are scored again with the rounded weights through the serving
    code, in bfloat16 where that may ship, so that calibration, operating points and every number on the card belong to
    what is shipped.
    Raises TrainingFailed, TrainingDataInvalid, EnginesDisagree.
    """
    with tempfile.TemporaryDirectory() as graphs:
        return _release_run(runs, data, folder, targets, ships, Path(graphs))


def _release_run(
    runs: Sequence[Path],
    data: Path,
    folder: Path,
    targets: ReleaseTargets,
    ships: Sequence[Path],
    graphs: Path,
) -> Path:
    """`graphs`: where each network is kept once it is converted, for every step that asks it."""
    folds, held = shared_folds(runs), read_shared_held_out(runs)
    members = {number: draft_of(folders) for number, folders in folds.items()}
    recipes = [read_recipe(folder) for folder in next(iter(folds.values()))]
    recipe = recipes[0]
    of_shipped = shipped_recipes(ships, recipe) if ships else []
    eyes = prepare_held_out(held, data, spec_of(recipe))
    logits = logits_by_engine(members, held, eyes, cache_dir=graphs)
    gradable = gradabilities(held, data)
    draft = next(iter(members.values()))
    for shipped in (FASTER, SHIPPED):
        held = replace(held, branch_logits=logits[shipped])
        content = _calibrated(draft, held, gradable, targets, seed=recipe["seed"])
        engines = _engines_of(content, logits)
        if may_ship(engines[FASTER]):
            break
    content = with_shipped(content, ships)
    released = calibrated_logits(held.branch_logits, content.calibration)
    metrics = {
        **measure_release(content, held, gradable, seed=recipe["seed"], resamples=targets.resamples),
        "maps": measure_maps(members, held, eyes, seed=recipe["seed"], cache_dir=graphs),
        "other_frames": _other_frames(content, held, data, shipped, graphs),
    }
    if ships:
        metrics["shipped_networks"] = measure_shipped(
            content, held, eyes, ships, engine=shipped, cache_dir=graphs
        )
    engines = {**engines, "drawn_photographs": _exported(content, graphs)}
    content = replace(
        content,
        precision=shipped.partition("-")[2],
        facts={
            **facts_of(runs, recipes, (targets.points, targets.severity), metrics, engines),
            **({"shipped_recipes": with_epochs(ships, of_shipped)} if ships else {}),
        },
    )
    folder.mkdir(parents=True, exist_ok=True)
    judged = without_ungradable(released, gradable)
    write_eye_table(held, judged, runs[0] / PATIENT_FILE)
    write_anonymous_table(held, judged, folder / PATIENT_FILE, seed=recipe["seed"])
    return write_release(folder, content)


def _engines_of(content: ReleaseContent, logits: Mapping[str, Doubles]) -> dict[str, Any]:
    scores = {name: sigmoid(calibrated_logits(each, content.calibration)) for name, each in logits.items()}
    return compare_engines(scores, bands_of(content.points))


def _exported(content: ReleaseContent, graphs: Path) -> dict[str, Any]:
    """The release in every engine. Raises EnginesDisagree, before anything is shipped."""
    with tempfile.TemporaryDirectory() as place:
        return check_engines(write_release(Path(place) / "draft", content).parent, cache_dir=graphs)


def _other_frames(
    content: ReleaseContent, held: HeldOut, data: Path, engine: str, graphs: Path
) -> dict[str, dict[str, float]]:
    photographs = [data / "images" / file for file in held.files[:_REFRAMED]]
    with tempfile.TemporaryDirectory() as place:
        folder = write_release(Path(place) / "draft", content).parent
        return measure_frames(folder, photographs, engine=engine, cache_dir=graphs)


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


def main() -> None:
    """`--run DIR [DIR ...] --data DIR --out DIR`: ship the weights of one run, or of several together.

    `--ship DIR [DIR ...]`: ship those of other runs of the same recipe, that held fewer patients out.
    """
    parser = argparse.ArgumentParser(description="make a release from training runs of the same folds")
    parser.add_argument("--run", type=Path, required=True, nargs="+")
    parser.add_argument("--ship", type=Path, nargs="+", default=())
    for name in ("--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    release_run(given.run, given.data, given.out, ReleaseTargets(), given.ship)


if __name__ == "__main__":
    main()
