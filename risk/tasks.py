from celery import shared_task
from django.conf import settings
from django.utils import timezone

from records import work
from records.actor import software
from risk import services
from screening import selectors as screening_selectors


@shared_task(name="risk.assess_exam")
def assess_exam(*, key: int, **_: object) -> None:
    work.run("risk.assess_exam", key, do=_assess)


@shared_task(name="risk.rescore")
def rescore(**_: object) -> None:
    """Start the night of every clinic whose time it is; a night that was started already stays as it is."""
    from risk.night.nights import nights_start

    if nights_start(now=timezone.now()):
        rescore_part.apply_async(expires=settings.WORK_SWEEP_SECONDS)


@shared_task(name="risk.rescore_part")
def rescore_part(**_: object) -> None:
    """Do one part of a run, or explain what one changed, and call for more. The clock calls too: a message that is
    lost delays, no more, and one that waits expires, so that they never pile up before the work of the day.
    """
    from risk.night.chunks import chunk_claim, chunk_do
    from risk.night.explaining import changes_explain

    chunk = chunk_claim(now=timezone.now())
    if chunk is not None:
        chunk_do(chunk)
    if chunk is not None or changes_explain(now=timezone.now()):
        rescore_part.apply_async(expires=settings.WORK_SWEEP_SECONDS)


def _assess(outcome_id: int) -> None:
    outcome = screening_selectors.outcome_by_id(outcome_id)
    by = software("risk.assessor", outcome.exam.encounter.organization_id)
    services.assessment_finalise(outcome_id=outcome_id, by=by, now=timezone.now())
