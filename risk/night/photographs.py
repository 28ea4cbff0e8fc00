"""Photographs that another image release scored: asked for when a run starts, and waited for by its parts."""

from datetime import datetime

from django.db import connection

from risk.models import RescoreRun
from risk.night.queries import SCORED_BY_ANOTHER
from screening.selectors import RESCORE

# One that failed stays with the people who can mend it: its visit keeps what is known.
_REQUEST = f"""
INSERT INTO records_workitem (kind, key, waiting_since, attempts, reason)
SELECT '{RESCORE}', id, %(now)s, 0, '' FROM ({SCORED_BY_ANOTHER}) seen ORDER BY id
ON CONFLICT (kind, key) DO NOTHING
"""

# Of a part `c` of a run `r`: photographs of its visits are still to be scored.
AWAITED = f"""EXISTS (
    SELECT 1 FROM screening_exam x
    JOIN screening_encounter e ON e.id = x.encounter_id AND e.organization_id = r.organization_id
    JOIN records_workitem w ON w.key = x.id AND w.kind = '{RESCORE}' AND w.failed_at IS NULL
    WHERE x.encounter_id BETWEEN c.first AND c.last)"""

_AWAITED_BY_RUN = f"""
SELECT count(*) FROM screening_exam x
JOIN screening_encounter e ON e.id = x.encounter_id AND e.organization_id = %(organization)s
JOIN records_workitem w ON w.key = x.id AND w.kind = '{RESCORE}' AND w.failed_at IS NULL
"""


def photographs_request(run: RescoreRun, *, now: datetime) -> None:
    """Queue the exams of the run's register that its image release has not scored. Called in a transaction."""
    parameters = {
        "organization": run.organization_id,
        "since": run.since,
        "of_release": run.of_release,
        "image_release": run.image_release,
        "now": now,
    }
    if run.image_release:
        with connection.cursor() as cursor:
            cursor.execute(_REQUEST, parameters)


def photographs_awaited(organization_id: int) -> int:
    """How many exams of an organization are still to be scored again."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAITED_BY_RUN, {"organization": organization_id})
        return int(cursor.fetchone()[0])
