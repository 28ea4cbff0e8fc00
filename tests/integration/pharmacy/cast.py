"""What the pharmacy's tests stand on: a visit, an assessment that wishes for a medicine, and stock."""

from datetime import datetime
from itertools import count

from pharmacy import services
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.models import Lot
from records.actor import Actor
from records.models import Organization, Patient
from risk.models import RiskAssessment
from screening.models import Encounter
from tests.factories import assessments
from tests.factories import records as cast

NOW = cast.NOW
CARMELLOSE, HYPROMELLOSE, KETOTIFEN = "carmellose-0.5-unit-dose", "hypromellose-0.3", "ketotifen-0.025"
LATANOPROST, AREDS2 = "latanoprost-0.005", "areds2"
GTIN = {
    CARMELLOSE: "08806411000019",
    HYPROMELLOSE: "08806411000026",
    KETOTIFEN: "08806411000033",
    LATANOPROST: "08806411000040",
    AREDS2: "08806411000057",
}
CLEAR = SafetyAnswers(
    allergies=(),
    current_medicines=(),
    pregnant_or_breastfeeding=False,
    contact_lenses=False,
    eye_surgery_last_3_months=False,
    narrow_angle=False,
    conditions=(),
)
_number = count(1)


def visit(by: Actor, answers: SafetyAnswers | None = CLEAR, patient: Patient | None = None) -> Encounter:
    encounter = assessments.visit(by, patient or cast.patient(by))
    if answers is not None:
        services.safety_answers_record(encounter=encounter, answers=answers, by=by, now=NOW)
    return encounter


def wish(encounter: Encounter, indication: str = "dry-eye") -> RiskAssessment:
    """An assessment that wishes for a medicine."""
    return assessments.assessment(encounter, assessments.medicine(indication))


def lot(
    organization: Organization,
    by: Actor,
    medicine: str = CARMELLOSE,
    packs: int = 3,
    expiry: str = "2028-01",
    now: datetime = NOW,
    number: str = "",
) -> Lot:
    return services.lot_receive(
        organization=organization,
        medicine_code=medicine,
        gtin=GTIN[medicine],
        number=number or f"LOT{next(_number)}",
        expiry=expiry,
        packs=packs,
        by=by,
        now=now,
    )
