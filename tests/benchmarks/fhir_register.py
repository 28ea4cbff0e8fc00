"""A register of any number of exams of which a partner's program may read a good part, for the FHIR door.

Six in ten exams are of one clinic. Its program sent every second of them, and every eighth was referred to the
hospital that it speaks for. Findings exist for every tenth visit, which are the ones that are read (see million.py).
"""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from config import demo_clinic
from records.models import Consent, Organization, Patient, Practitioner, Role
from referrals.models import Hospital, Referral, ReferralEvent
from referrals.services import hospital_client_link
from risk.models import RiskAssessment
from screening.models import (
    Encounter,
    Exam,
    ExamOutcome,
    EyeOutcome,
    Finding,
    FundusImage,
    PartnerScreening,
)
from tests.benchmarks.fill import fill, indexed_afterwards, sequences_follow
from tests.factories import backends
from tests.factories import records as people
from tests.factories.backends import Backend

SMALL_CLINICS = 40
YEARS = 3
REFERRED = "clinic = {clinic} AND n % 8 = 3"
OPEN = 100  # of the newest referrals wait for the hospital's answer
HASH = "md5(n::text) || md5((n + 1)::text)"
SCOPES = "system/DiagnosticReport.rs system/Observation.rs system/Task.rs system/Patient.rs"
FILLED = (
    Patient,
    Consent,
    Encounter,
    PartnerScreening,
    Exam,
    FundusImage,
    ExamOutcome,
    EyeOutcome,
    Finding,
    RiskAssessment,
    Referral,
    ReferralEvent,
)


@dataclass(frozen=True)
class Register:
    """`clinic`: the large one."""

    exams: int
    clinic: Organization
    program: Backend
    hospital: Hospital


def load(exams: int, audience: str) -> Register:
    """Fill an empty, migrated database. `audience`: the address of the token endpoint."""
    register = _people(exams, audience)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(_visits(register))
    with indexed_afterwards(*FILLED):
        _visited(register)
        _photographed()
        _assessed()
        _referred(register)
    sequences_follow(*FILLED)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE visits")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return register


def _people(exams: int, audience: str) -> Register:
    now = timezone.now()
    clinic = demo_clinic.prepare(now=now)
    for number in range(SMALL_CLINICS):
        place = {"country": "KR", "latitude": 37.5, "longitude": 127.0}
        Organization.objects.create(name=f"Small clinic {number}", kind="clinic", **place)
    program = backends.backend(clinic, scopes=SCOPES, audience=audience)
    hospital = Hospital.objects.earliest("pk")
    by = people.actor(clinic, Role.ADMINISTRATOR)
    hospital_client_link(client_id=program.client.pk, hospital_id=hospital.pk, by=by, now=now)
    return Register(exams, clinic, program, hospital)


def _visits(register: Register) -> str:
    """n: the visit; p: its patient, who comes twice; clinic; at: when."""
    return f"""
        CREATE TABLE visits AS SELECT n, (n + 1) / 2 AS p,
            CASE WHEN (n + 1) / 2 % 10 < 6 THEN {register.clinic.pk}
                 ELSE small.ids[1 + (n + 1) / 2 % {SMALL_CLINICS}] END AS clinic,
            now() - ({register.exams} - n + 1) * (interval '{YEARS} years' / {register.exams}) AS at
        FROM generate_series(1, {register.exams}) AS n,
             (SELECT array_agg(id) AS ids FROM records_organization WHERE name LIKE 'Small clinic %') AS small
    """


def _visited(register: Register) -> None:
    first = "n % 2 = 1"
    person = {"organization_id": "clinic", "mrn": "'P' || p", "name": "'김서연'", "registered_at": "at"}
    fill(Patient, "visits", first, id="p", birth_date="date '1960-05-01'", sex="'female'", **person)
    for scope in ("screening", "referral"):
        given = {"given_by": "'patient'", "given_at": "at"}
        fill(Consent, "visits", first, patient_id="p", scope=f"'{scope}'", **given)
    fill(Encounter, "visits", id="n", organization_id="clinic", patient_id="p", started_at="at")
    fill(
        PartnerScreening,
        "visits",
        f"clinic = {register.clinic.pk} AND n % 2 = 0",
        id="n",
        client_id=str(register.program.client.pk),
        encounter_id="n",
        external_id="'V-' || n",
        received_at="at",
    )


def _photographed() -> None:
    both = "visits, (VALUES (1, 'R'), (0, 'L')) AS eye (o, side)"
    resulted = {"status": "'resulted'", "opened_at": "at", "submitted_at": "at"}
    fill(Exam, "visits", id="n", encounter_id="n", **resulted)
    fill(
        FundusImage,
        both,
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
    release = "(SELECT id FROM screening_modelrelease WHERE active)"
    engine = {"release_id": release, "engine": "'openvino-f32'"}
    fill(ExamOutcome, "visits", id="n", exam_id="n", resulted_at="at", **engine)
    judged = {"outcome_id": "n", "image_id": "2 * n - o", "gradability": "'gradable'"}
    fill(EyeOutcome, both, id="2 * n - o", **judged)
    found = {"score": "0.05", "logit": "-2.94", "threshold": "0.5", "decision": "'absent'"}
    diseases = "unnest(ARRAY['N','D','G','C','A','H','M','O']) AS disease"
    fill(Finding, f"{both}, {diseases}", "n % 10 = 0", eye_id="2 * n - o", label="disease", **found)


def _assessed() -> None:
    fill(
        RiskAssessment,
        "visits",
        id="n",
        exam_id="n",
        outcome_id="n",
        encounter_id="n",
        assessed_at="at",
        assessed_on="at::date",
        disposition="CASE WHEN n % 8 = 3 THEN 'refer' ELSE 'self-care' END",
        urgency="'routine'",
        rules_version="'bench'",
        image_release="'bench'",
        fusion_release="'bench'",
        fusion_card_sha256=HASH,
        previous_ungradable_exams="0",
        inputs_sha256=HASH,
    )


def _referred(register: Register) -> None:
    where = REFERRED.format(clinic=register.clinic.pk)
    waits = f"n IN (SELECT n FROM visits WHERE {where} ORDER BY n DESC LIMIT {OPEN})"
    hospital, physician = str(register.hospital.pk), str(Practitioner.objects.earliest("pk").pk)
    fill(
        Referral,
        "visits",
        where,
        id="n",
        assessment_id="n",
        encounter_id="n",
        organization_id="clinic",
        status=f"CASE WHEN {waits} THEN 'requested' ELSE 'completed' END",
        urgency="'routine'",
        due_by="at::date + 14",
        hospital_id=hospital,
        decided_at="at",
        authorised_at="at",
        authorised_by_id=physician,
    )
    steps = {"proposed": "true", "authorised": "true", "requested": "true", "completed": f"NOT {waits}"}
    for status, when in steps.items():
        fill(
            ReferralEvent,
            "visits",
            f"{where} AND {when}",
            referral_id="n",
            to_status=f"'{status}'",
            recorded_at="at",
            actor="'software:bench'",
            hospital_id=hospital,
        )
