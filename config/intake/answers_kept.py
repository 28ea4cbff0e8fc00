"""The answers of a visit: stored unless they are there already."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

import pharmacy.selectors
import pharmacy.services
import risk.selectors
import risk.services
from pharmacy.domain.safety_answers import SafetyAnswers, parse_safety_answers
from records.actor import Actor
from records.selectors import age_years
from risk.domain.answers import parse_risk_factors
from risk.domain.features import RiskFactors, Sex
from screening.models import Encounter


def _carry_pregnancy(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """A pregnancy told to the risk questions holds for the safety questions too; nobody is asked twice."""
    safety = answers.get("safety", {})
    if answers.get("risk", {}).get("pregnant") is True and safety.get("pregnant_or_breastfeeding") is None:
        return {**safety, "pregnant_or_breastfeeding": True}
    return safety


@transaction.atomic
def answers_record(
    encounter: Encounter, answers: Mapping[str, Any], *, by: Actor, now: datetime, today: date
) -> None:
    """Store the answers of sections `risk` and `safety`, unless the visit already has the same ones.

    Raises ImplausibleAnswer, SafetyAnswersError.
    """
    factors, safety = _read(encounter, answers, today)
    same_factors, same_safety = _stored_already(encounter, factors, safety)
    if not same_factors:
        risk.services.risk_factors_record(encounter=encounter, factors=factors, by=by, now=now)
    if not same_safety:
        pharmacy.services.safety_answers_record(encounter=encounter, answers=safety, by=by, now=now)


def answers_stored_already(encounter: Encounter, answers: Mapping[str, Any], *, today: date) -> bool:
    """Whether the visit has exactly these answers. Raises ImplausibleAnswer, SafetyAnswersError."""
    return all(_stored_already(encounter, *_read(encounter, answers, today)))


def _read(encounter: Encounter, answers: Mapping[str, Any], today: date) -> tuple[RiskFactors, SafetyAnswers]:
    patient = encounter.patient
    age = age_years(patient.birth_date, today)
    factors = parse_risk_factors(answers.get("risk", {}), age_years=age, sex=Sex(patient.sex), today=today)
    return factors, parse_safety_answers(_carry_pregnancy(answers))


def _stored_already(encounter: Encounter, factors: RiskFactors, safety: SafetyAnswers) -> tuple[bool, bool]:
    known = risk.selectors.risk_factors_current(encounter)
    asked = pharmacy.selectors.safety_answers_current(encounter)
    return (
        known is not None and risk.selectors.risk_factors_value(known) == factors,
        asked is not None and pharmacy.selectors.answers_value(asked) == safety,
    )
