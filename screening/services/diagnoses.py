"""What a clinician confirmed, recorded and taken back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import AuditAction, Patient, Practitioner, Role
from records.permission import own
from records.selectors import local_date
from records.services import audit_record
from screening.domain.diagnosis import Diagnosis, DiagnosisSource, is_known_better, severity_known
from screening.errors import DiagnosisInvalid
from screening.models import ConfirmedDiagnosis

REASON_LONGEST = 200
CLINICIAN_LONGEST = 120
EXAMINING_ROLES = (Role.PHYSICIAN,)
RECORDING_ROLES = (Role.PHYSICIAN, Role.PHARMACIST)
REPORTING_ROLES = (Role.PHYSICIAN, Role.COORDINATOR)


@transaction.atomic
def diagnosis_record(
    *,
    patient: Patient,
    diagnoses: Sequence[Diagnosis],
    source: DiagnosisSource,
    confirmed_on: date,
    by: Actor,
    now: datetime,
    confirmed_by: str = "",
) -> list[ConfirmedDiagnosis]:
    """Record what was confirmed of one or both eyes; what is in force of the same eye and disease is superseded.

    Parameters
    ----------
    confirmed_by : the clinician of a letter; who examined here is the actor.

    Raises
    ------
    RoleRefused
        An examination is a physician's; a letter may be copied by a pharmacist too.
    RecordNotFound
    DiagnosisInvalid
        Naming the field to correct.
    """
    own(patient.organization_id, by=by)
    examined = source is DiagnosisSource.EXAMINED
    access.role_required(by, *(EXAMINING_ROLES if examined else RECORDING_ROLES))
    _check(diagnoses, source, confirmed_on, confirmed_by, today=local_date(now, patient.organization))
    clinician = Practitioner.objects.get(pk=by.practitioner_id).name if examined else confirmed_by.strip()
    # Two who record at once for one patient: the second supersedes the first.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    return [
        _store(patient, one, source, confirmed_on, clinician[:CLINICIAN_LONGEST], by, now)
        for one in diagnoses
    ]


@transaction.atomic
def diagnosis_report(
    *,
    patient: Patient,
    found: Sequence[Diagnosis],
    hospital: str,
    confirmed_on: date,
    by: Actor,
    now: datetime,
) -> list[ConfirmedDiagnosis]:
    """Record what a hospital found when it closed a referral: the ground truth of these eyes and diseases.

    Of a disease in force with a stage, "present" without one is on record and supersedes nothing.

    Parameters
    ----------
    hospital : its name.
    by : the hospital's program, or who wrote down what it told.

    Raises
    ------
    RecordNotFound, RoleRefused
    DiagnosisInvalid
        Naming the field to correct.
    """
    own(patient.organization_id, by=by)
    if by.practitioner_id is not None:
        access.role_required(by, *REPORTING_ROLES)
    source = DiagnosisSource.HOSPITAL
    _check(found, source, confirmed_on, hospital, today=local_date(now, patient.organization))
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    return [
        _store(patient, one, source, confirmed_on, hospital[:CLINICIAN_LONGEST], by, now) for one in found
    ]


@transaction.atomic
def diagnosis_retract(*, diagnosis_id: int, reason: str, by: Actor, now: datetime) -> ConfirmedDiagnosis:
    """Take back one that was entered in error. It stays on record; what it superseded does not come back.

    Raises
    ------
    RoleRefused, RecordNotFound
        Also when it is not in force any more.
    DiagnosisInvalid
        No reason.
    """
    access.role_required(by, *RECORDING_ROLES)
    in_force = ConfirmedDiagnosis.objects.select_for_update().filter(superseded_at=None, retracted_at=None)
    row = access.fetch(in_force, by=by, now=now, pk=diagnosis_id)
    if not reason.strip():
        raise DiagnosisInvalid("reason", "say why; it is kept with the diagnosis")
    row.retracted_at, row.retracted_by_id = now, by.practitioner_id
    row.retract_reason = reason.strip()[:REASON_LONGEST]
    row.save(update_fields=["retracted_at", "retracted_by", "retract_reason"])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=row,
        patient_id=row.patient_id,
        detail="entered in error",
        reason=row.retract_reason,
    )
    return row


def _check(
    diagnoses: Sequence[Diagnosis], source: DiagnosisSource, on: date, confirmed_by: str, *, today: date
) -> None:
    if not diagnoses:
        raise DiagnosisInvalid("severity", "say it of one eye at least")
    if not all(severity_known(one.label, one.severity) for one in diagnoses):
        raise DiagnosisInvalid("severity", "this disease is not graded like that; choose one of its stages")
    if on > today:
        raise DiagnosisInvalid("confirmed_on", "lies in the future; write the day of the examination")
    if source is DiagnosisSource.LETTER and not confirmed_by.strip():
        raise DiagnosisInvalid("confirmed_by", "name the clinician who wrote the letter")


def _store(
    patient: Patient,
    one: Diagnosis,
    source: DiagnosisSource,
    on: date,
    clinician: str,
    by: Actor,
    now: datetime,
) -> ConfirmedDiagnosis:
    same = ConfirmedDiagnosis.objects.filter(patient=patient, laterality=one.laterality, label=one.label)
    in_force = same.filter(superseded_at=None, retracted_at=None)
    known_better = any(is_known_better(row.severity, one.severity) for row in in_force)
    if not known_better:
        in_force.update(superseded_at=now)
    row = ConfirmedDiagnosis.objects.create(
        organization_id=patient.organization_id,
        patient=patient,
        laterality=one.laterality,
        label=one.label,
        severity=one.severity,
        confirmed_by=clinician,
        confirmed_on=on,
        source=source,
        recorded_at=now,
        recorded_by_id=by.practitioner_id,
        superseded_at=now if known_better else None,
    )
    detail = f"{one.label} {one.laterality} {one.severity}"
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=row, patient_id=patient.pk, detail=detail)
    return row
