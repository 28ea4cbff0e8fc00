"""`manage.py compare_backbones`: rows, a report and files; what is wrong is named. No database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from screening.imaging.compare.smoke_data import make_smoke_data
from screening.imaging.compare.study import STUDY
from screening.imaging.train_config import Phase
from screening.imaging.training_data import read_labels
from screening.management.commands import compare_backbones
from tests.unit.screening.imaging.compare.stand_in import StandIn
from tests.unit.screening.imaging.photographs import COLUMNS, write_labels
from tests.unit.screening.imaging.tiny_release import BACKBONE


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("compare_backbones", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.slow
def test_a_smoke_run_really_trains_measures_and_reports(photographs: Path, tmp_path: Path) -> None:
    asked = ("--data", str(photographs), "--out", str(tmp_path), "--smoke", "--size", "48", "--threads", "1")
    text = run(*asked, "--backbones", BACKBONE)
    assert "SMOKE RUN" in text and "Begun from random weights" in text
    assert (tmp_path / "comparison.txt").read_text() in text
    content = json.loads((tmp_path / "comparison.json").read_text())
    assert [row["backbone"] for row in content["rows"]] == [BACKBONE]
    assert content["rows"][0]["reason"] is None and content["rows"][0]["milliseconds"] > 0


def test_a_smoke_run_is_one_tiny_epoch_of_the_studys_nine(
    photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(compare_backbones, "compare", lambda *given: asked.extend(given) or [])
    run("--data", str(photographs), "--out", str(tmp_path), "--smoke", "--size", "112")
    config, data, _, starts = asked
    assert tuple(starts) == STUDY and data == tmp_path / "smoke-data"
    assert config.phases == (Phase(1, 112),) and config.spec.size == 112 and config.batch == 12


def test_rows_that_failed_are_named_at_the_end(photographs: Path, tmp_path: Path, stand_in: StandIn) -> None:
    stand_in.fails = {"vgg16": MemoryError("too large")}
    text = run(
        "--data", str(photographs), "--out", str(tmp_path), "--smoke", "--backbones", "VGG16", "MobileNet"
    )
    assert "VGG16 (random) did not finish: MemoryError: too large" in text
    assert text.rstrip().endswith("without numbers: VGG16; start again to try them once more")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--backbones", "VGG61"], "near it are .*vgg16"),
        (["--weights-dir", "nowhere"], "--weights-dir: nowhere is no folder"),
        (["--fold", "9"], "fold 9"),
        (["--epochs", "0"], "--epochs is 0"),
        (["--batch", "1"], "--batch is 1"),
    ],
)
def test_a_wrong_option_is_named(photographs: Path, tmp_path: Path, arguments: list[str], named: str) -> None:
    with pytest.raises(CommandError, match=named):
        run("--data", str(photographs), "--out", str(tmp_path / "out"), *arguments)


def test_a_lost_folder_and_a_lost_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere has no labels\.csv"):
        run("--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"))
    write_labels(tmp_path, [], [name for name in COLUMNS if name != "patient_G"])
    with pytest.raises(CommandError, match="no column patient_G"):
        run("--data", str(tmp_path), "--out", str(tmp_path / "out"), "--smoke")


def test_a_few_photographs_still_show_every_label(photographs: Path, tmp_path: Path) -> None:
    small = read_labels(make_smoke_data(photographs, tmp_path / "few", patients=8))
    assert len({eye.patient_id for eye in small}) == 8 and len(small) == 16
    assert all(any(eye.patient_labels[i] for eye in small) for i in range(8))
    assert small == read_labels(make_smoke_data(photographs, tmp_path / "few", patients=8))
