"""A register of any number of exams of which a partner's program may read a good part, for the FHIR door.

Six in ten exams are of one clinic. Its program sent every second of them, and every eighth was referred to the
hospital that it speaks for. Findings exist for every tenth visit, which are the ones that are read (see million.py).
"""

from dataclasses import dataclass

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
from tests.benchmarks.fill import fill
from tests.benchmarks.visits import (
    SMALL,
    SMALL_CLINICS,
    YEARS,
    assessments,
    findings,
    outcomes,
    photographs,
    small_clinics,
    visits_of,
)
from tests.factories import backends
from tests.factories import records as people
from tests.factories.backends import Backend

REFERRED = "clinic = {clinic} AND n % 8 = 3"
OPEN = 100  # of the newest referrals wait for the hospital's answer
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
    with visits_of(_visits(register), *FILLED):
        _visited(register)
        _screened()
        _referred(register)
    return register


def _people(exams: int, audience: str) -> Register:
    now = timezone.now()
    clinic = demo_clinic.prepare(now=now)
    small_clinics()
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
             {SMALL}
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


def _screened() -> None:
    resulted = {"status": "'resulted'", "opened_at": "at", "submitted_at": "at"}
    fill(Exam, "visits", id="n", encounter_id="n", **resulted)
    photographs()
    outcomes()
    findings("n % 10 = 0")
    assessments(disposition="CASE WHEN n % 8 = 3 THEN 'refer' ELSE 'self-care' END")


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
