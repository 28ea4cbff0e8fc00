"""What a run writes of a chunk, as SQL over the temporary tables of risk.night.tables."""

from django.db import models

from risk.domain.rescoring import Cause
from risk.models import RiskAssessment
from risk.night.queries import LOGITS


def _copied(model: type[models.Model], **otherwise: str) -> tuple[str, str]:
    """The columns of a model but its key, and what each is copied from: column `x` of `old`, or as given."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    return ", ".join(names), ", ".join(otherwise.get(name, f"old.{name}") for name in names)


SUPERSEDE = """
UPDATE risk_riskassessment a SET superseded_at = %(now)s
FROM rescored n WHERE a.encounter_id = n.encounter_id AND a.superseded_at IS NULL
"""

_NAMES, _VALUES = _copied(
    RiskAssessment,
    outcome_id="o.id",
    image_release="m.name",
    release_held="n.release_held",
    assessed_at="%(now)s",
    superseded_at="NULL",
    disposition="coalesce(v.disposition, old.disposition)",
    urgency="coalesce(v.urgency, old.urgency)",
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
LEFT JOIN verdict v ON v.place = n.verdict
ORDER BY n.new_id
"""

# A visit whose decision is the same takes it over as it stands; only the others have theirs written anew. OFFSET 0:
# few visits of a part may be looked up in tables of many, whatever the planner knows of those.
DECISIONS = """
WITH stored AS (
    INSERT INTO risk_assessmentaction
        (assessment_id, rank, kind, urgency, due_by, indication, labels, red_flags)
    SELECT n.new_id, x.rank, x.kind, x.urgency, x.due_by, x.indication, x.labels, x.red_flags
    FROM rescored n, LATERAL (
        SELECT * FROM risk_assessmentaction WHERE assessment_id = n.old_id OFFSET 0
    ) x WHERE n.verdict < 0
    UNION ALL
    SELECT n.new_id, v.rank, v.kind, v.urgency, v.due_by, v.indication, v.labels, v.red_flags
    FROM rescored n JOIN verdict_action v ON v.place = n.verdict
    RETURNING id, assessment_id, kind
)
INSERT INTO risk_assessmentreason (assessment_id, action_id, rank, code, parameters)
SELECT told.new_id, stored.id, told.rank, told.code, told.parameters
FROM (
    SELECT n.new_id, x.kind, r.rank, r.code, r.parameters
    FROM rescored n, LATERAL (
        SELECT * FROM risk_assessmentreason WHERE assessment_id = n.old_id OFFSET 0
    ) r LEFT JOIN risk_assessmentaction x ON x.id = r.action_id WHERE n.verdict < 0
    UNION ALL
    SELECT n.new_id, v.kind, v.rank, v.code, v.parameters
    FROM rescored n JOIN verdict_reason v ON v.place = n.verdict
) told LEFT JOIN stored ON stored.assessment_id = told.new_id AND stored.kind = told.kind
"""

_OPEN = "r.state = 'open'"
_AGAIN = f"(NOT {_OPEN} AND v.recall_due < r.due_by)"  # RN-04
RECALLS_BEFORE = """
INSERT INTO recall_before SELECT r.assessment_id, r.due_by
FROM risk_recall r WHERE r.assessment_id = ANY(%(assessments)s::bigint[]) AND r.state = 'open'
"""
RECALLS_AGAIN = f"""
INSERT INTO risk_recall (assessment_id, organization_id, patient_id, due_by, cause, state, opened_at)
SELECT n.new_id, r.organization_id, r.patient_id, v.recall_due, v.recall_cause, 'open', %(now)s
FROM rescored n JOIN risk_recall r ON r.assessment_id = n.old_id JOIN verdict v ON v.place = n.verdict
WHERE {_AGAIN} ORDER BY n.new_id
"""
# The entry itself moves over, and with it who tried to reach the patient.
RECALLS = f"""
UPDATE risk_recall r SET assessment_id = n.new_id,
    due_by = CASE WHEN {_OPEN} THEN coalesce(v.recall_due, r.due_by) ELSE r.due_by END,
    cause = CASE WHEN {_OPEN} THEN coalesce(v.recall_cause, r.cause) ELSE r.cause END
FROM rescored n LEFT JOIN verdict v ON v.place = n.verdict
WHERE r.assessment_id = n.old_id AND {_AGAIN} IS NOT TRUE
"""
# Of visits in bulk, in this order.
WRITTEN = (SUPERSEDE, ASSESSMENTS, DECISIONS, RECALLS_AGAIN, RECALLS)

# Of all visits of the chunk that changed, once they are stored.
_NAMED = [f"CASE WHEN n.causes & {1 << place} > 0 THEN '{cause}' END" for place, cause in enumerate(Cause)]
CHANGES = f"""
INSERT INTO risk_rescorechange
    (run_id, chunk_id, encounter_id, before_id, after_id, cause, causes, band_changed, disposition_before,
     disposition_after, urgency_before, urgency_after, recall_before, recall_after, overdue, referral_changed,
     medicine_changed, grading_changed, explained_at)
SELECT %(run)s, %(chunk)s, n.encounter_id, n.old_id, n.new_id, coalesce({", ".join(_NAMED)}),
       concat_ws(',', {", ".join(_NAMED)}), n.band_changed, old.disposition, new.disposition, old.urgency,
       new.urgency, was.due_by, now.due_by,
       coalesce(now.due_by < %(today)s, false) AND NOT coalesce(was.due_by < %(today)s, false),
       n.referral_changed, n.medicine_changed, n.grading_changed,
       CASE WHEN n.explained THEN new.assessed_at END
FROM rescored n
JOIN risk_riskassessment old ON old.id = n.old_id JOIN risk_riskassessment new ON new.id = n.new_id
LEFT JOIN recall_before was ON was.assessment_id = n.old_id
LEFT JOIN risk_recall now ON now.assessment_id = n.new_id AND now.state = 'open'
ORDER BY n.new_id
"""
BAND_CHANGES = """
INSERT INTO risk_rescorebandchange (change_id, label, band_before, band_after, risk_before, risk_after)
SELECT c.id, new.label, old.band, new.band, old.fused_risk, new.fused_risk
FROM risk_rescorechange c JOIN risk_labelrisk new ON new.assessment_id = c.after_id
JOIN risk_labelrisk old ON old.assessment_id = c.before_id AND old.label = new.label AND old.band <> new.band
WHERE c.chunk_id = %(chunk)s AND c.band_changed ORDER BY c.id, new.label
"""

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
