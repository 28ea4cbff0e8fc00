"""The document and the report appear whole or not at all, and hold every number."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from screening.domain.findings import LABELS
from screening.imaging.evaluate import write
from screening.imaging.evaluate.run import Evaluation, evaluate_eyes
from screening.imaging.evaluate.write import OutputInvalid, write_evaluation
from screening.imaging.metrics import macro_auc, official_score
from tests.unit.screening.imaging.evaluate.cast import CARD, EVALUATED, cohort

FILES = {"index.html", "patients.csv", "precision-recall.png", "reliability.png", "roc.png"}


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate_eyes(cohort(1, ungradable=0.3), CARD, EVALUATED, resamples=30, seed=1)


@pytest.fixture(scope="module")
def written(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the results of `evaluation` were written to."""
    place = tmp_path_factory.mktemp("written")
    write_evaluation(evaluation, place / "new" / "out.json", place / "report")
    return place


@pytest.fixture
def no_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of how files are put in place, whatever is in them."""
    monkeypatch.setattr(write, "draw_plots", lambda answers, document, folder: None)


def test_document_page_plots_and_patients_are_written(evaluation: Evaluation, written: Path) -> None:
    assert json.loads((written / "new" / "out.json").read_text()) == evaluation.document
    assert {file.name for file in (written / "report").iterdir()} == FILES
    for plot in (written / "report").glob("*.png"):
        assert plot.read_bytes().startswith(b"\x89PNG") and plot.stat().st_size > 5_000
    page = (written / "report" / "index.html").read_text()
    assert all(f'src="{name}"' in page for name in FILES if name.endswith(".png"))
    assert f"{evaluation.document['official']['final']:.3f}" in page and "not a medical device" in page
    assert sorted(path.name for path in written.iterdir()) == ["new", "report"]


def test_every_number_can_be_counted_again_from_the_patients(evaluation: Evaluation, written: Path) -> None:
    with (written / "report" / "patients.csv").open() as file:
        rows = list(csv.DictReader(file))

    def column(kind: str) -> np.ndarray:
        return np.array([[float(row[f"{kind}_{label}"]) for label in LABELS] for row in rows])

    assert len(rows) == evaluation.document["patients"]
    official = official_score(column("patient"), column("study"))
    assert official.final == pytest.approx(evaluation.document["official"]["final"], abs=1e-3)
    assert macro_auc(column("patient"), column("score")) == pytest.approx(
        evaluation.document["macro_auc"], abs=1e-3
    )


def test_the_same_evaluation_writes_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = evaluate_eyes(cohort(1, ungradable=0.3), CARD, EVALUATED, resamples=30, seed=1)
    write_evaluation(again, tmp_path / "out.json", tmp_path / "report")
    assert (tmp_path / "out.json").read_bytes() == (written / "new" / "out.json").read_bytes()
    for name in FILES:
        assert (tmp_path / "report" / name).read_bytes() == (written / "report" / name).read_bytes()


def test_a_disk_that_fills_up_leaves_the_old_results(
    evaluation: Evaluation, tmp_path: Path, no_plots: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, report = tmp_path / "out.json", tmp_path / "report"
    out.write_text("old")
    report.mkdir()
    (report / "index.html").write_text("old")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device", "patients.csv")

    monkeypatch.setattr(write, "write_patients", full)
    with pytest.raises(OutputInvalid, match=r"patients\.csv: No space left"):
        write_evaluation(evaluation, out, report)
    assert out.read_text() == "old" and (report / "index.html").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "report"]


def test_a_new_report_replaces_the_old_one_and_nothing_else(
    evaluation: Evaluation, tmp_path: Path, no_plots: None
) -> None:
    report = tmp_path / "report"
    report.mkdir()
    (report / "index.html").write_text("old")
    (report / "notes.txt").write_text("mine")
    write_evaluation(evaluation, tmp_path / "out.json", report)
    assert "old" not in (report / "index.html").read_text()[:5]
    assert (report / "notes.txt").read_text() == "mine"


def test_a_place_that_cannot_take_the_results_is_named(evaluation: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputInvalid, match="--json"):
        write_evaluation(evaluation, tmp_path, tmp_path / "report")
    with pytest.raises(OutputInvalid, match="--report"):
        write_evaluation(evaluation, tmp_path / "out.json", tmp_path / "file")
    with pytest.raises(OutputInvalid, match="file"):
        write_evaluation(evaluation, tmp_path / "file" / "out.json", tmp_path / "report")
