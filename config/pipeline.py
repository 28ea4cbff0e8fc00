"""Which event starts which work: the whole flow of a case on one screen.

An event is sent inside the transaction that made the fact; the work row is written there too, so a crash
loses neither or both. The message that follows the commit only wakes a worker (docs/adr/0002).
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from celery import Task, shared_task
from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from kombu.exceptions import OperationalError

import config.grading_work
import pharmacy.events
import pharmacy.tasks
import referrals.events
import referrals.tasks
import risk.events
import risk.tasks
import screening.events
import screening.tasks
from config.rescored import follow_up
from config.webhooks import telling
from records import work

logger = logging.getLogger(__name__)

FLOW: tuple[tuple[Signal, Task], ...] = (
    (screening.events.exam_submitted, screening.tasks.score_exam),
    (screening.events.exam_submitted, screening.tasks.make_derivatives),
    (screening.events.exam_resulted, risk.tasks.assess_exam),
    (risk.events.answers_changed, risk.tasks.assess_exam),
    (screening.events.read_signed, risk.tasks.assess_exam),
    (risk.events.assessment_finalised, config.grading_work.open_grading),
    (risk.events.assessment_finalised, pharmacy.tasks.propose_medicine),
    (pharmacy.events.dispense_released, pharmacy.tasks.dispense_packs),
    (risk.events.assessment_finalised, referrals.tasks.propose_referral),
    (referrals.events.referral_sent_back, referrals.tasks.rematch_referral),
)
# What partners are told of, as rows of the outbox in the same transaction.
TOLD: tuple[tuple[Signal, Callable[..., None]], ...] = (
    (referrals.events.referral_stepped, telling.of_referral),
    (risk.events.assessment_finalised, telling.of_assessment),
    (risk.events.register_rescored, telling.of_rescored),
    (screening.events.visit_read, telling.of_visit),
    (screening.events.visit_cancelled, telling.of_visit),
)
TASKS: dict[str, Task] = {
    task.name: task for task in (*(task for _, task in FLOW), screening.tasks.rescore_exam)
}


def connect() -> None:
    """Attach every step of FLOW to its event."""
    for event, task in FLOW:
        event.connect(_starter(task), weak=False, dispatch_uid=task.name)
    for event, tell in TOLD:
        event.connect(tell, weak=False, dispatch_uid=f"config.webhooks.{tell.__name__}")
    # Thousands at once: the sweep wakes them, and no message is sent for each.
    risk.events.register_rescored.connect(follow_up, weak=False, dispatch_uid="config.rescored")


def _starter(task: Task) -> Callable[..., None]:
    def start(*, key: int, **_: object) -> None:
        work.enqueue(task.name, key, now=timezone.now())
        transaction.on_commit(partial(wake, task.name, key))

    return start


def wake(kind: str, key: int, *, expires: float | None = None) -> None:
    """Send the message; when the broker is away the sweep sends it later."""
    try:
        TASKS[kind].apply_async(kwargs={"key": key}, retry=False, expires=expires)
    except OperationalError:
        logger.warning("no broker: %s %d waits for the sweep", kind, key)


@shared_task(name="config.wake_waiting_work")
def wake_waiting_work(**_: object) -> None:
    """The sweep: wake work whose message was lost or whose worker died."""
    now = timezone.now()
    work.bury_abandoned(now=now)
    lost = timedelta(seconds=settings.WORK_MESSAGE_LOST_SECONDS)
    for kind, key in work.waiting(now=now, since=lost, but=[screening.tasks.RESCORE]):
        # The next sweep sends another: while no worker listens, messages must not pile up.
        wake(kind, key, expires=settings.WORK_SWEEP_SECONDS)
