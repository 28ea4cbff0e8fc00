"""Who a release held out is found again only in the very table it was trained on."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from risk.fusion.heldout import read_heldout
from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS, Decision, Finding
from screening.domain.quality import Gradability, QualityReason
from screening.imaging.evaluate.held_out_again import held_out_photographs, write_anonymous, write_table
from screening.imaging.evaluate.labels import LabelsInvalid, data_name, read_labelled
from screening.imaging.evaluate.patients import Eye
from screening.imaging.folds import deal_folds
from screening.imaging.training_data import read_labels


@pytest.fixture
def release(photographs: Path, tmp_path: Path) -> Path:
    card = {
        "name": "r",
        "data_version": data_name(photographs),
        "recipe": {"folds": 2, "seed": 7, "epochs": {"fold1": {}}},
    }
    (tmp_path / "card.json").write_text(json.dumps(card))
    return tmp_path


def test_the_held_out_fold_is_dealt_again(release: Path, photographs: Path) -> None:
    fold_of = deal_folds(read_labels(photographs), folds=2, seed=7)
    found = {one.patient_id for one in held_out_photographs(release, photographs)}
    assert found == {patient for patient, fold in fold_of.items() if fold == 1}
    assert 0 < len(found) < len(fold_of)


def test_another_table_is_refused(release: Path, photographs: Path, tmp_path: Path) -> None:
    other = tmp_path / photographs.name
    shutil.copytree(photographs, other)
    (other / "labels.csv").write_text((photographs / "labels.csv").read_text() + "\n")
    with pytest.raises(LabelsInvalid, match="give a table of held-out scores"):
        held_out_photographs(release, other)


def test_an_eye_that_could_not_be_judged_stays_empty(photographs: Path, tmp_path: Path) -> None:
    one, other = read_labelled(photographs)[:2]
    findings = tuple(Finding(label, 0.5, 0.25, 0.5, Decision.ABSENT) for label in LABELS)
    judged = EyeResult(one.laterality, Gradability.GRADABLE, (), findings)
    blurred = EyeResult(other.laterality, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())
    write_table([Eye(one, judged), Eye(other, blurred)], tmp_path / "t.csv")
    with (tmp_path / "t.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["logit_G"] for row in rows] == ["0.25000", ""]
    assert {"age", "sex", "eye", "patient_id"} <= set(rows[0])
    with pytest.raises(ValueError, match="needs at least 5 patients"):
        read_heldout(tmp_path / "t.csv")  # understood, and too few


def test_the_shipped_table_names_nobody(photographs: Path, tmp_path: Path) -> None:
    findings = tuple(Finding(label, 0.5, 0.12345, 0.5, Decision.ABSENT) for label in LABELS)
    eyes = [
        Eye(one, EyeResult(one.laterality, Gradability.GRADABLE, (), findings))
        for one in read_labelled(photographs)
    ]
    write_anonymous(eyes, tmp_path / "t.csv", seed=3)
    with (tmp_path / "t.csv").open() as file:
        rows = list(csv.DictReader(file))
    patients = {eye.photograph.patient_id for eye in eyes}
    assert {row["patient_id"] for row in rows} == {str(number) for number in range(len(patients))}
    assert not {"age", "sex", "file"} & set(rows[0]) and {row["logit_N"] for row in rows} == {"0.123"}
