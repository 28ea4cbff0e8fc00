"""Training runs of the same folds, whose networks become the members of one release."""

from collections.abc import Sequence
from pathlib import Path

from screening.imaging.branch import TrainingFailed
from screening.imaging.held_out import HeldOut, fold_folders, fold_number, read_held_out
from screening.imaging.train_record import read_recipe

_ALIKE = ("backbone", "spec", "data_version", "seed", "folds")


def shared_folds(runs: Sequence[Path]) -> dict[int, list[Path]]:
    """By number, lowest first: the folders, one a run, of every fold that all `runs` trained.

    Raises TrainingFailed where there is none, or where the runs differ in what a release has one of.
    """
    by_run = [{fold_number(folder): folder for folder in fold_folders(run)} for run in runs]
    numbers = sorted(set.intersection(*map(set, by_run)))
    if not numbers:
        raise TrainingFailed("the runs have no fold in common; train the same fold in each")
    folds = {number: [folders[number] for folders in by_run] for number in numbers}
    recipes = [read_recipe(folder) for folder in folds[numbers[0]]]
    if differ := [key for key in _ALIKE if any(each[key] != recipes[0][key] for each in recipes)]:
        raise TrainingFailed(f"the runs differ in {', '.join(differ)}; only alike ones make one release")
    return folds


def read_shared_held_out(runs: Sequence[Path]) -> HeldOut:
    """Held-out eyes of `runs`, with the answers of the first. Raises TrainingFailed where a run held out others."""
    first, *others = (read_held_out(run, shared_folds(runs)) for run in runs)
    for other in others:
        if (other.files, other.patient_ids) != (first.files, first.patient_ids):
            raise TrainingFailed(
                "the runs held out other patients, so one has learned what another is measured on; train them "
                "with the same seed, number of folds and labels"
            )
    return first
