"""The fusion release that is shipped, how it is made, and which processes may load it."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk.domain.bands import FUSED_LABELS
from risk.fusion.release import load_release
from risk.inference import FUSION_RELEASE
from tests.unit.risk.made_up import made_up_heldout, write_heldout

SHIPPED = django_settings.BASE_DIR / "risk" / "releases" / FUSION_RELEASE
MEGABYTE = 1024 * 1024
IMAGE = "nungil-b0-384-1"


def test_the_shipped_release_is_whole_small_and_says_what_it_learnt_from() -> None:
    release = load_release(SHIPPED)
    assert release.name == FUSION_RELEASE
    assert release.card["data"] == "learnt from simulated data"
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < MEGABYTE


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_the_shipped_release_ranks_better_than_the_photograph_and_errs_no_more(label: str) -> None:
    measured = load_release(SHIPPED).card["measures_on_simulated_data"][label]
    assert measured["mean_fused_risk"] == pytest.approx(measured["prevalence"], rel=0.10)
    assert measured["auc_fused"] > max(measured["auc_photograph"], measured["auc_answers"])
    # Of pathologic myopia the photograph says nearly everything: the answers cannot lower the error further.
    assert measured["brier_fused"] <= 1.02 * measured["brier_photograph"]
    assert measured["brier_photograph"] < measured["brier_of_prevalence"]


def test_the_command_writes_a_release_and_prints_its_measures(settings: Settings, tmp_path: Path) -> None:
    settings.FUSION_RELEASES_DIR = tmp_path
    csv = write_heldout(tmp_path / "heldout.csv", made_up_heldout())
    told = StringIO()
    call_command("train_fusion", csv, image_release=IMAGE, name="new", patients=4000, stdout=told)
    assert load_release(tmp_path / "new").card["image_release"] == IMAGE
    assert "simulated" in told.getvalue()
    assert len(told.getvalue().splitlines()) == 1 + len(FUSED_LABELS)


@pytest.mark.parametrize("content", [None, "patient_D\n1\n"])
def test_the_command_refuses_an_unusable_table(tmp_path: Path, content: str | None) -> None:
    csv = tmp_path / "heldout.csv"
    if content is not None:
        csv.write_text(content)
    with pytest.raises(CommandError, match=r"heldout\.csv"):
        call_command("train_fusion", csv, image_release=IMAGE)


def test_what_the_web_process_imports_brings_neither_lightgbm_nor_torch() -> None:
    code = (
        "import django, sys; django.setup();"
        "import risk.services, risk.selectors, risk.tasks, risk.texts;"
        "print([name for name in ('torch', 'lightgbm', 'sklearn') if name in sys.modules])"
    )
    assert _run(code) == "[]"


def test_assessing_does_not_bring_torch() -> None:
    code = (
        "import django, sys; django.setup();"
        "from risk import inference; from risk.domain.features import RiskFactors;"
        "from screening.domain.exam_result import ExamResult;"
        "inference.fuse_case(ExamResult((), 'none'), RiskFactors());"
        "print('torch' in sys.modules)"
    )
    assert _run(code) == "False"


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=django_settings.BASE_DIR,
    )
    return done.stdout.strip()
