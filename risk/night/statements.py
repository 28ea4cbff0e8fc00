"""What a run writes of a chunk, as SQL over two temporary tables: one row a visit, and one a visit and label."""

from collections.abc import Iterable

from django.db import models

from risk.domain.bands import FUSED_LABELS, RiskBand
from risk.domain.disposition import Disposition
from risk.domain.recall import RecallCause
from risk.domain.rescoring import Cause
from risk.domain.urgency import Urgency
from risk.models import RiskAssessment
from risk.night.queries import DAY_ZERO, LOGITS

VISIT_COLUMNS = {
    "new_id": "int8",
    "old_id": "int8",
    "encounter_id": "int8",
    "causes": "int4",
    "age_years": "float8",
    **dict.fromkeys(LOGITS, "float8"),
    "band_changed": "bool",
    "decided": "bool",
    "disposition": "int4",
    "urgency": "int4",
    "recall_day": "int4",
    "recall_cause": "int4",
    "referral_changed": "bool",
    "medicine_changed": "bool",
    "grading_changed": "bool",
}
LABEL_COLUMNS = {
    "new_id": "int8",
    "label": "int4",
    "image_score": "float8",
    "image_risk": "float8",
    "fused_risk": "float8",
    "risk_low": "float8",
    "risk_high": "float8",
    "band": "int4",
    "band_before": "int4",
    "risk_before": "float8",
}


def _table(name: str, columns: dict[str, str]) -> str:
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    return f"CREATE TEMPORARY TABLE {name} ({listed}) ON COMMIT DROP"


def _word(words: Iterable[str], place: str) -> str:
    """The word at a place that counts from 0."""
    return f"(ARRAY[{', '.join(repr(str(word)) for word in words)}])[{place} + 1]"


def _copied(model: type[models.Model], **otherwise: str) -> tuple[str, str]:
    """The columns of a model but its key, and what each is copied from: column `x` of `old`, or as given."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    return ", ".join(names), ", ".join(otherwise.get(name, f"old.{name}") for name in names)


TABLES = (
    _table("rescored", VISIT_COLUMNS),
    _table("rescored_label", LABEL_COLUMNS),
    "CREATE TEMPORARY TABLE rescored_digest (new_id int8, inputs_sha256 text) ON COMMIT DROP",
)
ANALYZE = "ANALYZE rescored; ANALYZE rescored_label; ANALYZE rescored_digest"

SUPERSEDE = """
UPDATE risk_riskassessment a SET superseded_at = %(now)s
FROM rescored n WHERE a.encounter_id = n.encounter_id AND a.superseded_at IS NULL
"""

_NAMES, _VALUES = _copied(
    RiskAssessment,
    outcome_id="o.id",
    image_release="m.name",
    assessed_at="%(now)s",
    superseded_at="NULL",
    disposition=f"CASE WHEN n.decided THEN {_word(Disposition, 'n.disposition')} ELSE old.disposition END",
    urgency=f"CASE WHEN n.decided THEN {_word(Urgency, 'n.urgency')} ELSE old.urgency END",
    rules_version="%(rules)s",
    policy_version="greatest(old.policy_version, %(policy)s)",
    fusion_release="%(fusion)s",
    fusion_card_sha256="%(card)s",
    inputs_sha256="coalesce(d.inputs_sha256, old.inputs_sha256)",
    age_years="nullif(n.age_years, 'NaN')",
    **{name: f"nullif(n.{name}, 'NaN')" for name in LOGITS},
)
ASSESSMENTS = f"""
INSERT INTO risk_riskassessment (id, {_NAMES})
SELECT n.new_id, {_VALUES}
FROM rescored n JOIN risk_riskassessment old ON old.id = n.old_id
JOIN screening_examoutcome o ON o.exam_id = old.exam_id AND o.superseded_at IS NULL
JOIN screening_modelrelease m ON m.id = o.release_id
LEFT JOIN rescored_digest d ON d.new_id = n.new_id
ORDER BY n.new_id
"""

LABEL_RISKS = f"""
INSERT INTO risk_labelrisk
    (assessment_id, label, image_score, image_risk, fused_risk, risk_low, risk_high, band)
SELECT new_id, {_word(FUSED_LABELS, "label")}, nullif(image_score, 'NaN'), nullif(image_risk, 'NaN'),
       fused_risk, risk_low, risk_high, {_word(RiskBand, "band")}
FROM rescored_label ORDER BY new_id, label
"""

# A visit whose decision is the same takes it over as it stands; only the others have theirs written anew.
ACTIONS = """
INSERT INTO risk_assessmentaction (assessment_id, rank, kind, urgency, due_by, indication, labels, red_flags)
SELECT n.new_id, x.rank, x.kind, x.urgency, x.due_by, x.indication, x.labels, x.red_flags
FROM rescored n JOIN risk_assessmentaction x ON x.assessment_id = n.old_id
WHERE NOT n.decided ORDER BY n.new_id, x.rank
"""
REASONS = """
INSERT INTO risk_assessmentreason (assessment_id, action_id, rank, code, parameters)
SELECT n.new_id, taken.id, r.rank, r.code, r.parameters
FROM rescored n JOIN risk_assessmentreason r ON r.assessment_id = n.old_id
LEFT JOIN risk_assessmentaction x ON x.id = r.action_id
LEFT JOIN risk_assessmentaction taken ON taken.assessment_id = n.new_id AND taken.kind = x.kind
WHERE NOT n.decided ORDER BY n.new_id, r.rank
"""

_DAY = f"(date '{DAY_ZERO}' + n.recall_day)"
_OPEN = "r.state = 'open'"
_AGAIN = f"(NOT {_OPEN} AND n.decided AND {_DAY} < r.due_by)"  # RN-04
_CAUSE = _word(RecallCause, "n.recall_cause")
_NEW_DUE = f"CASE WHEN n.decided AND ({_OPEN} OR {_AGAIN}) THEN {_DAY} ELSE r.due_by END"

_LISTED = ", ".join(
    f"CASE WHEN n.causes & {1 << place} > 0 THEN '{cause}' END" for place, cause in enumerate(Cause)
)
_FIRST = (
    "CASE "
    + " ".join(f"WHEN n.causes & {1 << place} > 0 THEN '{cause}'" for place, cause in enumerate(Cause))
    + " END"
)
CHANGES = f"""
INSERT INTO risk_rescorechange
    (run_id, chunk_id, encounter_id, before_id, after_id, cause, causes, band_changed, disposition_before,
     disposition_after, urgency_before, urgency_after, recall_before, recall_after, overdue, referral_changed,
     medicine_changed, grading_changed)
SELECT %(run)s, %(chunk)s, n.encounter_id, n.old_id, n.new_id, {_FIRST}, array_to_string(ARRAY[{_LISTED}], ','),
       n.band_changed, old.disposition, new.disposition, old.urgency, new.urgency,
       CASE WHEN {_OPEN} THEN r.due_by END, CASE WHEN {_OPEN} OR {_AGAIN} THEN {_NEW_DUE} END,
       coalesce(({_OPEN} OR {_AGAIN}) AND {_NEW_DUE} < %(today)s
                AND NOT ({_OPEN} AND r.due_by < %(today)s), false),
       n.referral_changed, n.medicine_changed, n.grading_changed
FROM rescored n
JOIN risk_riskassessment old ON old.id = n.old_id JOIN risk_riskassessment new ON new.id = n.new_id
LEFT JOIN risk_recall r ON r.assessment_id = n.old_id
ORDER BY n.new_id
"""
BAND_CHANGES = f"""
INSERT INTO risk_rescorebandchange (change_id, label, band_before, band_after, risk_before, risk_after)
SELECT c.id, {_word(FUSED_LABELS, "n.label")}, {_word(RiskBand, "n.band_before")}, {_word(RiskBand, "n.band")},
       n.risk_before, n.fused_risk
FROM rescored_label n JOIN risk_rescorechange c ON c.after_id = n.new_id
WHERE n.band <> n.band_before AND n.band_before >= 0 ORDER BY c.id, n.label
"""

RECALLS_AGAIN = f"""
INSERT INTO risk_recall (assessment_id, organization_id, patient_id, due_by, cause, state, opened_at)
SELECT n.new_id, r.organization_id, r.patient_id, {_DAY}, {_CAUSE}, 'open', %(now)s
FROM rescored n JOIN risk_recall r ON r.assessment_id = n.old_id WHERE {_AGAIN} ORDER BY n.new_id
"""
# The entry itself moves over, and with it who tried to reach the patient.
RECALLS = f"""
UPDATE risk_recall r SET assessment_id = n.new_id, due_by = {_NEW_DUE},
    cause = CASE WHEN n.decided AND {_OPEN} THEN {_CAUSE} ELSE r.cause END
FROM rescored n WHERE r.assessment_id = n.old_id AND NOT {_AGAIN}
"""

WRITTEN = (
    SUPERSEDE,
    ASSESSMENTS,
    LABEL_RISKS,
    ACTIONS,
    REASONS,
    CHANGES,
    BAND_CHANGES,
    RECALLS_AGAIN,
    RECALLS,
)

# Over what a chunk wrote, without keys and times that another attempt would make differently.
DIGEST = """
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex')
FROM (
    SELECT concat_ws('|', c.encounter_id, c.causes, a.disposition, a.urgency, a.inputs_sha256, a.fusion_card_sha256,
                     a.policy_version, a.rules_version, c.recall_after,
                     (SELECT string_agg(concat_ws(':', r.label, r.fused_risk, r.band), ',' ORDER BY r.label)
                      FROM risk_labelrisk r WHERE r.assessment_id = a.id)) AS line
    FROM risk_rescorechange c JOIN risk_riskassessment a ON a.id = c.after_id
    WHERE c.chunk_id = %(chunk)s
) written
"""
