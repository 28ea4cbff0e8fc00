"""One case from one set of answers and photographs: what the portal, the API, `screen` and the demo share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import pharmacy.selectors
import pharmacy.services
import records.services
import risk.selectors
import risk.services
import screening.services
from config.errors import AnswersInvalid
from config.patient_details import PatientDetails, check_same_person, parse_patient_details
from pharmacy.domain.safety_answers import SafetyAnswers, parse_safety_answers
from records import access, permission
from records.actor import Actor
from records.errors import ConsentMissing, RecordNumberTaken
from records.models import INTAKE_SCOPES, ConsentScope, Patient
from records.selectors import age_years
from risk.domain.answers import parse_risk_factors
from risk.domain.features import RiskFactors, Sex
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, ExamStatus
from screening.services import Taken

SECTIONS = ("patient", "consent", "risk", "safety")
# A form that is sent twice by a double click or after a lost reply comes within minutes.
REPEAT_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class PhotographGiven:
    """One file as received. `synthetic`: drawn by the renderer. `captured_at`: as whoever sent it says.

    `public_id`: under which a program sent it ahead of its order.
    """

    laterality: Laterality
    data: bytes
    synthetic: bool = False
    public_id: UUID | None = None
    captured_at: datetime | None = None


def case_submit(
    *,
    answers: Mapping[str, Any],
    photographs: list[PhotographGiven],
    by: Actor,
    now: datetime,
    today: date,
    repeat_within: timedelta | None = REPEAT_WITHIN,
    consent_of_its_own: bool = False,
    patient: Patient | None = None,
) -> Encounter:
    """Register or find the patient, record consent and answers, store the photographs, start the scoring.

    All or nothing: on any refusal neither a row nor a file is left behind. Without a photograph the visit and its
    answers are stored and the visit stays open. The very same photographs of the
    same patient within `repeat_within` are the same case sent twice: its visit is returned, and takes over
    the answers where they differ. None: every submission is a visit of its own.

    Parameters
    ----------
    answers : sections `patient`, `consent` (list of scopes), `risk` and `safety`; see docs/api/answers.md.
    today : the clinic's date.
    consent_of_its_own : the case must bring the consent to the screening itself; none of before counts.
    patient : who is known already; then `answers` have no section `patient`.

    Raises
    ------
    AnswersInvalid, PatientInvalid, ImplausibleAnswer, SafetyAnswersError, ConsentMissing
        The answers; the message names the field.
    PhotographRefused, SamePhotographBothEyes, LateralityTaken
        The photographs.
    RoleRefused
        The actor takes no cases.
    """
    answers = _checked_sections(answers, known=patient is not None)
    if consent_of_its_own and ConsentScope.SCREENING not in answers.get("consent", []):
        raise ConsentMissing("the screening itself needs consent; ask the patient and send it")
    details = None if patient else parse_patient_details(answers["patient"])
    taken = [
        screening.services.photograph_taken(
            one.laterality,
            one.data,
            synthetic=one.synthetic,
            public_id=one.public_id,
            captured_at=one.captured_at,
        )
        for one in photographs
    ]
    with transaction.atomic():
        patient = patient_find_or_register(details, by=by, now=now) if details else _held_again(patient, by)
        for scope in answers.get("consent", []):
            records.services.consent_give(patient=patient, scope=scope, by=by, now=now)
        sent = _sent_already(patient, taken, since=now - repeat_within) if repeat_within else None
        encounter = sent or screening.services.encounter_open(patient=patient, by=by, now=now)
        answers_record(encounter, answers, by=by, now=now, today=today)
        if sent is None:
            _photographs_submit(encounter, taken, by=by, now=now)
    return encounter


def _photographs_submit(encounter: Encounter, taken: list[Taken], *, by: Actor, now: datetime) -> None:
    """Without a photograph the visit stays open: its answers may hold a red flag and are never lost."""
    exam = screening.services.exam_open(encounter=encounter, by=by, now=now)
    if taken:
        screening.services.images_add(exam=exam, taken=taken, by=by, now=now)
        screening.services.exam_submit(exam=exam, by=by, now=now)


def _sent_already(patient: Patient, taken: list[Taken], *, since: datetime) -> Encounter | None:
    """The visit, not a cancelled one, whose exam holds exactly these photographs."""
    wanted = {(one.laterality.value, one.photograph.sha256) for one in taken}
    sent = Q(submitted_at__gte=since) if taken else Q(status=ExamStatus.OPEN, opened_at__gte=since)
    exams = Exam.objects.filter(sent, encounter__patient=patient, encounter__cancelled_at=None)
    for exam in exams.select_related("encounter").prefetch_related("images"):
        if {(image.laterality, image.sha256) for image in exam.images.all()} == wanted:
            return exam.encounter
    return None


def _checked_sections(answers: Mapping[str, Any], *, known: bool) -> Mapping[str, Any]:
    """The sections that were given; null is the same as left out."""
    given = {name: section for name, section in answers.items() if section is not None}
    for name, section in given.items():
        if name not in SECTIONS:
            raise AnswersInvalid(name, f"is not a section; use {', '.join(SECTIONS)}")
        if not isinstance(section, list if name == "consent" else Mapping):
            raise AnswersInvalid(name, "has the wrong shape; see docs/api/answers.md")
    if "patient" not in given and not known:
        raise AnswersInvalid("patient", "is missing; give at least mrn and name")
    if any(scope not in INTAKE_SCOPES for scope in given.get("consent", [])):
        raise AnswersInvalid("consent", f"choose among {', '.join(INTAKE_SCOPES)}")
    return given


def patient_find_or_register(details: PatientDetails, *, by: Actor, now: datetime) -> Patient:
    """The patient of that record number, registered at `now` when new; within a transaction of the caller.

    The row is held to the end, so that a case sent twice at once is seen by the second.

    Raises
    ------
    AnotherPatient, PatientInvalid, RoleRefused
    """
    permission.intake_allowed(by, organization_id=by.organization_id)
    known = _held(details.mrn, by)
    if known is None:
        try:
            return records.services.patient_register(by=by, now=now, **vars(details))
        except RecordNumberTaken:
            # Another case of the same new patient came at the same moment.
            known = _held(details.mrn, by)
            if known is None:
                raise
    check_same_person(known, details)
    return known


def _held(mrn: str, by: Actor) -> Patient | None:
    held = Patient.objects.select_for_update(no_key=True)
    return access.within(held, by=by).filter(mrn=mrn).first()


def _held_again(patient: Patient | None, by: Actor) -> Patient:
    """Raises RecordNotFound, RoleRefused."""
    permission.intake_allowed(by, organization_id=patient.organization_id)
    return Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)


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
