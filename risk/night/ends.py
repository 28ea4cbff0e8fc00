"""How a part is held on to, how it fails, and how a run ends."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from records.errors import may_be_shown
from risk.models import ChunkState, RescoreChunk, RescoreRun, RunState

MAX_ATTEMPTS = 3
# Once beside other parts, one of which may have stopped the worker, and three times alone.
MOST_LOST = 4


def run_finish(run: RescoreRun, *, now: datetime) -> None:
    """End a run none of whose parts is waiting. Called in a transaction."""
    # One at a time: of two parts that end together neither would see the other's.
    RescoreRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    chunks = RescoreChunk.objects.filter(run=run)
    if chunks.filter(state=ChunkState.WAITING).exists():
        return
    failed = chunks.filter(state=ChunkState.FAILED).count()
    state, reason = (
        (RunState.FAILED, f"{failed} parts could not be scored again") if failed else (RunState.DONE, "")
    )
    RescoreRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
        state=state, reason=reason, finished_at=now
    )


def chunk_hold(chunk: RescoreChunk, *, now: datetime) -> None:
    """Prolong a lease of which less than half is left. Whoever lost it finds that out when they store."""
    lease = timedelta(seconds=settings.WORK_LEASE_SECONDS)
    if chunk.lease_until is None or chunk.lease_until - now > lease / 2:
        return
    held = RescoreChunk.objects.filter(pk=chunk.pk, lease_until=chunk.lease_until, state=ChunkState.WAITING)
    if held.update(lease_until=now + lease):
        chunk.lease_until = now + lease


@transaction.atomic
def chunk_failed(chunk: RescoreChunk, error: Exception, *, now: datetime) -> None:
    """Note a failed attempt: wait a little longer each time, and give the part up after the last."""
    name = type(error).__name__
    reason = f"{name}: {error}"[:300] if may_be_shown(error) else name
    held = RescoreChunk.objects.filter(pk=chunk.pk, lease_until=chunk.lease_until, state=ChunkState.WAITING)
    attempts = chunk.attempts + 1
    told = {"attempts": attempts, "held": False, "reason": reason}
    if attempts < MAX_ATTEMPTS:
        held.update(lease_until=now + timedelta(seconds=2**attempts), **told)
    elif held.update(state=ChunkState.FAILED, lease_until=None, **told):
        run_finish(chunk.run, now=now)


@transaction.atomic
def chunks_bury(*, now: datetime) -> None:
    """Give up parts whose last lease ran out: their worker stopped every time, most times with nothing beside them."""
    dead = RescoreChunk.objects.select_for_update(of=["self"]).filter(
        state=ChunkState.WAITING, held=True, lost__gte=MOST_LOST - 1, lease_until__lt=now
    )
    for chunk in dead.select_related("run"):
        reason = f"the worker stopped in mid-work {MOST_LOST} times"
        RescoreChunk.objects.filter(pk=chunk.pk).update(
            state=ChunkState.FAILED, lease_until=None, held=False, lost=MOST_LOST, reason=reason
        )
        run_finish(chunk.run, now=now)
