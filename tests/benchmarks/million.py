"""A million exams of forty-one clinics, one of which has six in ten; outcomes, assessments and all that follows.

Rows are made inside PostgreSQL, without foreign key triggers; check and unique constraints hold. Findings and
label risks, which only a case page reads and only by key, exist for every visit of the large clinic that is a
multiple of FINDINGS_OF; the rest would double the size of the database and no query would see it.
"""

from django.db import connection
from django.utils import timezone

from config import demo_clinic
from pharmacy.models import Lot, Prescription, PrescriptionAlert
from records.models import AuditEvent, Organization, Patient, Practitioner, WorkItem
from referrals.models import Hospital, Referral, ReferralCandidate, ReferralEvent
from risk.models import AssessmentAction, LabelRisk, Recall, RiskAssessment, RiskFactors
from screening.models import Encounter, Exam, ExamOutcome, EyeOutcome, EyeQualityReason, Finding, FundusImage
from tests.benchmarks.fill import fill
from tests.benchmarks.visits import (
    HASH,
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

EXAMS = 1_000_000
LARGE = 600_000
WAITING = 2_000  # of the large clinic's newest visits
FAILED_EVERY = 1_999
FINDINGS_OF = 10
AUDITED = 1_000_000

SURNAMES = "ARRAY['김','이','박','최','정','강','조','윤','장','임']"
SYLLABLES = "ARRAY['서','도','하','지','민','가','나','다','라','은','윤','호','준','우','현','솔','람','별','샘','빛']"
NAME = f"({SURNAMES})[1 + p % 10] || ({SYLLABLES})[1 + (p / 10) % 20] || ({SYLLABLES})[1 + (p / 200) % 20]"
# Of a hundred visits: 4 photograph again, 12 refer, 20 medicine, the others self-care.
DISPOSITION = (
    "CASE WHEN n % 100 < 4 THEN 'repeat-imaging' WHEN n % 100 < 16 THEN 'refer' "
    "WHEN n % 100 < 36 THEN 'medicine' ELSE 'self-care' END"
)
URGENCY = (
    "CASE WHEN n % 200 = 5 THEN 'stat' WHEN n % 50 = 6 THEN 'asap' WHEN n % 10 = 7 THEN 'urgent' "
    "ELSE 'routine' END"
)
# Of which a case page reads findings and label risks.
READ = f"NOT waits AND n <= {LARGE} AND n % {FINDINGS_OF} = 0"

FILLED = (
    Patient,
    Encounter,
    RiskFactors,
    Exam,
    FundusImage,
    ExamOutcome,
    EyeOutcome,
    EyeQualityReason,
    Finding,
    RiskAssessment,
    LabelRisk,
    AssessmentAction,
    Recall,
    Prescription,
    PrescriptionAlert,
    Referral,
    ReferralCandidate,
    ReferralEvent,
    WorkItem,
    AuditEvent,
)


def load() -> Organization:
    """Fill an empty, migrated database; returns the large clinic."""
    clinic = demo_clinic.prepare(now=timezone.now())
    small_clinics()
    with visits_of(_visits_table(clinic), *FILLED):
        _register()
        _screened()
        _decided()
        _proposals(clinic)
        _work(clinic)
    return clinic


def _visits_table(clinic: Organization) -> str:
    """n: the visit; p: its patient, who comes twice; clinic; at: when; waits: nothing is known of it yet."""
    span = f"interval '{YEARS} years'"
    return f"""
        CREATE TABLE visits AS SELECT n, (n + 1) / 2 AS p,
            CASE WHEN n <= {LARGE} THEN {clinic.pk}
                 ELSE small.ids[1 + ((n + 1) / 2) % {SMALL_CLINICS}] END AS clinic,
            CASE WHEN n <= {LARGE} THEN now() - ({LARGE} - n) * ({span} / {LARGE})
                 ELSE now() - ({EXAMS} - n) * ({span} / {EXAMS - LARGE}) END AS at,
            n > {LARGE - WAITING} AND n <= {LARGE} AS waits
        FROM generate_series(1, {EXAMS}) AS n,
             {SMALL}
    """


def _register() -> None:
    fill(
        Patient,
        "visits",
        where="n % 2 = 1",
        id="p",
        organization_id="clinic",
        mrn="'P' || lpad(p::text, 7, '0')",
        name=NAME,
        birth_date="date '1930-01-01' + (p * 37 % 30000)::int",
        registered_at="at",
    )
    cancelled = "n % 997 = 0"
    fill(
        Encounter,
        "visits",
        id="n",
        organization_id="clinic",
        patient_id="p",
        started_at="at",
        cancelled_at=f"CASE WHEN {cancelled} THEN at END",
        cancelled_by=f"CASE WHEN {cancelled} THEN 'practitioner:1' ELSE '' END",
        cancel_reason=f"CASE WHEN {cancelled} THEN 'the patient left' ELSE '' END",
    )
    fill(
        RiskFactors,
        "visits",
        encounter_id="n",
        recorded_at="at",
        age_years="60",
        sex="'female'",
        diabetes="'none'",
        hypertension="'none'",
        smoking="'never'",
        family_history_asked="true",
        sudden_vision_loss="n % 200 = 5",
    )


def _screened() -> None:
    fill(
        Exam,
        "visits",
        id="n",
        encounter_id="n",
        status="CASE WHEN waits THEN 'submitted' ELSE 'resulted' END",
        opened_at="at",
        submitted_at="at",
    )
    photographs()
    bad = "n % 100 < 4"
    outcomes("NOT waits", gradability=f"CASE WHEN {bad} AND o = 1 THEN 'ungradable' ELSE 'gradable' END")
    fill(EyeQualityReason, "visits", where=f"NOT waits AND {bad}", eye_id="2 * n - 1", code="'blurred'")
    findings(f"{READ} AND NOT ({bad} AND o = 1)")
    assessments("NOT waits", disposition=DISPOSITION, urgency=URGENCY)


def _decided() -> None:
    fill(
        LabelRisk,
        "visits, unnest(ARRAY['D','G','C','A','H','M']) AS disease",
        where=READ,
        assessment_id="n",
        label="disease",
        image_score="0.05",
        image_risk="0.02",
        fused_risk="0.02",
        band="'low'",
    )
    kinds = {"repeat-imaging": "n % 100 < 4", "referral": "n % 100 BETWEEN 4 AND 15", "recall": "true"}
    for rank, (kind, where) in enumerate(kinds.items(), start=1):
        _actions(kind, where, rank=rank)
    _actions("medicine", "n % 100 BETWEEN 16 AND 35", rank=4, indication="'dry-eye'")
    # Every tenth of those who did not come again by their date is still open.
    still_open = "n % 2 = 0 AND (at > now() - interval '11 months' OR n % 20 = 0)"
    fill(
        Recall,
        "visits",
        where="NOT waits",
        id="n",
        assessment_id="n",
        organization_id="clinic",
        patient_id="p",
        due_by="at::date + 365",
        cause="CASE WHEN n % 3 = 0 THEN 'attendance' ELSE 'interval' END",
        state=f"CASE WHEN {still_open} THEN 'open' ELSE 'attended' END",
        opened_at="at",
        closed_at=f"CASE WHEN {still_open} THEN NULL ELSE now() END",
    )


def _actions(kind: str, where: str, *, rank: int, indication: str = "''") -> None:
    fill(
        AssessmentAction,
        "visits",
        where=f"NOT waits AND {where}",
        assessment_id="n",
        rank=str(rank),
        kind=f"'{kind}'",
        urgency=URGENCY,
        due_by="at::date + 14",
        indication=indication,
    )


def _proposals(clinic: Organization) -> None:
    lot = Lot.objects.filter(organization=clinic).select_related("medicine").earliest("pk")
    member = Practitioner.objects.earliest("pk")
    recent = f"n BETWEEN {LARGE - WAITING - 3000} AND {LARGE}"
    fill(
        Prescription,
        "visits",
        where="NOT waits AND n % 100 BETWEEN 16 AND 35",
        id="n",
        assessment_id="n",
        encounter_id="n",
        organization_id="clinic",
        indication="'dry-eye'",
        status=f"CASE WHEN {recent} THEN 'proposed' ELSE 'authorised' END",
        medicine_id=str(lot.medicine_id),
        lot_id=str(lot.pk),
        packs="1",
        supply_days="14",
        formulary_version="'bench'",
        decided_at="at",
        authorised_at=f"CASE WHEN {recent} THEN NULL ELSE at END",
        authorised_by_id=f"CASE WHEN {recent} THEN NULL ELSE {member.pk} END",
    )
    fill(
        PrescriptionAlert,
        "visits",
        where="NOT waits AND n % 100 BETWEEN 16 AND 35",
        prescription_id="n",
        position="1",
        rule_id="'PH-01'",
        tier="'info'",
    )
    hospitals = list(Hospital.objects.order_by("pk").values_list("pk", flat=True)[:3])
    fill(
        Referral,
        "visits",
        where="NOT waits AND n % 100 BETWEEN 4 AND 15",
        id="n",
        assessment_id="n",
        encounter_id="n",
        organization_id="clinic",
        status=f"CASE WHEN {recent} THEN 'proposed' ELSE 'completed' END",
        urgency=URGENCY,
        due_by="at::date + 14",
        hospital_id=str(hospitals[0]),
        decided_at="at",
        authorised_at=f"CASE WHEN {recent} THEN NULL ELSE at END",
        authorised_by_id=f"CASE WHEN {recent} THEN NULL ELSE {member.pk} END",
    )
    fill(
        ReferralCandidate,
        "visits, generate_series(1, 3) AS place",
        where="NOT waits AND n % 100 BETWEEN 4 AND 15",
        referral_id="n",
        hospital_id=f"(ARRAY{hospitals})[place]",
        rank="place",
        distance_km="place * 3.5",
        wait_days="3",
        cost="place",
    )
    fill(
        ReferralEvent,
        "visits",
        where="NOT waits AND n % 100 BETWEEN 4 AND 15",
        referral_id="n",
        to_status="'proposed'",
        recorded_at="at",
        actor="'software:bench'",
    )


def _work(clinic: Organization) -> None:
    fill(WorkItem, "visits", where="waits", kind="'screening.score_exam'", key="n", waiting_since="at")
    fill(
        WorkItem,
        "visits",
        where=f"NOT waits AND n % {FAILED_EVERY} = 0",
        kind="'screening.make_derivatives'",
        key="n",
        waiting_since="at",
        attempts="3",
        failed_at="at",
        reason="'PhotographDamaged: restore it from the backup'",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(sequence), 0) FROM records_auditevent WHERE organization_id = %s",
            [clinic.pk],
        )
        (first,) = cursor.fetchone()
    fill(
        AuditEvent,
        f"generate_series(1, {AUDITED}) AS n",
        organization_id=str(clinic.pk),
        sequence=f"{first} + n",
        recorded_at="now()",
        actor="'practitioner:1'",
        action="'R'",
        entity="'screening.encounter:' || n",
        patient_id="n / 2",
        previous_hash=HASH,
        hash=HASH,
    )
