"""Each cause of a change, from what people did by day to what the portal says the morning after."""

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from config.limits.forms import in_percent
from deploy.demo import compile_messages
from records.actor import Actor
from records.models import Organization, Role, WorkItem
from risk import tasks
from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.rescoring import Cause
from risk.fusion.release import CARD
from risk.fusion_release import FUSION_RELEASE
from risk.models import RiskAssessment, RunState
from risk.night.nights import nights_start
from risk.texts import RESCORE_CAUSES
from screening import inference, releases
from screening.tasks import rescore_exam
from tests.factories import records as people
from tests.integration.config.conftest import signed_in
from tests.integration.risk.a_night import LATER, TWENTY_YEARS_OLDER, assessed, current, watched
from tests.unit.risk.made_up import small_releases
from tests.unit.screening.imaging.tiny_release import write_tiny_release

pytestmark = pytest.mark.django_db

EVERYBODY_HIGH = {label: BandRow(0.01, 0.02) for label in FUSED_LABELS}


@pytest.fixture(autouse=True)
def _as_at_work(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small models, and texts in both languages; what calls for the next worker is called by the test."""
    settings.FUSION_RELEASES_DIR = small_releases(tmp_path_factory)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    for task in (tasks.rescore_part, rescore_exam):
        monkeypatch.setattr(task, "apply_async", lambda **_: None)
    compile_messages()


@pytest.fixture
def physician(clinic: Organization) -> Client:
    return signed_in(people.member(clinic, Role.PHYSICIAN))


def the_night(clinic: Organization) -> None:
    """The clock starts it; workers do what it left to be done until nothing is."""
    watched(clinic)
    (run,) = nights_start(now=LATER)
    for _ in range(4):
        rescore_exam.run()
        tasks.rescore_part.run()
    run.refresh_from_db()
    assert run.state == RunState.DONE, run.reason


def told_in_the_morning(physician: Client, before: RiskAssessment, cause: Cause) -> dict[str, str]:
    """The visit's row of the CSV; the page names it and the cause too, and the case shows the new assessment."""
    page = physician.get(reverse("nights"), {"show": "all"}).content.decode()
    after = current(before)
    assert after != before and str(RESCORE_CAUSES[cause]) in page
    assert str(before.encounter.public_id) in page
    assert physician.get(reverse("case", args=[before.encounter.public_id])).status_code == 200
    (row,) = csv.DictReader(StringIO(physician.get(reverse("nights-csv")).getvalue().decode()))
    assert row["cause"] == cause
    return row


def test_a_measurement_that_no_worker_heard_of_is_found_in_the_night(
    screener: Actor, clinic: Organization, physician: Client
) -> None:
    before = assessed(screener, G=0.6)
    measured = reverse("case-measurements", args=[before.encounter.public_id])
    colleague = signed_in(people.member(clinic, Role.SCREENER))
    seen = colleague.get(measured).context["seen"]
    sent = colleague.post(
        measured, {"iop_right_mmhg": "38", "iop_left_mmhg": "37", "iop_method": "goldmann", "seen": seen}
    )
    assert sent.status_code == 302
    WorkItem.objects.all().delete()
    the_night(clinic)
    row = told_in_the_morning(physician, before, Cause.INPUTS)
    assert row["urgency before"] != row["urgency after"]


def test_a_new_image_release_has_every_photograph_looked_at_again(
    screener: Actor, clinic: Organization, physician: Client, settings: Settings, tmp_path: Path
) -> None:
    before = assessed(screener, C=0.7)
    settings.RELEASES_DIR, settings.SCORING_ENGINE = tmp_path, "torch-f32"
    write_tiny_release(tmp_path / "tiny-1.0")
    inference.scorer_for.cache_clear()
    releases.release_activate(name="tiny-1.0", now=timezone.now())
    the_night(clinic)
    inference.scorer_for.cache_clear()
    told_in_the_morning(physician, before, Cause.IMAGE)
    assert current(before).image_release == "tiny-1.0"


def test_a_new_fusion_model_weighs_everybody_again(
    screener: Actor,
    clinic: Organization,
    physician: Client,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    before = assessed(screener, D=0.9)
    settings.FUSION_RELEASES_DIR = small_releases(tmp_path_factory, patients=6_000)
    the_night(clinic)
    told_in_the_morning(physician, before, Cause.MODEL)


def test_another_calibration_of_the_same_model_weighs_everybody_again(
    screener: Actor, clinic: Organization, physician: Client, settings: Settings, tmp_path: Path
) -> None:
    before = assessed(screener, D=0.9)
    shutil.copytree(settings.FUSION_RELEASES_DIR / FUSION_RELEASE, tmp_path / FUSION_RELEASE)
    card = tmp_path / FUSION_RELEASE / CARD
    told = json.loads(card.read_text())
    for label in told["labels"].values():
        label["calibration"]["intercept"] += 1.0
    card.write_text(json.dumps(told))
    settings.FUSION_RELEASES_DIR = tmp_path
    the_night(clinic)
    told_in_the_morning(physician, before, Cause.MODEL)
    risks = [one.label_risks.get(label="D").fused_risk for one in (before, current(before))]
    assert risks[1] > risks[0]


def test_limits_that_a_physician_saved_are_applied_to_all_in_the_night(
    screener: Actor, clinic: Organization, physician: Client
) -> None:
    before = assessed(screener, G=0.4)
    saved = physician.post(
        reverse("limits-save"), {**in_percent(EVERYBODY_HIGH), "reason": "a survey", "version": 0}
    )
    assert saved.status_code == 302
    the_night(clinic)
    row = told_in_the_morning(physician, before, Cause.POLICY)
    assert "G low high" in row["bands"], row


def test_what_new_rules_decide_otherwise_is_told(
    screener: Actor, clinic: Organization, physician: Client
) -> None:
    before = assessed(screener)
    # As rules of an earlier version left it.
    RiskAssessment.objects.filter(pk=before.pk).update(rules_version="before")
    before.reasons.filter(code="RC-01").update(code="RC-02")
    the_night(clinic)
    told_in_the_morning(physician, before, Cause.RULES)


def test_birthdays_are_told(screener: Actor, clinic: Organization, physician: Client) -> None:
    before = assessed(screener, TWENTY_YEARS_OLDER, C=0.6)
    the_night(clinic)
    told_in_the_morning(physician, before, Cause.AGE)
