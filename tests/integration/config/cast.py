"""Cases as far as a test wants them: through the real intake, rules and proposals, without the image model."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from config import case, case_work, intake
from config.intake import PhotographGiven
from config.intake.visits import visit_begin
from pharmacy.domain.formulary import PROPOSED
from pharmacy.models import Dispense, Lot, Prescription
from pharmacy.services import lot_receive, machine_register
from records.actor import Actor, software
from records.models import Organization, WorkItem
from referrals.domain.capabilities import Capability
from referrals.services import hospital_register
from risk.domain.answers import SYMPTOM_FIELDS
from risk.models import RiskAssessment
from screening import services
from screening.domain.exam_result import EyeResult
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.factories import photographs, screening
from tests.factories import records as people
from tests.factories.records import NOW

WELL = dict.fromkeys(SYMPTOM_FIELDS, False)
SAFE = {
    "allergies": [],
    "current_medicines": [],
    "pregnant_or_breastfeeding": False,
    "contact_lenses": False,
    "eye_surgery_last_3_months": False,
    "narrow_angle": False,
}
BOTH = (Laterality.RIGHT, Laterality.LEFT)
SCORED = "screening.score_exam"


def begun(by: Actor, *, drawn: bool = False, seed: int = 0, **details: Any) -> Encounter:
    """A visit at its photographs: the left one is stored, and of another nobody has said which eye it shows."""
    now = timezone.now()
    registered = people.patient(by, now=now, **details)
    encounter = visit_begin(patient=registered, by=by, now=now, today=timezone.localdate(now))
    exam = encounter.exams.get()
    left, right = (_photograph(seed + i, eye, drawn=drawn) for i, eye in enumerate(reversed(BOTH)))
    services.image_add(exam=exam, laterality=Laterality.LEFT, data=left, synthetic=True, by=by, now=now)
    services.photograph_receive(exam=exam, arrived=services.photograph_arrived(right), by=by, now=now)
    services.derivatives_make(exam.pk)
    return encounter


def _photograph(seed: int, eye: Laterality, *, drawn: bool) -> bytes:
    return photographs.fundus(seed, eye) if drawn else photographs.jpeg(seed)


def submitted(
    by: Actor,
    *,
    symptoms: dict[str, bool] | None = None,
    safety: dict[str, Any] | None = None,
    risk: dict[str, Any] | None = None,
    name: str = "Hong Gil-dong",
    synthetic: bool = True,
    seed: int = 0,
    drawn: bool = False,
) -> Encounter:
    """A visit whose photographs wait for their scores; drawn: they look like an eye."""
    answers = {
        "patient": {"mrn": f"P-{name}-{seed}", "name": name, "birth_date": "1960-05-01", "sex": "female"},
        "consent": ["screening", "referral"],
        "risk": {"diabetes": "none", "symptoms": WELL | (symptoms or {})} | (risk or {}),
        "safety": SAFE | (safety or {}),
    }
    given = [
        PhotographGiven(eye, _photograph(seed * 2 + i, eye, drawn=drawn), synthetic)
        for i, eye in enumerate(BOTH)
    ]
    now = timezone.now()
    return intake.case_submit(
        answers=answers, photographs=given, by=by, now=now, today=timezone.localdate(now)
    )


def screened(by: Actor, *eyes: EyeResult, **more: Any) -> Encounter:
    """A visit with a result and everything that follows from it; both eyes without a finding unless given."""
    encounter = submitted(by, **more)
    found = eyes or tuple(screening.eye(laterality) for laterality in BOTH)
    exam = encounter.exams.get()
    services.outcome_record(
        exam=exam,
        eyes=found,
        release=screening.release(),
        engine="test",
        by=software("screening.scorer", by.organization_id),
        now=timezone.now(),
    )
    WorkItem.objects.filter(kind=SCORED, key=exam.pk).delete()
    case_work.work_off_case(encounter)
    outcome = case.case_outcome(encounter)
    assert outcome["assessment"], outcome["failures"]
    return encounter


def failed(
    by: Actor, *, reason: str = "PhotographDamaged: restore it from the backup", **more: Any
) -> WorkItem:
    """Scoring that was given up."""
    exam = submitted(by, **more).exams.get()
    item = WorkItem.objects.get(kind=SCORED, key=exam.pk)
    WorkItem.objects.filter(key=exam.pk).exclude(pk=item.pk).delete()
    WorkItem.objects.filter(pk=item.pk).update(attempts=3, failed_at=NOW, reason=reason)
    return item


def stock(organization: Organization, by: Actor) -> None:
    """Every medicine of the formulary in the clinic's machine."""
    for number, entry in enumerate(PROPOSED):
        lot_receive(
            organization=organization,
            medicine_code=entry.code,
            gtin=("08806411000019", "08806411000026", "08806411000033")[number],
            number=f"LOT{number}",
            expiry="2029-01",
            packs=9,
            by=by,
            now=NOW,
        )


def released(assessment: RiskAssessment, by: Actor) -> Dispense:
    """A medicine of a visit that a machine was asked for."""
    stock(assessment.encounter.organization, by)
    lot = Lot.objects.filter(organization_id=by.organization_id).earliest("pk")
    machine = machine_register(
        name="Machine", host="127.0.0.1", port=6050, number=777, our_number=100, bays=("1",), by=by, now=NOW
    )
    prescription = Prescription.objects.create(
        assessment=assessment,
        encounter=assessment.encounter,
        organization=assessment.encounter.organization,
        indication="dry-eye",
        status="proposed",
        medicine=lot.medicine,
        lot=lot,
        packs=1,
        supply_days=14,
        formulary_version="test",
        decided_at=NOW,
    )
    return Dispense.objects.create(
        organization_id=by.organization_id,
        prescription=prescription,
        bay=machine.bays.get(),
        lot=lot,
        packs=1,
        status="released",
        order_hash="test",
        released_at=NOW,
        released_by_id=by.practitioner_id,
        expires_at=NOW + timedelta(minutes=10),
    )


def hospital(by: Actor, name: str = "Hill Hospital") -> None:
    """A hospital that can treat everything, 14 km away by the estimate."""
    hospital_register(
        by=by,
        now=NOW,
        source="test",
        source_id=name,
        name=name,
        country="KR",
        place=(37.67, 126.98),
        capabilities=list(Capability),
        offers={"routine": 9, "urgent": 9, "asap": 9},
    )
