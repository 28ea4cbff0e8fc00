"""One case from one set of answers and photographs: what the portal, the API, `screen` and the demo share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

import pharmacy.services
import records.services
import risk.services
import screening.services
from config.errors import AnswersInvalid
from config.patient_details import PatientDetails, check_same_person, parse_patient_details
from pharmacy.domain.safety_answers import parse_safety_answers
from records import access
from records.actor import Actor
from records.models import ConsentScope, Patient
from records.selectors import age_years
from risk.domain.answers import parse_risk_factors
from risk.domain.features import Sex
from screening.domain.laterality import Laterality
from screening.models import Encounter

SECTIONS = ("patient", "consent", "risk", "safety")


@dataclass(frozen=True)
class PhotographGiven:
    """One file as received. `synthetic`: drawn by the renderer."""

    laterality: Laterality
    data: bytes
    synthetic: bool = False


@transaction.atomic
def case_submit(
    *, answers: Mapping[str, Any], photographs: list[PhotographGiven], by: Actor, now: datetime, today: date
) -> Encounter:
    """Register or find the patient, record consent and answers, store the photographs, start the scoring.

    All or nothing: on any refusal no row is left behind.

    Parameters
    ----------
    answers : sections `patient`, `consent` (list of scopes), `risk` and `safety`; see docs/api/answers.md.
    today : the clinic's date.

    Raises
    ------
    AnswersInvalid, PatientInvalid, ImplausibleAnswer, SafetyAnswersError, ConsentMissing
        The answers; the message names the field.
    PhotographRefused, SamePhotographBothEyes, LateralityTaken, ExamIncomplete
        The photographs.
    """
    answers = _checked_sections(answers)
    patient = _patient(parse_patient_details(answers["patient"]), by=by, now=now)
    for scope in answers.get("consent", []):
        if scope not in ConsentScope.values:
            raise AnswersInvalid("consent", f"choose among {', '.join(ConsentScope.values)}")
        records.services.consent_give(patient=patient, scope=scope, by=by, now=now)
    encounter = screening.services.encounter_open(patient=patient, by=by, now=now)
    _answers_record(encounter, answers, by=by, now=now, today=today)
    exam = screening.services.exam_open(encounter=encounter, by=by, now=now)
    for given in photographs:
        screening.services.image_add(
            exam=exam,
            laterality=given.laterality,
            data=given.data,
            synthetic=given.synthetic,
            by=by,
            now=now,
        )
    screening.services.exam_submit(exam=exam, by=by, now=now)
    return encounter


def _checked_sections(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sections that were given; null is the same as left out."""
    given = {name: section for name, section in answers.items() if section is not None}
    for name, section in given.items():
        if name not in SECTIONS:
            raise AnswersInvalid(name, f"is not a section; use {', '.join(SECTIONS)}")
        if not isinstance(section, list if name == "consent" else Mapping):
            raise AnswersInvalid(name, "has the wrong shape; see docs/api/answers.md")
    if "patient" not in given:
        raise AnswersInvalid("patient", "is missing; give at least mrn and name")
    return given


def _patient(details: PatientDetails, *, by: Actor, now: datetime) -> Patient:
    """The patient of that record number, registered now when new."""
    known = access.within(Patient.objects.all(), by=by).filter(mrn=details.mrn).first()
    if known is None:
        return records.services.patient_register(by=by, now=now, **vars(details))
    check_same_person(known, details)
    return known


def _carry_pregnancy(answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """A pregnancy told to the risk questions holds for the safety questions too; nobody is asked twice."""
    safety = answers.get("safety", {})
    if answers.get("risk", {}).get("pregnant") is True and safety.get("pregnant_or_breastfeeding") is None:
        return {**safety, "pregnant_or_breastfeeding": True}
    return safety


def _answers_record(
    encounter: Encounter, answers: Mapping[str, Any], *, by: Actor, now: datetime, today: date
) -> None:
    patient = encounter.patient
    factors = parse_risk_factors(
        answers.get("risk", {}),
        age_years=age_years(patient.birth_date, today),
        sex=Sex(patient.sex),
        today=today,
    )
    risk.services.risk_factors_record(encounter=encounter, factors=factors, by=by, now=now)
    safety = parse_safety_answers(_carry_pregnancy(answers))
    pharmacy.services.safety_answers_record(encounter=encounter, answers=safety, by=by, now=now)
