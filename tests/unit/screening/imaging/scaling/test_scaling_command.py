"""`manage.py scaling_report`: a table, a file, a picture, and a clear word on bad input. No database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder, out = tmp_path_factory.mktemp("report"), StringIO()
    files = ["--json", str(folder / "out.json"), "--plot", str(folder / "out.png")]
    call_command("scaling_report", *files, "--budget-flops", "1e9", "--phi-step", "1", stdout=out)
    return out.getvalue(), folder


def test_the_table_shows_ours_beside_the_papers(report: tuple[str, Path]) -> None:
    lines = {line.split("  ")[0]: line for line in report[0].splitlines()}
    assert lines["EfficientNet-B7"].split()[-3:] == ["37.746", "37", "+2.0%"]
    assert lines["ResNet-50 width"].split()[-4:] == ["16.117", "14.7", "+9.6%", "!"]
    assert "! ResNet-50 width: " in report[0]
    assert "alpha * beta^2 * gamma^2 = 1.920" in report[0]


def test_the_file_holds_rows_constraint_steps_and_the_chosen_phi(report: tuple[str, Path]) -> None:
    content = json.loads((report[1] / "out.json").read_text())
    assert len(content["rows"]) == 22 and content["rows"][3]["parameters"] == 12233232
    assert content["constraint"]["cost"] == pytest.approx(1.92, abs=0.001)
    assert [step["phi"] for step in content["steps"]] == list(range(8))
    assert content["budget"]["phi"] == 1.0 and len(content["budget"]["tried"]) == 3


def test_the_picture_is_a_png(report: tuple[str, Path]) -> None:
    assert (report[1] / "out.png").read_bytes().startswith(b"\x89PNG")


def test_a_budget_that_is_none_and_a_folder_that_is_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--budget-ms is 0; give a number above 0"):
        call_command("scaling_report", "--budget-ms", "0", stdout=StringIO())
    with pytest.raises(CommandError, match=r"missing/out\.json"):
        call_command("scaling_report", "--json", str(tmp_path / "missing" / "out.json"), stdout=StringIO())
