from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from records import work
from records.actor import software
from screening import selectors, services

# Exams scored in one pass: enough for decoding to overlap with the network, few enough for one lease.
EXAMS_PER_PASS = 8


@shared_task(name="screening.score_exam")
def score_exam(*, key: int, **_: object) -> None:
    work.run_batch("screening.score_exam", key, do=_score, limit=EXAMS_PER_PASS)


@shared_task(name="screening.make_derivatives")
def make_derivatives(*, key: int, **_: object) -> None:
    work.run("screening.make_derivatives", key, do=services.derivatives_make)


def _score(keys: Sequence[int]) -> None:
    # Only here does the image model enter a process: the web server imports this module, never torch.
    from screening import inference

    exams = selectors.exams_to_score(keys)
    release = selectors.release_active()
    results = inference.score_exams(exams, release)  # no transaction is open while the model runs
    # Before the results: a page that shows one finds its maps.
    services.maps_store(results.maps, release=release)
    for exam in exams:
        services.outcome_record(
            exam=exam,
            eyes=results.eyes[exam.pk],
            release=release,
            engine=results.engine,
            by=software("screening.scorer", exam.encounter.organization_id),
            now=timezone.now(),
        )
