"""What a clinician confirmed is kept with who, when and from where; a newer one supersedes, a slip is retracted."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization, Patient, Role
from screening.diagnosis_selectors import diagnoses_in_force
from screening.domain.diagnosis import Diagnosis, DiagnosisSource
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.errors import DiagnosisInvalid
from screening.models import ConfirmedDiagnosis
from screening.services import diagnosis_record, diagnosis_retract
from tests.factories import records as people

NOW, TODAY = people.NOW, date(2026, 11, 23)
R, L = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture
def patient(screener: Actor) -> Patient:
    return people.patient(screener)


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return people.actor(clinic, "physician")


def amd(eye: Laterality, stage: str) -> Diagnosis:
    return Diagnosis(eye, Label.AMD, stage)


def record(
    patient: Patient,
    by: Actor,
    *diagnoses: Diagnosis,
    source: DiagnosisSource = DiagnosisSource.EXAMINED,
    confirmed_on: date = TODAY,
    confirmed_by: str = "",
) -> list[ConfirmedDiagnosis]:
    return diagnosis_record(
        patient=patient,
        diagnoses=diagnoses,
        source=source,
        confirmed_on=confirmed_on,
        confirmed_by=confirmed_by,
        by=by,
        now=NOW,
    )


def test_an_examination_bears_the_name_of_its_physician_and_is_audited(
    patient: Patient, physician: Actor
) -> None:
    (row,) = record(patient, physician, amd(R, "intermediate"))
    assert (row.confirmed_by, row.confirmed_on, row.source) == ("Physician Kim", TODAY, "examined")
    audit = AuditEvent.objects.order_by("pk").last()
    assert audit is not None
    assert (audit.detail, audit.patient_id) == ("A R intermediate", patient.pk)


def test_a_newer_one_of_the_same_eye_and_disease_supersedes_and_nothing_is_lost(
    patient: Patient, physician: Actor
) -> None:
    record(patient, physician, amd(R, "early"), amd(L, "early"))
    record(patient, physician, amd(R, "intermediate"), Diagnosis(R, Label.GLAUCOMA, "present"))
    assert set(diagnoses_in_force(patient.pk)) == {
        amd(R, "intermediate"),
        amd(L, "early"),
        Diagnosis(R, Label.GLAUCOMA, "present"),
    }
    assert ConfirmedDiagnosis.objects.count() == 4


def test_a_retracted_one_is_in_force_no_more_and_what_it_superseded_does_not_come_back(
    patient: Patient, physician: Actor
) -> None:
    record(patient, physician, amd(R, "early"))
    (row,) = record(patient, physician, amd(R, "intermediate"))
    with pytest.raises(DiagnosisInvalid):
        diagnosis_retract(diagnosis_id=row.pk, reason=" ", by=physician, now=NOW)
    diagnosis_retract(diagnosis_id=row.pk, reason="the other eye", by=physician, now=NOW)
    assert diagnoses_in_force(patient.pk) == ()
    with pytest.raises(RecordNotFound):
        diagnosis_retract(diagnosis_id=row.pk, reason="again", by=physician, now=NOW)


def test_a_pharmacist_copies_a_letter_and_examines_nobody(patient: Patient, clinic: Organization) -> None:
    pharmacist = people.actor(clinic, "pharmacist")
    with pytest.raises(RoleRefused):
        record(patient, pharmacist, amd(R, "early"))
    letter = partial(record, patient, pharmacist, amd(R, "early"), source=DiagnosisSource.LETTER)
    with pytest.raises(DiagnosisInvalid, match="confirmed_by"):
        letter(confirmed_by=" ")
    (row,) = letter(confirmed_by="Choi Min-a, eye clinic")
    assert row.confirmed_by == "Choi Min-a, eye clinic"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PHYSICIAN, Role.PHARMACIST}))
def test_nobody_else_confirms_or_takes_back(
    patient: Patient, physician: Actor, clinic: Organization, role: str
) -> None:
    (row,) = record(patient, physician, amd(R, "early"))
    other = people.actor(clinic, role)
    with pytest.raises(RoleRefused):
        record(patient, other, amd(R, "late-wet"), source=DiagnosisSource.LETTER, confirmed_by="x")
    with pytest.raises(RoleRefused):
        diagnosis_retract(diagnosis_id=row.pk, reason="x", by=other, now=NOW)


def test_another_clinic_neither_records_nor_retracts(patient: Patient, physician: Actor) -> None:
    (row,) = record(patient, physician, amd(R, "early"))
    stranger = people.actor(people.clinic(), "physician")
    with pytest.raises(RecordNotFound):
        record(patient, stranger, amd(R, "late-wet"))
    with pytest.raises(RecordNotFound):
        diagnosis_retract(diagnosis_id=row.pk, reason="x", by=stranger, now=NOW)


@pytest.mark.parametrize(
    ("diagnoses", "on", "field"),
    [
        ((), TODAY, "severity"),
        ((Diagnosis(R, Label.GLAUCOMA, "intermediate"),), TODAY, "severity"),
        ((Diagnosis(R, Label.NORMAL, "none"),), TODAY, "severity"),
        ((amd(R, "early"),), TODAY + timedelta(days=1), "confirmed_on"),
    ],
)
def test_what_cannot_be_true_is_refused(
    patient: Patient, physician: Actor, diagnoses: tuple[Diagnosis, ...], on: date, field: str
) -> None:
    with pytest.raises(DiagnosisInvalid) as refused:
        record(patient, physician, *diagnoses, confirmed_on=on)
    assert refused.value.field == field


def test_the_database_itself_keeps_the_stages_of_a_disease(patient: Patient, physician: Actor) -> None:
    (row,) = record(patient, physician, amd(R, "early"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ConfirmedDiagnosis.objects.filter(pk=row.pk).update(severity="proliferative")
