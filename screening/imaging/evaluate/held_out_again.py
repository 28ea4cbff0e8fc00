"""The patients a release held out, found again in the table it was trained on, and scored by the service's code."""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.arrays import Doubles
from screening.imaging.card import recipes_on
from screening.imaging.evaluate.labels import LabelledPhotograph, LabelsInvalid, data_name, read_labelled
from screening.imaging.evaluate.patients import Eye, merge_eyes
from screening.imaging.evaluate.score import score_photographs
from screening.imaging.folds import deal_folds
from screening.imaging.held_out import PATIENT_FILE
from screening.imaging.scorer import Scorer, open_scorer
from screening.imaging.training_data import read_labels

_SIDE = {Laterality.LEFT: "left", Laterality.RIGHT: "right"}


def held_out_photographs(release: Path, data: Path) -> list[LabelledPhotograph]:
    """Photographs of `data` that the network of `release` never saw: the folds are dealt again from its seed.

    Raises LabelsInvalid when `data` is not the very table that the release was trained on, or the card does not say
    how it was dealt.
    """
    card = json.loads((release / "card.json").read_text(encoding="utf-8"))
    if data_name(data) != card["data_version"]:
        raise LabelsInvalid(
            f"{data.name} is {data_name(data)}, {release.name} was trained on {card['data_version']}: who it held out "
            "cannot be found again; give a table of held-out scores"
        )
    held, recipe = _folds_held_out(card), recipes_on(card)[0]
    fold_of = deal_folds(read_labels(data), folds=recipe["folds"], seed=recipe["seed"])
    return [one for one in read_labelled(data, partial=True) if fold_of[one.patient_id] in held]


def _folds_held_out(card: dict[str, Any]) -> set[int]:
    try:
        held = [
            {int(name.removeprefix("fold")) for name in recipe["epochs"]}
            for recipe in recipes_on(card) or [{}]
        ]
    except (KeyError, ValueError) as error:
        raise LabelsInvalid(
            f"the card of {card['name']} does not say which fold it held out: {error}"
        ) from error
    return set.intersection(*held)


def score_held_out(scorer: Scorer, photographs: Sequence[LabelledPhotograph], path: Path) -> None:
    """Write what the release answers about them: one row an eye, as risk.fusion.heldout reads it, with age and sex.

    It names patients of the table: it belongs beside the data, never into a repository.
    """
    write_table(merge_eyes(photographs, score_photographs(scorer, photographs)), path)


def write_table(eyes: Sequence[Eye], path: Path) -> None:
    """patient_id, eye, age, sex, the patient's labels and the eye's logits, empty where it could not be judged."""
    names = [f"{part}_{label}" for part in ("patient", "logit") for label in LABELS]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "eye", "age", "sex", *names])
        for eye in eyes:
            one = eye.photograph
            age = "" if one.age_years is None else one.age_years
            writer.writerow(
                [one.patient_id, _SIDE[one.laterality], age, one.sex, *one.patient_labels, *_logits(eye)]
            )


def write_anonymous(eyes: Sequence[Eye], path: Path, *, seed: int) -> None:
    """The same without age and sex, patients shuffled and numbered anew, as a release ships it."""
    patients = list(dict.fromkeys(eye.photograph.patient_id for eye in eyes))
    number = dict(zip(patients, np.random.default_rng(seed).permutation(len(patients)), strict=True))
    ordered = sorted(
        eyes, key=lambda eye: (number[eye.photograph.patient_id], _SIDE[eye.photograph.laterality])
    )
    names = [f"{part}_{label}" for part in ("patient", "logit") for label in LABELS]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "eye", *names])
        for eye in ordered:
            one = eye.photograph
            short = [value and round(float(value), 3) for value in _logits(eye)]
            writer.writerow([int(number[one.patient_id]), _SIDE[one.laterality], *one.patient_labels, *short])


def _logits(eye: Eye) -> list[str]:
    if not eye.judged:
        return [""] * len(LABELS)
    scored: Doubles = np.array([finding.logit for finding in eye.result.findings], np.float64)
    place = {finding.label: at for at, finding in enumerate(eye.result.findings)}
    return [f"{scored[place[label]]:.5f}" for label in LABELS]


def main() -> None:
    """`--release DIR --data DIR`: give a release whose table of held-out scores has no eyes a new one."""
    parser = argparse.ArgumentParser(description="score the held-out photographs of a release again")
    for name in ("--release", "--data"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    photographs = held_out_photographs(given.release, given.data)
    scorer = open_scorer(given.release, engine="openvino-f32", cache_dir=None)
    eyes = merge_eyes(photographs, score_photographs(scorer, photographs))
    write_anonymous(eyes, given.release / PATIENT_FILE, seed=_seed(given.release))


def _seed(release: Path) -> int:
    card = json.loads((release / "card.json").read_text(encoding="utf-8"))
    return int(recipes_on(card)[0]["seed"])


if __name__ == "__main__":
    main()
