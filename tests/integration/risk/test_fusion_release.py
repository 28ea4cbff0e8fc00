"""The fusion release that is shipped, how it is made, and which processes may load it."""

import hashlib
import json
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk import inference
from risk.domain.bands import FUSED_LABELS
from risk.domain.features import RiskFactors
from risk.fusion.evaluate.tables import BEGIN, END
from risk.fusion.release import load_release
from risk.fusion_release import FUSION_RELEASE
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from screening.domain.joined_logits import joined_logits
from screening.domain.laterality import Laterality
from tests.unit.risk.cases import HEALTHY, eye
from tests.unit.risk.made_up import made_up_heldout, write_heldout

SHIPPED = django_settings.BASE_DIR / "risk" / "releases" / FUSION_RELEASE
MEGABYTE = 1024 * 1024
IMAGE = "nungil-b0-384-2"


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


def test_the_shipped_release_joins_both_eyes_as_its_image_release_does() -> None:
    release = load_release(SHIPPED)
    image = django_settings.RELEASES_DIR / release.card["image_release"]
    assert release.card["both_eyes"] == json.loads((image / "card.json").read_text())["both_eyes"]
    table = (image / "heldout_logits.csv").read_bytes()
    assert release.card["heldout_sha256"] == hashlib.sha256(table).hexdigest()


def test_serving_reads_both_eyes_through_the_release_and_not_their_maximum(settings: Settings) -> None:
    settings.FUSION_RELEASES_DIR = SHIPPED.parent
    right, left = eye(Laterality.RIGHT, present=[Label.GLAUCOMA]), eye(Laterality.LEFT)
    result = ExamResult((right, left), IMAGE)
    joined = joined_logits(result, load_release(SHIPPED).both_eyes)
    served = inference.fuse_case(result, RiskFactors())
    assert {one.label: one.image_logit for one in served.labels} == {
        label: joined[label] for label in FUSED_LABELS
    }
    assert joined[Label.GLAUCOMA] != 2.0  # the larger of the two
    assert next(one for one in served.labels if one.label is Label.GLAUCOMA).image_score == 0.88


def test_one_case_is_fused_and_explained_within_fifty_milliseconds(settings: Settings) -> None:
    settings.FUSION_RELEASES_DIR = SHIPPED.parent
    result = ExamResult((eye(Laterality.RIGHT), eye(Laterality.LEFT)), IMAGE)
    inference.fuse_case(result, HEALTHY)
    took = []
    for _ in range(9):
        begun = time.perf_counter()
        inference.fuse_case(result, HEALTHY)
        took.append(time.perf_counter() - begun)
    assert sorted(took)[4] < 0.05


def test_the_page_of_the_shipped_release_has_its_measured_tables() -> None:
    page = (django_settings.BASE_DIR / "docs" / "models" / f"{FUSION_RELEASE}.md").read_text()
    measured = page.split(BEGIN)[1].split(END)[0]
    assert (
        f"Release {FUSION_RELEASE} on image release {load_release(SHIPPED).card['image_release']}" in measured
    )
    assert "Simulated" in measured and "real patients" in measured


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
