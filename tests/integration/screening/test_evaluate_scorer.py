"""`manage.py evaluate_scorer` from the table to the page, and what it refuses; no database is at hand here."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from pytest_django import Settings

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus
from tests.unit.screening.imaging.tiny_release import write_tiny_release

PEOPLE = 4
SHIPPED = (project.RELEASES_DIR, project.ENGINE_CACHE_DIR)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered eyes of a few people, of whom the first was photographed badly."""
    data = tmp_path_factory.mktemp("pictures")
    rows = []
    for person in range(PEOPLE):
        for side, eye in ((Laterality.LEFT, "left"), (Laterality.RIGHT, "right")):
            name = f"{person}_{eye}.jpg"
            blur = 8 if person == 0 else 0
            cv2.imwrite(str(data / name), render_fundus(person, side, size=320, blur_px=blur)[:, :, ::-1])
            rows.append(
                {"file": name, "patient_id": person, "eye": eye, "age": 40 + 10 * person, "sex": "Female"}
            )
            rows[-1] |= {
                f"patient_{label}": int(number % PEOPLE == person) for number, label in enumerate(LABELS)
            }
    write_table(data, rows)
    return data


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_release(tmp_path_factory.mktemp("releases") / "tiny")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine-cache")


@pytest.fixture
def data(pictures: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(pictures, tmp_path / "data"))


@pytest.fixture(autouse=True)
def release(tiny: Path, cache: Path, settings: Settings, tmp_path: Path) -> Path:
    settings.RELEASES_DIR = tmp_path / "releases"
    settings.ENGINE_CACHE_DIR = cache
    return Path(shutil.copytree(tiny, settings.RELEASES_DIR / "tiny"))


def write_table(data: Path, rows: list[dict[str, Any]]) -> None:
    with (data / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def table(data: Path) -> list[dict[str, Any]]:
    with (data / "labels.csv").open() as file:
        return list(csv.DictReader(file))


def evaluate(data: Path, place: Path, *more: str) -> dict[str, Any]:
    out = place / "out.json"
    call_command(
        "evaluate_scorer",
        f"--data={data}",
        f"--json={out}",
        f"--report={place / 'report'}",
        "--resamples=20",
        *more,
    )
    return json.loads(out.read_text())


def test_a_table_of_photographs_becomes_a_document_and_a_page(data: Path, tmp_path: Path, capsys) -> None:
    document = evaluate(data, tmp_path)
    assert document["patients"] == PEOPLE and document["evaluated"]["photographs"] == 2 * PEOPLE
    assert document["evaluated"]["release"] == "tiny" and document["evaluated"]["engine"] == "openvino-f32"
    assert set(document["official"]) == {"kappa", "f1", "auc", "final"}
    assert document["ungradable"]["patients_by_eyes_judged"]["neither"] >= 1
    assert "eye_keywords" in document["severity"]["left_out"]
    assert "index.html" in {file.name for file in (tmp_path / "report").iterdir()}
    assert "prevalence without an image" in capsys.readouterr().out


def change_table(data: Path, column: str, value: str | None) -> None:
    rows = table(data)
    for row in rows:
        if value is None:
            del row[column]
    if value is not None:
        rows[2][column] = value
    write_table(data, rows)


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("patient_G", None, r"labels\.csv has no column patient_G"),
        ("patient_G", "maybe", "row 4: patient_G is 'maybe'"),
        ("file", "lost.jpg", r"row 4: there is no photograph 'lost\.jpg'"),
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_written(
    data: Path, tmp_path: Path, column: str, value: str | None, named: str
) -> None:
    change_table(data, column, value)
    refused(data, tmp_path, named)


def refused(data: Path, place: Path, named: str, *more: str) -> None:
    before = sorted(place.iterdir())
    with pytest.raises(CommandError, match=named):
        evaluate(data, place, *more)
    assert sorted(place.iterdir()) == before, "a refused evaluation leaves nothing behind"


def test_a_photograph_that_does_not_decode_is_named(data: Path, tmp_path: Path) -> None:
    (data / "1_left.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    refused(data, tmp_path, r"row 4: 1_left\.jpg cannot be decoded")


def test_a_release_that_is_not_there_names_those_that_are(data: Path, tmp_path: Path) -> None:
    refused(data, tmp_path, "no release other; choose one of: tiny", "--release=other")
    refused(data, tmp_path, "no release", "--release=../tiny")


def test_weights_that_differ_from_their_card_are_named(data: Path, tmp_path: Path, release: Path) -> None:
    weights = bytearray((release / "grey.safetensors").read_bytes())
    weights[-1] ^= 1
    (release / "grey.safetensors").write_bytes(bytes(weights))
    refused(data, tmp_path, r"tiny/grey\.safetensors differs")


def test_a_card_for_other_classes_names_them(data: Path, tmp_path: Path, release: Path) -> None:
    card = json.loads((release / "card.json").read_text()) | {"labels": ["cat", "dog"]}
    (release / "card.json").write_text(json.dumps(card))
    refused(data, tmp_path, "labels are .*cat.*dog.*needs")


def test_a_report_cannot_be_a_file_and_no_resample_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    refused(data, tmp_path, "--report names a folder")
    refused(data, tmp_path, "--resamples", "--resamples=0")


@pytest.mark.slow
def test_real_photographs_through_the_shipped_release(
    shared: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.RELEASES_DIR, settings.ENGINE_CACHE_DIR = SHIPPED
    odir, data = shared / "data" / "odir5k", tmp_path / "few"
    rows = [row for row in table(odir) if row["patient_id"] in {"0", "1", "2", "4", "5", "6"}]
    (data / "images").mkdir(parents=True)
    for row in rows:
        shutil.copy(odir / row["file"], data / row["file"])
    write_table(data, rows)
    document = evaluate(data, tmp_path)
    assert document["patients"] == len({row["patient_id"] for row in rows}) >= 4
    assert document["eyes"]["eyes"] == sum(
        count
        for level, count in document["ungradable"]["eyes_by_gradability"].items()
        if level != "ungradable"
    )
    assert np.isfinite(document["official"]["final"])
