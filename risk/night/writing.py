"""Writing what a chunk changed in bulk: whole visits, by COPY and a handful of statements."""

from datetime import datetime
from itertools import product

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from risk.domain.bands import FUSED_LABELS, RiskBand
from risk.domain.disposition import ActionKind
from risk.domain.rescoring import Cause
from risk.inference import inputs_digests
from risk.night import statements
from risk.night.basis import Basis
from risk.night.copying import keys_as_text, read_rows, write_rows
from risk.night.fusing import Rescored
from risk.night.queries import INPUTS, LOGITS
from risk.night.register import Keys
from risk.night.tables import VISIT_COLUMNS, rows_send
from risk.night.verdict_rows import verdicts_send

RISK_COLUMNS = {
    "assessment_id": "int8",
    **dict.fromkeys(("image_score", "image_risk", "fused_risk", "risk_low", "risk_high"), "float8"),
}
NO_PHOTOGRAPH = {"image_score": None, "image_risk": None}
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
        cursor.execute("ANALYZE rescored, verdict, verdict_action, verdict_reason")
        for statement in (statements.RECALLS_BEFORE, *statements.WRITTEN):
            cursor.execute(statement, parameters)
    _risks_write(changed, keys)


def _send(changed: Rescored, keys: Keys) -> None:
    register = changed.register
    visits = {
        "new_id": keys,
        "old_id": register.assessments,
        "encounter_id": register.encounters,
        "causes": sum(changed.causes[cause].astype(np.int64) << place for place, cause in enumerate(Cause)),
        "verdict": changed.verdict,
        "age_years": register.ages,
        "release_held": changed.release_held,
        "band_changed": (changed.bands != changed.stored.bands).any(axis=1),
        "explained": np.zeros(len(keys), np.bool_),
        **dict(zip(LOGITS, changed.logits.T, strict=True)),
        **_announced(changed),
    }
    write_rows("rescored", VISIT_COLUMNS, visits)
    rows_send("rescored_digest", _digests(changed, keys))
    verdicts_send(changed.verdicts, changed.verdict)


def _announced(changed: Rescored) -> dict[str, NDArray[np.bool_]]:
    decided = changed.verdict >= 0
    table = {}
    for name, kind in ANNOUNCED.items():
        told = np.array([kind in one.changed for one in changed.verdicts] or [False])
        table[name] = decided & told[changed.verdict]
    # Who should read a visit depends on its red flags too, and on what other scores leave open.
    table["grading_changed"] |= table["referral_changed"] | changed.causes[Cause.IMAGE]
    return table


def _risks_write(changed: Rescored, keys: Keys) -> None:
    """The fused risks, label by label and band by band: such rows share their texts."""
    # A risk without a score beside it is no photograph's.
    photographed = ~(np.isnan(changed.logits) | np.isnan(changed.image_scores))
    tables = {
        "image_score": changed.image_scores,
        "image_risk": changed.fused.image_risks,
        "fused_risk": changed.fused.fused_risks,
        "risk_low": changed.fused.low,
        "risk_high": changed.fused.high,
    }
    for (column, label), (place, band), seen in product(
        enumerate(FUSED_LABELS), enumerate(RiskBand), (True, False)
    ):
        rows = (changed.bands[:, column] == place) & (photographed[:, column] == seen)
        if rows.any():
            same = {"label": label.value, "band": band.value} | ({} if seen else NO_PHOTOGRAPH)
            kinds = {name: kind for name, kind in RISK_COLUMNS.items() if name not in same}
            values = {name: table[rows, column] for name, table in tables.items() if name not in same}
            write_rows("risk_labelrisk", kinds, {"assessment_id": keys[rows], **values}, same)


def _digests(changed: Rescored, keys: Keys) -> list[tuple[int, str]]:
    """The digest of the inputs where one of them changed."""
    inputs = np.concatenate([changed.inputs, changed.logits], axis=1)
    before = np.concatenate([changed.stored.inputs, changed.stored.logits], axis=1)
    rows = ~((inputs == before) | (np.isnan(inputs) & np.isnan(before))).all(axis=1)
    return list(zip(keys[rows].tolist(), inputs_digests(INPUTS, inputs[rows]), strict=True))
