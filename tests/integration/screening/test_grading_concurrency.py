"""Two graders at once, on connections of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from records.actor import Actor
from records.models import Role
from screening import services
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.errors import TaskHeld, TaskMoved
from screening.models import GradingTask, Read
from tests.factories import grading as made
from tests.factories import records as cast
from tests.factories import screening as photographed
from tests.factories.records import NOW
from tests.integration.screening.test_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


def waiting(by: Actor, seed: int) -> GradingTask:
    exam = photographed.submitted_exam(by, seed=seed * 2)
    eyes = (photographed.eye(Laterality.RIGHT, G=0.45), photographed.eye(Laterality.LEFT))
    photographed.outcome(exam, *eyes, by=by)
    return made.task(exam.encounter)


def team() -> tuple[Actor, Actor, Actor]:
    clinic = cast.clinic()
    return cast.actor(clinic), cast.actor(clinic, Role.GRADER), cast.actor(clinic, Role.PHYSICIAN)


def test_of_two_readers_who_open_a_case_at_once_one_holds_it_and_the_other_is_told() -> None:
    screener, one, other = team()
    for number in range(4):
        task = waiting(screener, number)

        def claim(by: Actor, key: int = task.pk) -> Callable[[], object]:
            return lambda: services.grading_claim(task_id=key, by=by, now=NOW)

        kinds = {type(result) for result in together(claim(one), claim(other))}
        assert kinds == {GradingTask, TaskHeld}


def test_two_readers_who_ask_for_the_next_case_at_once_get_different_ones() -> None:
    screener, one, other = team()
    keys = [waiting(screener, number).pk for number in range(2)]

    def take(by: Actor) -> Callable[[], object]:
        return lambda: services.grading_claim_next(task_ids=keys, by=by, now=NOW)

    got = together(take(one), take(other))
    assert {task.pk for task in got if isinstance(task, GradingTask)} == set(keys)


def test_of_two_reads_signed_at_once_one_stands_and_the_other_is_told() -> None:
    screener, one, other = team()
    for number in range(4):
        task = waiting(screener, number)

        def sign(by: Actor, task: GradingTask = task) -> Callable[[], object]:
            return lambda: made.signed(task, made.both(Label.GLAUCOMA), by)

        kinds = {type(result) for result in together(sign(one), sign(other))}
        assert kinds == {Read, TaskMoved}
        assert task.reads.count() == 1


def test_a_lease_that_ran_out_is_taken_over_once() -> None:
    screener, one, other = team()
    task = waiting(screener, 0)
    services.grading_claim(task_id=task.pk, by=one, now=NOW)
    later = NOW + timedelta(hours=1)
    again = services.grading_claim(task_id=task.pk, by=other, now=later)
    assert again.held_by_id == other.practitioner_id
    with pytest.raises(TaskHeld):
        services.grading_claim(task_id=task.pk, by=one, now=later)
