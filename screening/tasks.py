from collections.abc import Callable, Sequence
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from records import work
from records.actor import software
from screening import selectors, services
from screening.models import Exam, ModelRelease
from screening.selectors import RESCORE

# Exams scored in one pass: enough for decoding to overlap with the network, few enough for one lease.
EXAMS_PER_PASS = 8


@shared_task(name="screening.score_exam")
def score_exam(*, key: int, **_: object) -> None:
    work.run_batch("screening.score_exam", key, do=_score, limit=EXAMS_PER_PASS)


@shared_task(name="screening.make_derivatives")
def make_derivatives(*, key: int, **_: object) -> None:
    work.run("screening.make_derivatives", key, do=services.derivatives_make)


@shared_task(name="screening.forget_uploads")
def forget_uploads(**_: object) -> None:
    services.uploads_forget(now=timezone.now())


@shared_task(name=RESCORE)
def rescore_exam(**_: object) -> None:
    """Score a few exams again and call for more. A message does for all and soon expires, so that they never pile up
    before whoever sits at a camera.
    """
    if exams_rescore():
        rescore_exam.apply_async(expires=settings.WORK_SWEEP_SECONDS)


def exams_rescore() -> bool:
    """Score waiting exams again by the release in force, in this process; False where none is waiting."""
    return work.run_batch(RESCORE, 0, do=_rescore, limit=EXAMS_PER_PASS) or work.run_batch(
        RESCORE, 0, do=_rescore, limit=1
    )


def _score(keys: Sequence[int]) -> None:
    _look(selectors.exams_to_score(keys), selectors.release_active(), services.outcome_record)


def _rescore(keys: Sequence[int]) -> None:
    release = selectors.release_active()
    _look(selectors.exams_to_rescore(keys, release), release, services.outcome_replace)


def _look(exams: Sequence[Exam], release: ModelRelease, store: Callable[..., Any]) -> None:
    # Only here does the image model enter a process: the web server imports this module, never torch.
    from screening import inference

    results = inference.score_exams(exams, release)  # no transaction is open while the model runs
    # Before the results: a page that shows one finds its maps.
    services.maps_store(results.maps, release=release)
    for exam in exams:
        store(
            exam=exam,
            eyes=results.eyes[exam.pk],
            release=release,
            engine=results.engine,
            by=software("screening.scorer", exam.encounter.organization_id),
            now=timezone.now(),
        )
