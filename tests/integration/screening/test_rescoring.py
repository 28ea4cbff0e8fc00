"""Another release looks at photographs again: the old outcome stays as history, and nobody is told."""

from collections.abc import Iterator

import pytest

from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditEvent
from screening import events, selectors, services
from screening.domain.laterality import Laterality
from screening.models import Exam, ExamOutcome, ModelRelease
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW

pytestmark = pytest.mark.django_db
EYES = [made.eye(one, D=0.9) for one in Laterality]


@pytest.fixture
def newer() -> ModelRelease:
    return ModelRelease.objects.create(
        name="test-2", card_sha256="1" * 64, data_version="none", registered_at=NOW
    )


@pytest.fixture
def exam(screener: Actor) -> Exam:
    exam = made.submitted_exam(screener)
    made.outcome(exam, *(made.eye(one) for one in Laterality), by=screener)
    return exam


@pytest.fixture
def told() -> Iterator[list[int]]:
    keys: list[int] = []
    listen = lambda key, **_: keys.append(key)  # noqa: E731
    events.exam_resulted.connect(listen)
    yield keys
    events.exam_resulted.disconnect(listen)


def replace(exam: Exam, release: ModelRelease, by: Actor) -> ExamOutcome | None:
    return services.outcome_replace(exam=exam, eyes=EYES, release=release, engine="test", by=by, now=NOW)


def test_the_new_outcome_is_current_and_the_old_one_stays(
    screener: Actor, exam: Exam, newer: ModelRelease, told: list[int]
) -> None:
    before = selectors.outcome_current(exam)
    after = replace(exam, newer, screener)
    assert after == selectors.outcome_current(exam) != before
    assert set(exam.outcomes.values_list("pk", "superseded_at")) == {(before.pk, NOW), (after.pk, None)}
    assert {f.score for eye in after.eyes.all() for f in eye.findings.filter(label="D")} == {0.9}
    assert AuditEvent.objects.filter(entity=f"screening.examoutcome:{after.pk}", detail="test-2").exists()
    assert told == []


def test_what_the_release_has_seen_already_is_not_written_twice(
    screener: Actor, exam: Exam, newer: ModelRelease
) -> None:
    replace(exam, newer, screener)
    assert replace(exam, newer, screener) is None
    assert exam.outcomes.count() == 2


def test_an_exam_that_waits_for_its_first_result_is_left_to_the_day(
    screener: Actor, newer: ModelRelease
) -> None:
    exam = made.submitted_exam(screener, seed=5)
    assert replace(exam, newer, screener) is None
    assert (selectors.outcome_current(exam), selectors.exams_to_rescore([exam.pk], newer)) == (None, [])


def test_an_exam_of_another_clinic_does_not_exist(exam: Exam, newer: ModelRelease) -> None:
    with pytest.raises(RecordNotFound):
        replace(exam, newer, cast.actor(cast.clinic()))


def test_only_what_another_release_saw_is_looked_at_again(
    screener: Actor, exam: Exam, newer: ModelRelease
) -> None:
    assert selectors.exams_to_rescore([exam.pk], newer) == [exam]
    assert selectors.exams_to_rescore([exam.pk], made.release()) == []
