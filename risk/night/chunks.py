"""One part of a run: claimed, computed outside any transaction, written as a whole or not at all."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from records.actor import software
from records.models import AuditAction
from records.services import audit_record
from risk import events
from risk.errors import RescoreImpossible
from risk.models import ChunkState, RescoreChange, RescoreChunk
from risk.night import statements
from risk.night.basis import Basis, basis_of
from risk.night.cases import cases_store
from risk.night.computing import Computed, compute
from risk.night.copying import keys_as_text
from risk.night.ends import chunk_failed, chunk_hold, chunks_bury, run_finish
from risk.night.fusing import Rescored
from risk.night.photographs import AWAITED
from risk.night.register import register_of
from risk.night.runs import refuse_held
from risk.night.tables import tables_drop, tables_make
from risk.night.writing import visits_write
from risk.rows import Assessed

logger = logging.getLogger(__name__)

# A part that is still held when its lease is over lost its worker. It may have been the part's doing, so from then on
# it is done last, and alone in its run: whatever stops a worker next costs no other part one of its chances.
CLAIM = f"""
UPDATE risk_rescorechunk SET lease_until = %(until)s, lost = lost + held::int, held = true
WHERE id = (
    SELECT c.id FROM risk_rescorechunk c JOIN risk_rescorerun r ON r.id = c.run_id
    WHERE r.state = 'running' AND c.state = 'waiting'
      AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
      AND (%(run)s::bigint IS NULL OR r.id = %(run)s) AND NOT {AWAITED}
      AND NOT EXISTS (
          SELECT 1 FROM risk_rescorechunk o
          WHERE o.run_id = c.run_id AND o.state = 'waiting' AND o.held AND o.lease_until >= %(now)s
            AND (o.lost > 0 OR c.lost > 0 OR c.held))
    ORDER BY r.id, c.lost > 0 OR c.held, c.number LIMIT 1 FOR UPDATE OF c SKIP LOCKED
)
RETURNING id
"""
# Two who claim at once would not see each other's part.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('risk.rescore_part'))"


def chunk_claim(*, now: datetime, run_id: int | None = None) -> RescoreChunk | None:
    """Lease the next part of the oldest run, or of this one; None when there is none that nobody holds, that may be
    done beside those that somebody does, and whose photographs are all scored.
    """
    chunks_bury(now=now)
    until = now + timedelta(seconds=settings.WORK_LEASE_SECONDS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
        cursor.execute(CLAIM, {"now": now, "until": until, "run": run_id})
        row = cursor.fetchone()
    return RescoreChunk.objects.select_related("run__organization").get(pk=row[0]) if row else None


def chunk_do(chunk: RescoreChunk) -> None:
    """Score a claimed part again. A failure is noted in its row: it is tried again, and given up in the end."""
    try:
        _do(chunk)
    except Exception as error:  # the edge of a worker: whatever it was, the row must say so
        logger.exception("rescoring part %d of run %d failed", chunk.number, chunk.run_id)
        chunk_failed(chunk, error, now=timezone.now())


def _refuse_held(chunk: RescoreChunk) -> None:
    run = chunk.run
    refuse_held(run.organization_id, run.fusion_release, run.image_release)


def _do(chunk: RescoreChunk) -> None:
    _refuse_held(chunk)
    basis = basis_of(chunk.run)
    register = register_of(chunk, basis)
    # No transaction is open while a model runs; cases one by one may take longer than a lease.
    computed = compute(register, basis, lambda: chunk_hold(chunk, now=timezone.now()))
    _store(chunk, computed, basis, now=timezone.now())


@transaction.atomic
def _store(chunk: RescoreChunk, computed: Computed, basis: Basis, *, now: datetime) -> None:
    run = basis.run
    if now < run.started_at:
        raise RescoreImpossible(
            "the clock shows a time before this run began; set it right and start a new run"
        )
    held = RescoreChunk.objects.select_for_update().filter(pk=chunk.pk, lease_until=chunk.lease_until)
    if not held.filter(state=ChunkState.WAITING).exists():
        return  # somebody else took it over
    bulk = _still_so(chunk, computed, basis)
    left_out = len(computed.bulk.register) - len(bulk.register) + computed.failed
    left_out += _write(chunk, bulk, computed.cases, basis, now=now)
    events.register_rescored.send(sender=None, key=chunk.pk)
    changed = RescoreChange.objects.filter(chunk=chunk).count()
    with connection.cursor() as cursor:
        # What the database still has to check, before the audit chain is held.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statements.DIGEST, {"chunk": chunk.pk})
        (digest,) = cursor.fetchone()
    _refuse_held(chunk)  # as late as can be: writing takes seconds
    held.update(
        state=ChunkState.DONE,
        done_at=now,
        lease_until=None,
        held=False,
        reason="",
        fused=computed.fused,
        changed=changed,
        left_out=left_out,
        digest=digest,
    )
    audit_record(
        by=software("risk.night", run.organization_id),
        now=now,
        action=AuditAction.CREATE,
        entity=chunk,
        detail=f"scored again {computed.fused}, changed {changed}, SHA-256 {digest}",
    )
    run_finish(run, now=now)


def _write(
    chunk: RescoreChunk, bulk: Rescored, cases: Sequence[Assessed], basis: Basis, *, now: datetime
) -> int:
    """Store what changed and what that was; returns how many cases were left out."""
    tables_make()
    if len(bulk.register):
        visits_write(bulk, basis, now=now)
    left_out = cases_store(chunk, cases, now=now)
    parameters = {"run": basis.run.pk, "chunk": chunk.pk, "today": basis.run.today}
    with connection.cursor() as cursor:
        cursor.execute(statements.CHANGES, parameters)
        cursor.execute(statements.BAND_CHANGES, parameters)
    tables_drop()
    return left_out


def _still_so(chunk: RescoreChunk, computed: Computed, basis: Basis) -> Rescored:
    """Hold the changed visits; those that somebody works on, or that are not as they were read, are left out."""
    bulk = computed.bulk
    if not len(bulk.register):
        return bulk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM screening_encounter WHERE id = ANY(%s::bigint[]) ORDER BY id "
            "FOR NO KEY UPDATE SKIP LOCKED",
            [keys_as_text(bulk.register.encounters)],
        )
        free = np.array([key for (key,) in cursor.fetchall()], np.int64)
    now = register_of(chunk, basis, only=free)
    places = np.searchsorted(bulk.register.encounters, now.encounters)
    return bulk.of(places[bulk.register.of(places).same_as(now)])
