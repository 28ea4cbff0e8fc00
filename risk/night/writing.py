"""Writing what a chunk changed: whole visits, by COPY and a handful of statements."""

from datetime import datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.disposition import ActionKind, Disposition
from risk.domain.recall import RecallCause, recall_cause
from risk.domain.rescoring import Cause
from risk.domain.urgency import Urgency
from risk.fusion.frame import COLUMN_NAMES
from risk.inference import inputs_digest
from risk.models import AssessmentAction, AssessmentReason, RescoreChunk
from risk.night import statements
from risk.night.basis import Basis
from risk.night.copying import write_rows
from risk.night.fusing import Rescored
from risk.night.queries import LOGITS
from risk.night.register import ZERO
from risk.night.verdicts import Verdict
from risk.rows import action_row, reasons_of

Keys = NDArray[np.int64]


def changes_write(chunk: RescoreChunk, changed: Rescored, basis: Basis, *, now: datetime) -> None:
    """Store new assessments for these visits, whose rows the caller's transaction holds."""
    keys = _new_keys(len(changed.register))
    parameters = {
        "now": now,
        "today": basis.run.today,
        "run": basis.run.pk,
        "chunk": chunk.pk,
        "rules": basis.run.rules_version,
        "policy": basis.policy.version,
        "fusion": basis.release.name,
        "card": basis.release.card_sha256,
    }
    with connection.cursor() as cursor:
        for statement in statements.TABLES:
            cursor.execute(statement)
        _send(changed, keys)
        cursor.execute(statements.ANALYZE)
        for statement in statements.WRITTEN:
            cursor.execute(statement, parameters)
        for table in ("rescored", "rescored_label", "rescored_digest"):
            cursor.execute(f"DROP TABLE {table}")
    _decisions_write(changed, keys)


def _new_keys(count: int) -> Keys:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('risk_riskassessment', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return np.array([key for (key,) in cursor.fetchall()], np.int64)


def _send(changed: Rescored, keys: Keys) -> None:
    register, logits = changed.register, dict(zip(LOGITS, changed.logits.T, strict=True))
    decided = _decided(changed)
    visits = {
        "new_id": keys,
        "old_id": register.assessments,
        "encounter_id": register.encounters,
        "causes": sum(changed.causes[cause].astype(np.int64) << place for place, cause in enumerate(Cause)),
        "age_years": register.ages,
        "band_changed": (changed.bands != changed.stored.bands).any(axis=1),
        **logits,
        **decided,
    }
    write_rows("rescored", statements.VISIT_COLUMNS, visits)
    write_rows("rescored_label", statements.LABEL_COLUMNS, _labels(changed, keys))
    _send_digests(changed, keys)


def _labels(changed: Rescored, keys: Keys) -> dict[str, NDArray[np.generic]]:
    no_photograph = np.isnan(changed.logits)
    tables = {
        "image_score": np.where(no_photograph, np.nan, changed.image_scores),
        # A risk without a score beside it is no photograph's.
        "image_risk": np.where(
            no_photograph | np.isnan(changed.image_scores), np.nan, changed.fused.image_risks
        ),
        "fused_risk": changed.fused.fused_risks,
        "risk_low": changed.fused.low,
        "risk_high": changed.fused.high,
        "band": changed.bands,
        "band_before": changed.stored.bands,
        "risk_before": changed.stored.fused_risks,
    }
    size = len(FUSED_LABELS)
    ordered = {name: table.ravel() for name, table in tables.items()}
    return {"new_id": np.repeat(keys, size), "label": np.tile(np.arange(size), len(keys)), **ordered}


def _decided(changed: Rescored) -> dict[str, NDArray[np.int64]]:
    names = ("decided", "disposition", "urgency", "recall_day", "recall_cause")
    announced = {
        "referral_changed": ActionKind.REFERRAL,
        "medicine_changed": ActionKind.MEDICINE,
        "grading_changed": ActionKind.GRADING,
    }
    table = {name: np.zeros(len(changed.register), np.int64) for name in (*names, *announced)}
    for row, verdict in changed.verdicts.items():
        if verdict.same:
            continue
        for name, value in zip(names, _numbers(verdict), strict=True):
            table[name][row] = value
        for name, kind in announced.items():
            table[name][row] = kind in verdict.changed
    # Who should read a visit depends on its red flags too, and on what other scores leave open.
    table["grading_changed"] |= table["referral_changed"] | changed.causes[Cause.IMAGE]
    return table


def _numbers(verdict: Verdict) -> tuple[int, ...]:
    decision = verdict.decision
    recall, due = decision.action(ActionKind.RECALL), verdict.due[ActionKind.RECALL]
    if recall is None or due is None:
        raise ValueError("every decision carries a dated recall")
    return (
        1,
        list(Disposition).index(decision.disposition),
        list(Urgency).index(decision.urgency),
        (due - ZERO).days,
        list(RecallCause).index(recall_cause(recall)),
    )


def _send_digests(changed: Rescored, keys: Keys) -> None:
    """The digest of the inputs where one of them changed."""
    inputs = np.concatenate([changed.register.inputs(), changed.logits], axis=1)
    names = (*COLUMN_NAMES, *LOGITS)
    before = np.stack([changed.register.rows[name].astype(np.float64) for name in names], axis=1)
    rows = np.flatnonzero(~((inputs == before) | (np.isnan(inputs) & np.isnan(before))).all(axis=1))
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY rescored_digest (new_id, inputs_sha256) FROM STDIN") as copy,
    ):
        for row in rows.tolist():
            known = {
                name: None if np.isnan(value) else value
                for name, value in zip(names, inputs[row].tolist(), strict=True)
            }
            copy.write_row((int(keys[row]), inputs_digest(known)))


def _decisions_write(changed: Rescored, keys: Keys) -> None:
    """Store actions and reasons of the visits that were decided otherwise."""
    decided = [(int(keys[row]), verdict) for row, verdict in changed.verdicts.items() if not verdict.same]
    stored = AssessmentAction.objects.bulk_create(
        action_row(key, action, rank, due_by=verdict.due[action.kind])
        for key, verdict in decided
        for rank, action in enumerate(verdict.decision.actions, start=1)
    )
    actions: dict[int, dict[ActionKind, int]] = {key: {} for key, _ in decided}
    for row in stored:
        actions[row.assessment_id][ActionKind(row.kind)] = row.pk
    AssessmentReason.objects.bulk_create(
        reason for key, verdict in decided for reason in reasons_of(key, actions[key], verdict.decision)
    )
