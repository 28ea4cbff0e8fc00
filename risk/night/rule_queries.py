"""What the rules read of visits, and what they once decided, as SQL over many visits at once."""

from risk.night.queries import DAY_ZERO
from risk.selectors import SYMPTOM_COLUMNS
from screening.domain.findings import LABELS

# The machine alone says what these visits' photographs show, and each eye once.
_ONE_RESULT = """NOT EXISTS (SELECT 1 FROM screening_gradingtask t WHERE t.encounter_id = x.encounter_id)
GROUP BY x.encounter_id HAVING count(DISTINCT o.id) = 1 AND count(i.id) = count(DISTINCT i.laterality)"""

# The decisions in a visit's photographs, such as "R:gradable:Aa.Cp.|L:ungradable:": all that the rules read of them.
SIGNS = f"""
SELECT x.encounter_id, coalesce(string_agg(
    i.laterality || ':' || eye.gradability || ':' || coalesce(found.decisions, ''),
    '|' ORDER BY i.laterality DESC), '')
FROM screening_exam x
JOIN screening_examoutcome o ON o.exam_id = x.id AND o.superseded_at IS NULL
LEFT JOIN screening_eyeoutcome eye ON eye.outcome_id = o.id
LEFT JOIN screening_fundusimage i ON i.id = eye.image_id
LEFT JOIN LATERAL (
    SELECT string_agg(f.label || CASE f.decision WHEN 'present' THEN 'p' WHEN 'absent' THEN 'a' ELSE 'u' END, ''
                      ORDER BY f.label) AS decisions
    FROM screening_finding f WHERE f.eye_id = eye.id
) found ON true
WHERE x.encounter_id = ANY(%(encounters)s::bigint[]) AND {_ONE_RESULT}
"""

# What the scores of an eye are, of the same visits; NaN where there is none.
EYE_COLUMNS = {
    "encounter": "int8",
    "side": "int4",
    **{f"logit_{label.value}": "float8" for label in LABELS},
    **{f"score_{label.value}": "float8" for label in LABELS},
}
_OF_LABEL = "coalesce(max(f.{what}) FILTER (WHERE f.label = '{label}'), 'NaN')"
EYES = f"""
SELECT v.encounter_id, ascii(i.laterality),
       {", ".join(_OF_LABEL.format(what=what, label=one.value) for what in ("logit", "score") for one in LABELS)}
FROM (
    SELECT x.encounter_id, max(o.id) AS outcome
    FROM screening_exam x
    JOIN screening_examoutcome o ON o.exam_id = x.id AND o.superseded_at IS NULL
    LEFT JOIN screening_eyeoutcome eye ON eye.outcome_id = o.id
    LEFT JOIN screening_fundusimage i ON i.id = eye.image_id
    WHERE x.encounter_id = ANY(%(encounters)s::bigint[]) AND {_ONE_RESULT}
) v
JOIN screening_eyeoutcome eye ON eye.outcome_id = v.outcome
JOIN screening_fundusimage i ON i.id = eye.image_id
LEFT JOIN screening_finding f ON f.eye_id = eye.id
GROUP BY v.encounter_id, i.laterality
ORDER BY v.encounter_id
"""

# A stored decision in three texts, of which many visits share each: what its actions say, when they are due, and why.
DECISIONS = f"""
SELECT a.id,
       coalesce((SELECT string_agg(concat_ws(E'\t', x.kind, x.urgency, x.indication, x.labels, x.red_flags), E'\n'
                                   ORDER BY x.kind)
                 FROM risk_assessmentaction x WHERE x.assessment_id = a.id), ''),
       coalesce((SELECT string_agg(coalesce((x.due_by - date '{DAY_ZERO}')::text, ''), ',' ORDER BY x.kind)
                 FROM risk_assessmentaction x WHERE x.assessment_id = a.id), ''),
       coalesce((SELECT string_agg(r.code || E'\t' || r.parameters, E'\n' ORDER BY r.rank)
                 FROM risk_assessmentreason r WHERE r.assessment_id = a.id), '')
FROM unnest(%(assessments)s::bigint[]) WITH ORDINALITY a (id, place) ORDER BY a.place
"""

ANSWERS = (
    "sex",
    "diabetes",
    "systolic_mmhg",
    "diastolic_mmhg",
    "pregnant",
    "under_eye_care",
    "next_eye_appointment",
    "iop_right_mmhg",
    "iop_left_mmhg",
    "iop_method",
)
ANSWERED = f"""
SELECT encounter_id, {", ".join((*ANSWERS, *SYMPTOM_COLUMNS))} FROM risk_riskfactors
WHERE encounter_id = ANY(%(encounters)s::bigint[]) AND superseded_at IS NULL
"""
