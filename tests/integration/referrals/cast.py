"""What the referrals' tests stand on: hospitals north of the clinic, a visit, and an assessment that refers."""

from typing import Any

from records.actor import Actor, software
from referrals import services
from referrals.models import Hospital, Referral
from risk.models import RiskAssessment
from screening.models import Encounter
from tests.factories import assessments
from tests.factories import records as cast

NOW, TODAY = assessments.NOW, assessments.TODAY
CLINIC = (37.57, 126.98)
RETINA = ("eye-clinic", "oct", "laser")
EMERGENCY = ("eye-clinic", "emergency-eye-24h")


def hospital(by: Actor, key: str, *, degrees_north: float = 0.1, **changes: Any) -> Hospital:
    details: dict[str, Any] = {
        "source": "test",
        "source_id": key,
        "name": key,
        "country": "KR",
        "place": (CLINIC[0] + degrees_north, CLINIC[1]),
        "capabilities": RETINA,
        "offers": {"routine": 5, "urgent": 2, "asap": 1},
    }
    return services.hospital_register(by=by, now=NOW, **details | changes)


def visit(by: Actor, place: tuple[float, float] | None = CLINIC) -> Encounter:
    return assessments.visit(by, cast.patient(by, place=place))


def need(encounter: Encounter, urgency: str = "urgent", days: int = 14, **more: str) -> RiskAssessment:
    """An assessment that refers."""
    return assessments.assessment(encounter, assessments.referral(urgency, days, **more))


def propose(of: RiskAssessment) -> Referral | None:
    by = software("referrals.proposer", of.encounter.organization_id)
    return services.referral_propose(assessment=of, by=by, now=NOW)
