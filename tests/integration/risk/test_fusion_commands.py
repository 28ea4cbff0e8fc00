"""simulate_cohort and evaluate_fusion as people run them: whole files, refused with what to do."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk.domain.bands import FUSED_LABELS
from risk.fusion.frame import COLUMN_NAMES


@pytest.fixture(autouse=True)
def _the_shipped_fusion(settings: Settings, _a_fusion_of_its_own: None) -> None:
    settings.FUSION_RELEASES_DIR = settings.BASE_DIR / "risk" / "releases"


def test_every_row_of_a_simulated_cohort_says_so(tmp_path: Path) -> None:
    for name in ("one.csv", "again.csv"):
        call_command("simulate_cohort", patients=300, seed=4, out=tmp_path / name, stdout=StringIO())
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    with (tmp_path / "one.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300 and {row["data"] for row in rows} == {"simulated"}
    assert set(COLUMN_NAMES) <= set(rows[0])
    assert {row[f"ill_{label.value}"] for row in rows for label in FUSED_LABELS} == {"0", "1"}
    assert any(row["hba1c_percent"] == "" for row in rows)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"patients": 0}, "at least 1"),
        ({"image_release": "nothing"}, "image release nothing cannot be read"),
    ],
)
def test_a_cohort_that_cannot_be_made_leaves_no_file(
    tmp_path: Path, options: dict[str, object], told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        call_command("simulate_cohort", **{"patients": 10, "seed": 1, "out": tmp_path / "c.csv"} | options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_evaluation_is_one_document_with_tables_and_plots(tmp_path: Path) -> None:
    out, report, page = tmp_path / "e.json", tmp_path / "report", tmp_path / "page.md"
    page.write_text("<!-- measured: written by evaluate_fusion -->\nold\n<!-- end of measured -->\nafter\n")
    call_command(
        "evaluate_fusion", json=out, report=report, page=page, patients=3_000, resamples=20, stdout=StringIO()
    )
    document = json.loads(out.read_text())
    assert set(document["simulated"]["labels"]) == {label.value for label in FUSED_LABELS}
    assert "left_out" in document["real"]
    assert {path.name for path in report.iterdir()} == {"tables.md", "decision-curves.png", "stress.png"}
    assert "old" not in page.read_text() and page.read_text().endswith("after\n")


@pytest.mark.parametrize("wrong", ["json", "report", "page"])
def test_an_evaluation_is_refused_before_it_measures(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "file").write_text("")
    places = {"json": tmp_path / "e.json", "report": None, "page": None}
    places[wrong] = {"json": tmp_path, "report": tmp_path / "file", "page": tmp_path / "none.md"}[wrong]
    with pytest.raises(CommandError, match=f"--{wrong}"):
        call_command("evaluate_fusion", **places)
    assert not (tmp_path / "e.json").exists()


def test_another_table_than_the_image_release_was_trained_on_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,patient_id\n")
    with pytest.raises(CommandError, match="give a table of held-out scores"):
        call_command("evaluate_fusion", json=tmp_path / "e.json", data=tmp_path)
