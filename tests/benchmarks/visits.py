"""What every large register holds: clinics, the photographs of a table of visits, and what was found and decided.

The table `visits` has n, the number of the visit; p, of its patient; clinic; at, when it was. `where` chooses visits.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from records.models import Organization
from risk.models import RiskAssessment
from screening.models import ExamOutcome, EyeOutcome, Finding, FundusImage
from tests.benchmarks.fill import fill, indexed_afterwards, sequences_follow

SMALL_CLINICS = 40
YEARS = 3
SMALL = (
    """(SELECT array_agg(id) AS ids FROM records_organization WHERE name LIKE 'Small clinic %') AS small"""
)
HASH = "md5(n::text) || md5((n + 1)::text)"
BOTH = "visits, (VALUES (1, 'R'), (0, 'L')) AS eye (o, side)"
DISEASES = "unnest(ARRAY['N','D','G','C','A','H','M','O']) AS disease"


def small_clinics() -> None:
    for number in range(SMALL_CLINICS):
        place = {"country": "KR", "latitude": 37.5, "longitude": 127.0}
        Organization.objects.create(name=f"Small clinic {number}", kind="clinic", **place)


@contextmanager
def visits_of(made: str, *filled: type[models.Model]) -> Iterator[None]:
    """Fill these tables from `visits`, which the statement `made` makes; quickly, and as if it had grown slowly."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(made)
    with indexed_afterwards(*filled):
        yield
    sequences_follow(*filled)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE visits")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def photographs() -> None:
    """One of each eye: the right eye of visit n is image 2n - 1, the left one 2n."""
    fill(
        FundusImage,
        BOTH,
        id="2 * n - o",
        exam_id="n",
        laterality="side",
        sha256="md5((2 * n - o)::text) || md5((-2 * n + o)::text)",
        format="'jpeg'",
        width="2048",
        height="1536",
        size_bytes="400000",
        received_at="at",
    )


def outcomes(where: str = "", *, gradability: str = "'gradable'") -> None:
    engine = {
        "release_id": "(SELECT id FROM screening_modelrelease WHERE active)",
        "engine": "'openvino-f32'",
    }
    fill(ExamOutcome, "visits", where, id="n", exam_id="n", resulted_at="at", **engine)
    fill(
        EyeOutcome, BOTH, where, id="2 * n - o", outcome_id="n", image_id="2 * n - o", gradability=gradability
    )


def findings(where: str) -> None:
    fill(
        Finding,
        f"{BOTH}, {DISEASES}",
        where,
        eye_id="2 * n - o",
        label="disease",
        score="0.05",
        logit="-2.94",
        threshold="0.5",
        decision="'absent'",
    )


def assessments(where: str = "", *, disposition: str, urgency: str = "'routine'") -> None:
    fill(
        RiskAssessment,
        "visits",
        where,
        id="n",
        exam_id="n",
        outcome_id="n",
        encounter_id="n",
        assessed_at="at",
        assessed_on="at::date",
        disposition=disposition,
        urgency=urgency,
        rules_version="'bench'",
        image_release="'bench'",
        fusion_release="'bench'",
        fusion_card_sha256=HASH,
        previous_ungradable_exams="0",
        inputs_sha256=HASH,
    )
