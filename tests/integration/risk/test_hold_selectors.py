"""Which visits a hold makes people read: by day and by night the same, because one query says it (RW-05)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from records.actor import Actor, software
from records.models import Organization, Role, WorkItem
from risk import services
from risk.domain.disposition import ActionKind
from risk.fusion_release import FUSION_RELEASE
from risk.hold_selectors import visits_held
from risk.models import ReleaseHold, RiskAssessment, RunState
from risk.night.runs import Scope, run_start
from risk.watch.holds import hold_lift, hold_open
from screening import inference, releases
from screening.domain.laterality import Laterality
from screening.models import ModelRelease
from screening.storage import original_name
from screening.tasks import exams_rescore
from tests.factories import records as people
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.integration.risk.a_night import LATER, assessed, current, night
from tests.unit.screening.imaging.tiny_release import write_tiny_release

IMAGE, NEWER = "test-1", "tiny-1.0"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def physician(organization: Organization) -> Actor:
    return people.actor(organization, Role.PHYSICIAN)


@pytest.fixture
def newer(settings: Settings, tmp_path: Path) -> Iterator[ModelRelease]:
    """A small release with random weights, put in force by whoever asks for it after their visits."""
    settings.RELEASES_DIR, settings.SCORING_ENGINE = tmp_path, "torch-f32"
    write_tiny_release(tmp_path / NEWER)
    inference.scorer_for.cache_clear()
    yield releases.release_activate(name=NEWER, now=timezone.now())
    inference.scorer_for.cache_clear()


def assessed_under_a_hold(by: Actor, physician: Actor, release: str = FUSION_RELEASE) -> RiskAssessment:
    """A visit that was assessed while a release was held; the hold was lifted since."""
    made.release()
    hold = hold_open(release=release, reason="looks wrong", by=physician, now=NOW)
    found = assessed(by)
    hold_lift(hold_id=hold.pk, reason="it was the lamp", by=physician, now=NOW)
    return found


def retaken(first: RiskAssessment, by: Actor) -> RiskAssessment:
    """The right eye of a visit, photographed and scored once more."""
    exam = made.next_exam(first.encounter, by, seed=50)
    outcome = made.outcome(exam, made.eye(Laterality.RIGHT), by=by)
    assessor = software("risk.assessor", by.organization_id)
    again = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert again is not None
    return again


def held(one: RiskAssessment) -> bool:
    encounter = one.encounter
    return bool(visits_held(encounter.organization_id, [encounter.pk]))


@pytest.mark.parametrize(
    ("opened", "lifted", "counts"),
    [
        (-MINUTE, None, True),
        (MINUTE, None, True),
        (timedelta(0), MINUTE, True),
        (-MINUTE, timedelta(0), True),
        (timedelta(seconds=1), MINUTE, False),
        (-MINUTE, -timedelta(seconds=1), False),
    ],
)
def test_a_hold_of_the_image_release_counts_in_force_and_where_it_was_when_it_scored(
    screener: Actor, physician: Actor, opened: timedelta, lifted: timedelta | None, counts: bool
) -> None:
    one = assessed(screener)
    hold = hold_open(release=IMAGE, reason="blurred", by=physician, now=NOW + opened)
    if lifted is not None:
        hold_lift(hold_id=hold.pk, reason="cleaned", by=physician, now=NOW + lifted)
    assert held(one) is counts


def test_a_hold_of_the_risk_release_counts_while_it_is_in_force(screener: Actor, physician: Actor) -> None:
    one = assessed(screener)
    hold = hold_open(release=FUSION_RELEASE, reason="odd", by=physician, now=NOW)
    assert held(one)
    hold_lift(hold_id=hold.pk, reason="explained", by=physician, now=NOW)
    assert not held(one)


def test_many_visits_are_told_apart_in_as_many_queries_as_one(
    screener: Actor,
    physician: Actor,
    organization: Organization,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    under = assessed_under_a_hold(screener, physician)
    free = [assessed(screener, seed=seed) for seed in (10, 20)]
    with django_assert_num_queries(2):
        found = visits_held(organization.pk, [one.encounter_id for one in (under, *free)])
    assert found == {under.encounter_id}


def test_where_nothing_was_ever_held_one_query_says_so(
    screener: Actor, organization: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = assessed(screener)
    with django_assert_num_queries(1):
        assert visits_held(organization.pk, [one.encounter_id]) == set()


def test_a_hold_of_another_clinic_is_nothing(screener: Actor) -> None:
    elsewhere = people.actor(people.clinic(), Role.PHYSICIAN)
    one = assessed(screener)
    hold_open(release=IMAGE, reason="blurred", by=elsewhere, now=NOW)
    assert not held(one)


def test_a_retake_under_a_hold_keeps_the_read_after_the_lift(screener: Actor, physician: Actor) -> None:
    first = assessed(screener)
    hold = hold_open(release=FUSION_RELEASE, reason="odd", by=physician, now=NOW)
    assert retaken(first, screener).release_held
    hold_lift(hold_id=hold.pk, reason="explained", by=physician, now=NOW)
    again = current(first)
    assert held(again)
    assert again.actions.filter(kind=ActionKind.GRADING).exists()


def scored_again() -> None:
    while exams_rescore():
        pass


def test_what_another_release_scored_is_free_of_a_hold_of_the_one_before(
    screener: Actor, physician: Actor, organization: Organization, request: pytest.FixtureRequest
) -> None:
    one = assessed_under_a_hold(screener, physician)
    request.getfixturevalue("newer")
    run_start(organization, Scope(), by="test", now=LATER)
    scored_again()
    assert night(organization).state == RunState.DONE
    after = current(one)
    assert (after.image_release, after.release_held, held(after)) == (NEWER, False, False)


def test_the_night_keeps_a_visit_of_which_one_sitting_is_still_the_held_scores(
    screener: Actor,
    physician: Actor,
    organization: Organization,
    settings: Settings,
    request: pytest.FixtureRequest,
) -> None:
    first = assessed_under_a_hold(screener, physician)
    retaken(first, screener)
    request.getfixturevalue("newer")
    for image in first.exam.images.all():
        (settings.MEDIA_ROOT / original_name(image.sha256)).write_bytes(b"damaged")
    run_start(organization, Scope(), by="test", now=LATER)
    WorkItem.objects.update(attempts=2)
    scored_again()
    assert night(organization).state == RunState.DONE
    after = current(first)
    assert after.image_release == NEWER
    assert after.release_held and held(after)
    assert after.actions.filter(kind=ActionKind.GRADING).exists()


def test_the_night_wants_read_what_was_scored_again_while_its_release_was_held(
    screener: Actor, physician: Actor, organization: Organization, request: pytest.FixtureRequest
) -> None:
    one = assessed(screener)
    request.getfixturevalue("newer")
    run_start(organization, Scope(), by="test", now=LATER)
    hold = hold_open(release=NEWER, reason="odd", by=physician, now=timezone.now())
    scored_again()
    hold_lift(hold_id=hold.pk, reason="explained", by=physician, now=timezone.now())
    assert ReleaseHold.objects.get().lifted_at is not None
    assert night(organization).state == RunState.DONE
    after = current(one)
    assert after.release_held and held(after)
    assert after.actions.filter(kind=ActionKind.GRADING).exists()
