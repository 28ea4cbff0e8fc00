"""What a run reads of its visits, as SQL: joins over the tables of other apps, for a selector would ask for each.

In the register is the newest assessed visit of each patient that was not cancelled: what was decided on an earlier
one is history. A patient who took their consent back is left in peace. What the day decided by a newer policy or on a
later date than the run's stands: the run is too old for it.
"""

from risk.domain.bands import FUSED_LABELS
from risk.fusion.frame import COLUMN_NAMES

LOGITS = tuple(f"image_logit_{label.value.lower()}" for label in FUSED_LABELS)
INPUTS = (*COLUMN_NAMES, *LOGITS)
DAY_ZERO = "2000-01-01"  # days are sent as their number since

# A run that ended well compared everybody with what was then in force; the same again finds nothing new.
# But for who was not in the register then: hidden by a newer visit that was cancelled, or without consent.
_UNSETTLED = """(a.assessed_at >= %(settled)s
  OR EXISTS (SELECT 1 FROM screening_encounter l
             WHERE l.patient_id = e.patient_id AND l.id > e.id AND l.cancelled_at >= %(settled)s)
  OR EXISTS (SELECT 1 FROM records_consent c
             WHERE c.patient_id = e.patient_id AND c.scope = 'screening' AND c.given_at >= %(settled)s))"""

# Of visits `e` with current assessments `a`.
_IN_REGISTER = """e.organization_id = %(organization)s AND e.cancelled_at IS NULL
  AND (%(since)s::date IS NULL OR a.assessed_on >= %(since)s::date)
  AND (%(of_release)s = '' OR %(of_release)s IN (a.fusion_release, a.image_release))
  AND NOT EXISTS (
      SELECT 1 FROM screening_encounter l
      JOIN risk_riskassessment b ON b.encounter_id = l.id AND b.superseded_at IS NULL
      WHERE l.patient_id = e.patient_id AND l.id > e.id AND l.cancelled_at IS NULL)
  AND NOT EXISTS (
      SELECT 1 FROM records_consent c WHERE c.patient_id = e.patient_id AND c.scope = 'screening'
      GROUP BY c.patient_id HAVING bool_and(c.withdrawn_at IS NOT NULL))"""

_STANDING: dict[str, tuple[str, str]] = {
    "encounter": ("int8", "e.id"),
    "assessment": ("int8", "a.id"),
    "visit_day": ("int4", f"a.assessed_on - date '{DAY_ZERO}'"),
    "age_now": (
        "int4",
        "coalesce(date_part('year', age(%(today)s::timestamp, p.birth_date::timestamp)), -1)::int4",
    ),
    "answers_changed": ("bool", "a.risk_factors_id IS DISTINCT FROM f.id"),
    "outcome_changed": (
        "bool",
        "a.exam_id <> seen.newest OR a.outcome_id <> seen.outcome OR seen.resulted_at > a.assessed_at",
    ),
    "reads_changed": ("bool", "a.read_at IS DISTINCT FROM reads.at"),
    "scored_otherwise": ("bool", "a.image_release <> m.name"),
    "other_model": ("bool", f"a.fusion_card_sha256 <> %(card)s AND {_UNSETTLED}"),
    "joined_otherwise": ("bool", "NOT a.fusion_card_sha256 = ANY(%(alike)s)"),
    "other_policy": ("bool", f"a.policy_version < %(policy)s AND {_UNSETTLED}"),
    "other_rules": ("bool", f"a.rules_version <> %(rules)s AND {_UNSETTLED}"),
    **{name: ("float8", f"coalesce(a.{name}, 'NaN')") for name in INPUTS},
}
STANDING_COLUMNS = {name: kind for name, (kind, _) in _STANDING.items()}
STANDING = f"""
SELECT {", ".join(f"({expression})::{kind}" for kind, expression in _STANDING.values())}
FROM screening_encounter e
JOIN risk_riskassessment a ON a.encounter_id = e.id AND a.superseded_at IS NULL
JOIN records_patient p ON p.id = e.patient_id
JOIN (
    SELECT x.encounter_id, max(x.id) AS newest, (max(ARRAY[x.id, o.id]))[2] AS outcome,
           max(o.resulted_at) AS resulted_at,
           (max(ARRAY[x.id, o.release_id]))[2] AS release_id
    FROM screening_exam x JOIN screening_examoutcome o ON o.exam_id = x.id AND o.superseded_at IS NULL
    WHERE x.encounter_id BETWEEN %(first)s AND %(last)s
    GROUP BY x.encounter_id
) seen ON seen.encounter_id = e.id
JOIN screening_modelrelease m ON m.id = seen.release_id
LEFT JOIN risk_riskfactors f ON f.encounter_id = e.id AND f.superseded_at IS NULL
LEFT JOIN (
    SELECT encounter_id, max(effect_at) AS at FROM screening_gradingtask
    WHERE encounter_id BETWEEN %(first)s AND %(last)s GROUP BY encounter_id
) reads ON reads.encounter_id = e.id
WHERE {_IN_REGISTER} AND e.id BETWEEN %(first)s AND %(last)s
  AND a.policy_version <= %(policy)s AND a.assessed_on <= %(today)s
  AND (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s::bigint[]))
ORDER BY e.id, a.exam_id
"""

# Exams of the register that show what another image release made of their photographs.
SCORED_BY_ANOTHER = f"""
SELECT DISTINCT x.id FROM screening_encounter e
JOIN risk_riskassessment a ON a.encounter_id = e.id AND a.superseded_at IS NULL
JOIN screening_exam x ON x.encounter_id = e.id AND x.status = 'resulted'
JOIN screening_examoutcome o ON o.exam_id = x.id AND o.superseded_at IS NULL
JOIN screening_modelrelease m ON m.id = o.release_id
WHERE {_IN_REGISTER} AND m.name <> %(image_release)s
  AND EXISTS (SELECT 1 FROM screening_fundusimage i WHERE i.exam_id = x.id)
"""

RISK_COLUMNS = {
    "assessment": "int8",
    "label": "int4",
    "image_score": "float8",
    "image_risk": "float8",
    "fused_risk": "float8",
    "band": "int4",
}
# `band` as its place among the bands; letters by their code.
RISKS = """
SELECT r.assessment_id, ascii(r.label), coalesce(r.image_score, 'NaN'), coalesce(r.image_risk, 'NaN'),
       r.fused_risk, CASE r.band WHEN 'low' THEN 0 WHEN 'raised' THEN 1 ELSE 2 END
FROM risk_labelrisk r WHERE r.assessment_id = ANY(%(assessments)s)
"""

# The decisions in a visit's photographs, such as "R:gradable:Aa.Cp.|L:ungradable:": all that the rules read of them.
SIGNS = """
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
WHERE x.encounter_id = ANY(%(encounters)s)
  AND NOT EXISTS (SELECT 1 FROM screening_gradingtask t WHERE t.encounter_id = x.encounter_id)
GROUP BY x.encounter_id HAVING count(DISTINCT o.id) = 1
"""
