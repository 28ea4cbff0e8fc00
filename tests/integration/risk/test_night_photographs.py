"""A new image release: the night has every photograph scored again before it weighs the risk."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from records.actor import Actor
from records.models import Organization, WorkItem
from risk.models import RescoreRun, RiskAssessment, RunState
from risk.night import chunks
from risk.night.photographs import photographs_awaited
from risk.night.runs import Scope, run_start
from risk.services import assessment_finalise
from screening import inference, releases, selectors
from screening.domain.laterality import Laterality
from screening.models import ModelRelease
from screening.storage import original_name
from screening.tasks import RESCORE, exams_rescore, rescore_exam
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.assessments import all_said
from tests.factories.records import NOW
from tests.integration.risk.a_night import LATER, assessed, changes, current, night
from tests.unit.screening.imaging.tiny_release import write_tiny_release

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a small release with random weights, which is loaded once for all that ask it."""
    inference.scorer_for.cache_clear()
    yield write_tiny_release(tmp_path_factory.mktemp("releases") / "tiny-1.0").parent
    inference.scorer_for.cache_clear()


@pytest.fixture
def newer(settings: Settings, tiny: Path) -> ModelRelease:
    """Put in force when visits were scored by another."""
    settings.RELEASES_DIR, settings.SCORING_ENGINE = tiny, "torch-f32"
    return releases.release_activate(name="tiny-1.0", now=timezone.now())


@pytest.fixture
def before(screener: Actor) -> RiskAssessment:
    return assessed(screener, C=0.7)


def scored_again() -> None:
    while exams_rescore():
        pass


def test_photographs_of_another_release_are_asked_for_once(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    run_start(organization, Scope(), by="test", now=LATER)
    assert photographs_awaited(organization.pk) == 1
    assert list(WorkItem.objects.filter(kind=RESCORE).values_list("key", flat=True)) == [before.exam_id]


def test_a_part_waits_for_its_photographs_and_then_tells_the_image_as_the_cause(
    before: RiskAssessment, newer: ModelRelease, organization: Organization, told: list[int]
) -> None:
    told.clear()
    assert night(organization).state == RunState.RUNNING
    scored_again()
    run = night(organization)
    (change,) = changes(run)
    after = current(before)
    assert (run.state, change.cause, change.before, change.after) == (RunState.DONE, "image", before, after)
    assert (after.image_release, told) == ("tiny-1.0", [])
    assert after.outcome == selectors.outcome_current(before.exam)


def test_what_the_night_makes_of_new_scores_is_what_the_day_would(
    before: RiskAssessment, newer: ModelRelease, organization: Organization, screener: Actor
) -> None:
    night(organization)
    scored_again()
    night(organization)
    in_bulk = current(before)
    RiskAssessment.objects.filter(pk=in_bulk.pk).update(superseded_at=LATER)
    by_day = assessment_finalise(outcome_id=in_bulk.outcome_id, by=screener, now=NOW)
    assert by_day is not None and by_day != in_bulk
    assert undated(in_bulk) == undated(by_day)


def undated(of: RiskAssessment) -> dict[str, list[Any]]:
    """Everything it says but dates, which count from the day of each decision."""
    said = all_said(of)
    return said | {"recall": [], "actions": [(kind, *rest) for kind, _, _, *rest in said["actions"]]}


@pytest.fixture
def photographed_twice(screener: Actor) -> RiskAssessment:
    """Of a visit with two sittings, of which the second alone could not be judged."""
    exam = made.submitted_exam(screener, cast.patient(screener))
    made.outcome(exam, *map(made.eye, Laterality), by=screener)
    again = made.next_exam(exam.encounter, screener, seed=7)
    second = made.outcome(again, made.ungradable(Laterality.RIGHT), by=screener)
    stored = assessment_finalise(outcome_id=second.pk, by=screener, now=NOW)
    assert stored is not None and stored.previous_ungradable_exams == 0
    return stored


def test_an_earlier_sitting_that_the_new_release_cannot_judge_counts_as_by_day(
    photographed_twice: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    stored = photographed_twice
    night(organization)
    scored_again()
    (change,) = changes(night(organization))
    after = current(stored)
    assert (after.previous_ungradable_exams, change.cause) == (1, "image")
    assert (stored.disposition == "refer", after.disposition) == (False, "refer")


def test_the_second_night_looks_at_no_photograph_again(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    night(organization)
    scored_again()
    night(organization)
    second = night(organization, timezone.now())
    assert (photographs_awaited(organization.pk), changes(second)) == (0, [])


def test_a_damaged_photograph_keeps_its_visit_as_it_is_and_holds_up_nobody(
    before: RiskAssessment,
    screener: Actor,
    newer: ModelRelease,
    organization: Organization,
    settings: Settings,
) -> None:
    other = assessed(screener, D=0.9, seed=7)
    for image in before.exam.images.all():
        (settings.MEDIA_ROOT / original_name(image.sha256)).write_bytes(b"damaged")
    night(organization)
    WorkItem.objects.update(attempts=2)  # two attempts failed before
    scored_again()
    run = night(organization)
    assert (run.state, current(before)) == (RunState.DONE, before)
    assert [change.before for change in changes(run)] == [other]
    assert WorkItem.objects.get(kind=RESCORE, failed_at__isnull=False).key == before.exam_id


def test_who_took_their_consent_back_is_looked_at_by_no_other_model(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    before.encounter.patient.consents.update(withdrawn_at=LATER)
    run_start(organization, Scope(), by="test", now=LATER)
    assert photographs_awaited(organization.pk) == 0


def test_one_message_scores_all_that_waits(
    before: RiskAssessment, newer: ModelRelease, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    monkeypatch.setattr(rescore_exam, "apply_async", lambda **how: sent.append(how["expires"]))
    run_start(organization, Scope(), by="test", now=LATER)
    rescore_exam.run()
    assert (photographs_awaited(organization.pk), len(sent)) == (0, 1)
    rescore_exam.run()
    assert len(sent) == 1


def test_by_hand_photographs_are_scored_in_the_same_command(
    before: RiskAssessment, newer: ModelRelease
) -> None:
    call_command("rescore", side_by_side=1, stdout=StringIO())
    assert current(before).image_release == "tiny-1.0"


def test_a_dry_run_counts_the_photographs_and_asks_for_none(
    before: RiskAssessment, newer: ModelRelease
) -> None:
    out = StringIO()
    call_command("rescore", dry_run=True, stdout=out)
    assert "photographs of 1 exams would be scored first" in out.getvalue()
    assert not WorkItem.objects.filter(kind=RESCORE).exists()
    assert not RescoreRun.objects.exists()


def test_the_photographs_of_another_clinic_hold_up_no_part(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    other = cast.actor(cast.clinic())
    assessed(other, D=0.9)
    run_start(Organization.objects.get(pk=other.organization_id), Scope(), by="test", now=LATER)
    run = run_start(organization, Scope(), by="test", now=LATER)
    WorkItem.objects.filter(kind=RESCORE, key=before.exam_id).delete()
    assert chunks.chunk_claim(now=LATER, run_id=run.pk) is not None


def test_an_exam_that_the_release_has_seen_meanwhile_is_done_and_not_failed(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    run_start(organization, Scope(), by="test", now=LATER)
    before.exam.outcomes.update(release=newer)
    scored_again()
    assert not WorkItem.objects.filter(kind=RESCORE).exists()


def test_by_hand_work_whose_worker_always_died_holds_up_no_run(
    before: RiskAssessment, newer: ModelRelease, organization: Organization
) -> None:
    run_start(organization, Scope(), by="test", now=LATER)
    WorkItem.objects.filter(kind=RESCORE).update(attempts=3, lease_until=LATER)
    call_command("rescore", side_by_side=1, stdout=StringIO())
    assert current(before) == before
    assert WorkItem.objects.get(kind=RESCORE).failed_at is not None
