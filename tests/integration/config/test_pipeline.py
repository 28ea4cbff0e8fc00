"""What messages lose, the sweep finds."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from config import pipeline
from records import work
from records.actor import Actor
from records.models import WorkItem
from screening.tasks import rescore_exam, score_exam
from tests.factories import screening as made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    messages: list[tuple[str, int]] = []
    monkeypatch.setattr(pipeline, "wake", lambda kind, key, **_: messages.append((kind, key)))
    return messages


def test_every_step_of_the_flow_is_a_task_of_its_own_name() -> None:
    assert set(pipeline.TASKS) == {task.name for _, task in pipeline.FLOW} | {rescore_exam.name}


def test_the_scoring_goes_to_the_gpu_queue_and_nothing_else_does() -> None:
    from config.celery import app

    to_gpu = {name for name, route in app.conf.task_routes.items() if route == {"queue": "gpu"}}
    assert to_gpu == {score_exam.name, rescore_exam.name}


def test_the_sweep_wakes_work_whose_message_was_lost(screener: Actor, sent: list[tuple[str, int]]) -> None:
    exam = made.submitted_exam(screener)
    pipeline.wake_waiting_work()
    assert sent == [], "fresh work has a message under way"
    WorkItem.objects.update(waiting_since=timezone.now() - timedelta(minutes=5))
    pipeline.wake_waiting_work()
    assert (score_exam.name, exam.pk) in sent


def test_the_sweep_buries_work_whose_worker_always_dies(screener: Actor, sent: list[tuple[str, int]]) -> None:
    made.submitted_exam(screener)
    WorkItem.objects.update(attempts=work.MAX_ATTEMPTS, lease_until=timezone.now() - timedelta(seconds=1))
    pipeline.wake_waiting_work()
    assert sent == []
    assert all(item.failed_at and item.reason for item in WorkItem.objects.all())


def test_a_dead_broker_does_not_fail_the_submission(
    screener: Actor,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    def no_broker(*args: object, **kwargs: object) -> None:
        raise OperationalError

    for task in pipeline.TASKS.values():
        monkeypatch.setattr(task, "apply_async", no_broker)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        exam = made.submitted_exam(screener)
    assert WorkItem.objects.filter(kind=score_exam.name, key=exam.pk).exists()


def test_messages_of_the_sweep_do_not_pile_up(screener: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made.submitted_exam(screener)
    WorkItem.objects.update(waiting_since=timezone.now() - timedelta(minutes=5))
    expiries: list[object] = []
    monkeypatch.setattr(score_exam, "apply_async", lambda **options: expiries.append(options["expires"]))
    pipeline.wake_waiting_work()
    assert expiries == [settings.WORK_SWEEP_SECONDS]
