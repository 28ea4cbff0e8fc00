"""`manage.py evaluate_fusion`: a document and a page about a release, or a clear refusal and nothing written."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk.domain.bands import FUSED_LABELS
from risk.fusion import real, stress
from tests.unit.risk.made_up import made_up_heldout, train_small_release, write_heldout


@pytest.fixture(scope="module")
def fusions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fusions")
    train_small_release(folder / "small")
    return folder


@pytest.fixture(autouse=True)
def releases(settings: Settings, fusions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FUSION_RELEASES_DIR = fusions
    settings.RELEASES_DIR = tmp_path / "releases"
    (settings.RELEASES_DIR / "test-1").mkdir(parents=True)
    write_heldout(settings.RELEASES_DIR / "test-1" / "heldout_logits.csv", made_up_heldout())
    monkeypatch.setattr(real, "RESAMPLES", 20)
    monkeypatch.setattr(stress, "SUBSET_PATIENTS", 1)  # too few to compare: the sets have their own test


def table_of_real_patients(folder: Path) -> Path:
    path = write_heldout(folder / "real.csv", made_up_heldout(300))
    header, *rows = path.read_text().splitlines()
    path.write_text(
        "\n".join([f"age,sex,{header}", *(f"{30 + i % 50},Male,{row}" for i, row in enumerate(rows))])
    )
    return path


def test_a_release_is_described_in_numbers_plots_and_a_page(tmp_path: Path, capsys) -> None:
    call_command(
        "evaluate_fusion",
        release="small",
        json=tmp_path / "all.json",
        report=tmp_path / "report",
        real=table_of_real_patients(tmp_path),
        patients=2000,
    )
    document = json.loads((tmp_path / "all.json").read_text())
    assert document["simulated"]["simulated"] is True and document["real"]["simulated"] is False
    for label in FUSED_LABELS:
        scores = document["simulated"]["labels"][label.value]["scores"]
        assert set(scores) == {"photograph", "answers", "fused", "prevalence"}
        assert scores["prevalence"]["auc"] == 0.5
    assert {each.name for each in (tmp_path / "report").iterdir()} == {
        "report.md",
        "decision-curves.png",
        "reliability.png",
    }
    page = (tmp_path / "report" / "report.md").read_text()
    assert "Simulated: 2000 patients" in page and "300 patients, cross-fitted" in page
    assert "both" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"patients": 10}, "--patients must be at least 1000"),
        ({"release": "nobody"}, "nobody has no card.json"),
        ({"real": Path("/nowhere.csv")}, "nowhere.csv"),
    ],
    ids=["too few", "no release", "no table"],
)
def test_a_wrong_request_is_refused_and_nothing_is_written(tmp_path: Path, options: dict, told: str) -> None:
    asked = {"release": "small", "json": tmp_path / "all.json", "patients": 1000, **options}
    with pytest.raises(CommandError, match=told):
        call_command("evaluate_fusion", **asked)
    assert not (tmp_path / "all.json").exists()
