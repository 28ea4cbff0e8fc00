"""One case from one set of answers and photographs: what the portal, the API, `screen` and the demo share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

import records.services
import screening.services
from config.errors import AnswersInvalid
from config.intake.answers_kept import answers_record
from config.intake.person import patient_find_or_register, patient_held
from config.patient_details import parse_patient_details
from records.actor import Actor
from records.errors import ConsentMissing
from records.models import INTAKE_SCOPES, ConsentScope, Patient
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
        patient = (
            patient_find_or_register(details, by=by, now=now) if details else patient_held(patient, by=by)
        )
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
