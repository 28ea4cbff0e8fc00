"""Writing what a chunk changed in bulk: whole visits, by COPY and a handful of statements."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS
from risk.domain.disposition import ActionKind
from risk.domain.recall import recall_cause
from risk.domain.rescoring import Cause
from risk.inference import inputs_digests
from risk.night import statements
from risk.night.basis import Basis
from risk.night.copying import keys_as_text, read_rows, write_rows
from risk.night.fusing import Rescored
from risk.night.queries import INPUTS, LOGITS
from risk.night.register import Keys
from risk.night.tables import LABEL_COLUMNS, VISIT_COLUMNS, rows_send
from risk.night.verdicts import Verdict
from risk.rows import parameters_of

ANNOUNCED = {
    "referral_changed": ActionKind.REFERRAL,
    "medicine_changed": ActionKind.MEDICINE,
    "grading_changed": ActionKind.GRADING,
}
NEW_KEYS = """
SELECT nextval(keys.name) FROM (
    SELECT pg_get_serial_sequence('risk_riskassessment', 'id')::regclass AS name OFFSET 0
) keys, generate_series(1, %(count)s)
"""


def visits_write(changed: Rescored, basis: Basis, *, now: datetime) -> None:
    """Store new assessments for these visits, whose rows the caller's transaction holds."""
    keys = read_rows(NEW_KEYS, {"key": "int8"}, {"count": len(changed.register)})["key"]
    parameters = {
        "now": now,
        "rules": basis.run.rules_version,
        "policy": basis.policy.version,
        "fusion": basis.release.name,
        "card": basis.release.card_sha256,
        "assessments": keys_as_text(changed.register.assessments),
    }
    _send(changed, keys)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rescored, rescored_label, verdict, verdict_action, verdict_reason")
        for statement in (statements.RECALLS_BEFORE, *statements.WRITTEN):
            cursor.execute(statement, parameters)


def _send(changed: Rescored, keys: Keys) -> None:
    register = changed.register
    visits = {
        "new_id": keys,
        "old_id": register.assessments,
        "encounter_id": register.encounters,
        "causes": sum(changed.causes[cause].astype(np.int64) << place for place, cause in enumerate(Cause)),
        "verdict": changed.verdict,
        "age_years": register.ages,
        "band_changed": (changed.bands != changed.stored.bands).any(axis=1),
        "explained": np.zeros(len(keys), np.bool_),
        **dict(zip(LOGITS, changed.logits.T, strict=True)),
        **_announced(changed),
    }
    write_rows("rescored", VISIT_COLUMNS, visits)
    write_rows("rescored_label", LABEL_COLUMNS, _labels(changed, keys))
    rows_send("rescored_digest", _digests(changed, keys))
    _send_verdicts(changed)


def _announced(changed: Rescored) -> dict[str, NDArray[np.bool_]]:
    decided = changed.verdict >= 0
    table = {}
    for name, kind in ANNOUNCED.items():
        told = np.array([kind in one.changed for one in changed.verdicts] or [False])
        table[name] = decided & told[changed.verdict]
    # Who should read a visit depends on its red flags too, and on what other scores leave open.
    table["grading_changed"] |= table["referral_changed"] | changed.causes[Cause.IMAGE]
    return table


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
    }
    size = len(FUSED_LABELS)
    ordered = {name: table.ravel() for name, table in tables.items()}
    return {"new_id": np.repeat(keys, size), "label": np.tile(np.arange(size), len(keys)), **ordered}


def _digests(changed: Rescored, keys: Keys) -> list[tuple[int, str]]:
    """The digest of the inputs where one of them changed."""
    inputs = np.concatenate([changed.inputs, changed.logits], axis=1)
    before = np.concatenate([changed.stored.inputs, changed.stored.logits], axis=1)
    rows = ~((inputs == before) | (np.isnan(inputs) & np.isnan(before))).all(axis=1)
    return list(zip(keys[rows].tolist(), inputs_digests(INPUTS, inputs[rows]), strict=True))


def _send_verdicts(changed: Rescored) -> None:
    """Decisions of the visits that were decided otherwise, each once."""
    places = np.unique(changed.verdict[changed.verdict >= 0]).tolist()
    decided = [(place, changed.verdicts[place]) for place in places]
    rows_send("verdict", ((place, *_whole(one)) for place, one in decided))
    actions = [
        (
            place,
            rank,
            action.kind.value,
            action.urgency.value,
            one.due[action.kind],
            action.indication,
            ",".join(action.labels),
            ",".join(action.red_flags),
        )
        for place, one in decided
        for rank, action in enumerate(one.decision.actions, start=1)
    ]
    rows_send("verdict_action", actions)
    reasons = [
        (place, action and action.kind.value, rank, reason.code, parameters_of(reason))
        for place, one in decided
        for rank, (action, reason) in enumerate(one.decision.reasons_by_action(), start=1)
    ]
    rows_send("verdict_reason", reasons)


def _whole(verdict: Verdict) -> Sequence[str | date]:
    decision = verdict.decision
    recall, due = decision.action(ActionKind.RECALL), verdict.due[ActionKind.RECALL]
    if recall is None or due is None:
        raise ValueError("every decision carries a dated recall")
    return decision.disposition.value, decision.urgency.value, due, recall_cause(recall).value
