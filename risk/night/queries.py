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

# Of visits `e` with current assessments `a`.
_NEITHER_OLDER_NOR_WITHDRAWN = """NOT EXISTS (
      SELECT 1 FROM screening_encounter l
      JOIN risk_riskassessment b ON b.encounter_id = l.id AND b.superseded_at IS NULL
      WHERE l.patient_id = e.patient_id AND l.id > e.id AND l.cancelled_at IS NULL)
  AND NOT EXISTS (
      SELECT 1 FROM records_consent c WHERE c.patient_id = e.patient_id AND c.scope = 'screening'
      GROUP BY c.patient_id HAVING bool_and(c.withdrawn_at IS NOT NULL))"""
_IN_SCOPE = """e.organization_id = %(organization)s AND e.cancelled_at IS NULL
  AND (%(since)s::date IS NULL OR a.assessed_on >= %(since)s::date)
  AND (%(of_release)s = '' OR %(of_release)s IN (a.fusion_release, a.image_release))"""

# A run that ended well compared everybody with what was then in force; the same again finds nothing new.
# But for who was not in the register then: hidden by a newer visit that was cancelled, or without consent.
_UNSETTLED = """(e.assessed_at >= %(settled)s
  OR EXISTS (SELECT 1 FROM screening_encounter l
             WHERE l.patient_id = e.patient_id AND l.id > e.id AND l.cancelled_at >= %(settled)s)
  OR EXISTS (SELECT 1 FROM records_consent c
             WHERE c.patient_id = e.patient_id AND c.scope = 'screening' AND c.given_at >= %(settled)s))"""

# Each column of a visit: its type, its expression over the joins below, and what else must hold for it to be true.
_STANDING: dict[str, tuple[str, str]] = {
    "assessment": ("int8", "a.id"),
    "visit_day": ("int4", f"a.assessed_on - date '{DAY_ZERO}'"),
    "age_now": (
        "int4",
        "coalesce(date_part('year', age(%(today)s::timestamp, p.birth_date::timestamp)), -1)",
    ),
    "age_years": ("float8", "coalesce(a.age_years, 'NaN')"),
    "answers_changed": ("bool", "a.risk_factors_id IS DISTINCT FROM f.id"),
    "outcome_changed": (
        "bool",
        "a.exam_id <> x.id OR a.outcome_id <> o.id OR max(o.resulted_at) OVER (PARTITION BY e.id) > a.assessed_at",
    ),
    "reads_changed": ("bool", "a.read_at IS DISTINCT FROM reads.at"),
    "scored_otherwise": ("bool", "a.image_release <> m.name"),
    # A photograph of an earlier sitting that could not be judged counts (RI-01), and may count otherwise by now.
    "unjudged_before": (
        "bool",
        """a.image_release <> m.name AND EXISTS (
           SELECT 1 FROM screening_encounter v JOIN screening_exam y ON y.encounter_id = v.id
           JOIN screening_examoutcome w ON w.exam_id = y.id JOIN screening_eyeoutcome z ON z.outcome_id = w.id
           WHERE v.patient_id = e.patient_id AND y.id < x.id AND z.gradability = 'ungradable')""",
    ),
    "joined_otherwise": ("bool", "NOT a.fusion_card_sha256 = ANY(%(alike)s)"),
    "other_model": ("bool", "a.fusion_card_sha256 <> %(card)s"),
    "other_policy": ("bool", "a.policy_version < %(policy)s"),
    "other_rules": ("bool", "a.rules_version <> %(rules)s"),
}
_UNLESS_SETTLED = ("other_model", "other_policy", "other_rules")
STANDING_COLUMNS = {"encounter": "int8", **{name: kind for name, (kind, _) in _STANDING.items()}}
# First what may cause another decision, of the newest exam and assessment of each visit: few have a cause, and only
# of those the rest is asked.
STANDING = f"""
SELECT e.id, {", ".join(f"{name} AND {_UNSETTLED}" if name in _UNLESS_SETTLED else name for name in _STANDING)}
FROM (
    SELECT DISTINCT ON (e.id) e.id, e.patient_id, a.assessed_at,
           {", ".join(f"({told})::{kind} AS {name}" for name, (kind, told) in _STANDING.items())}
    FROM screening_encounter e
    JOIN risk_riskassessment a ON a.encounter_id = e.id AND a.superseded_at IS NULL
    JOIN records_patient p ON p.id = e.patient_id
    JOIN screening_exam x ON x.encounter_id = e.id
    JOIN screening_examoutcome o ON o.exam_id = x.id AND o.superseded_at IS NULL
    JOIN screening_modelrelease m ON m.id = o.release_id
    LEFT JOIN risk_riskfactors f ON f.encounter_id = e.id AND f.superseded_at IS NULL
         AND f.encounter_id BETWEEN %(first)s AND %(last)s
    LEFT JOIN (
        SELECT encounter_id, max(effect_at) AS at FROM screening_gradingtask
        WHERE encounter_id BETWEEN %(first)s AND %(last)s GROUP BY encounter_id
    ) reads ON reads.encounter_id = e.id
    WHERE {_IN_SCOPE} AND a.policy_version <= %(policy)s AND a.assessed_on <= %(today)s
      -- Said of each table, so that each is read in the order of its visits.
      AND e.id BETWEEN %(first)s AND %(last)s AND a.encounter_id BETWEEN %(first)s AND %(last)s
      AND x.encounter_id BETWEEN %(first)s AND %(last)s
      AND (%(only)s::bigint[] IS NULL OR e.id = ANY(%(only)s::bigint[]))
    ORDER BY e.id, a.exam_id DESC, x.id DESC
) e
WHERE (%(everything)s OR answers_changed OR outcome_changed OR reads_changed OR other_model OR other_policy
       OR other_rules OR (age_now >= 0 AND age_now <> age_years))
  AND {_NEITHER_OLDER_NOR_WITHDRAWN}
ORDER BY e.id
"""

# What is known of current assessments, the fusion's inputs first.
INPUT_COLUMNS = {
    "assessment": "int8",
    "previous_ungradable_exams": "int4",
    **dict.fromkeys(INPUTS, "float8"),
}
INPUTS_OF = f"""
SELECT id, previous_ungradable_exams::int4, {", ".join(f"coalesce({name}, 'NaN')" for name in INPUTS)}
FROM risk_riskassessment WHERE id = ANY(%(assessments)s::bigint[])
"""

# Exams of the register that show what another image release made of their photographs: few but once a release.
SCORED_BY_ANOTHER = f"""
WITH another AS MATERIALIZED (
    SELECT o.exam_id FROM screening_examoutcome o JOIN screening_modelrelease m ON m.id = o.release_id
    WHERE o.superseded_at IS NULL AND m.name <> %(image_release)s
)
SELECT DISTINCT x.id FROM another
JOIN screening_exam x ON x.id = another.exam_id AND x.status = 'resulted'
JOIN screening_encounter e ON e.id = x.encounter_id
JOIN risk_riskassessment a ON a.encounter_id = e.id AND a.superseded_at IS NULL
WHERE {_IN_SCOPE} AND {_NEITHER_OLDER_NOR_WITHDRAWN}
  AND EXISTS (SELECT 1 FROM screening_fundusimage i WHERE i.exam_id = x.id)
"""

RISK_COLUMNS = {
    "assessment": "int8",
    "label": "int4",
    "image_score": "float8",
    "fused_risk": "float8",
    "band": "int4",
}
# `band` as its place among the bands; letters by their code.
RISKS = """
SELECT r.assessment_id, ascii(r.label), coalesce(r.image_score, 'NaN'), r.fused_risk,
       CASE r.band WHEN 'low' THEN 0 WHEN 'raised' THEN 1 ELSE 2 END
FROM risk_labelrisk r WHERE r.assessment_id = ANY(%(assessments)s::bigint[])
"""
