"""Writes of a patient's details."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import PatientInvalid
from records.models import AuditAction, Organization, Patient
from records.permission import intake_allowed
from records.selectors import local_date
from records.services.audit import audit_record

MRN_TAKEN = "is already registered here; find that patient instead"


@transaction.atomic
def patient_register(
    *,
    by: Actor,
    now: datetime,
    mrn: str,
    name: str,
    birth_date: date | None = None,
    sex: str = "unknown",
    language: str = "ko",
    place: tuple[float, float] | None = None,
) -> Patient:
    """Register a patient of the actor's organization. `place` is (latitude, longitude) of the home.

    Raises
    ------
    PatientInvalid
        Naming the field to correct.
    RoleRefused
    """
    intake_allowed(by, organization_id=by.organization_id)
    _check_details(mrn, name, birth_date, sex, language, by.organization_id, now)
    latitude, longitude = place or (None, None)
    patient = Patient(
        organization_id=by.organization_id,
        mrn=mrn.strip(),
        name=name.strip(),
        birth_date=birth_date,
        sex=sex,
        language=language,
        latitude=latitude,
        longitude=longitude,
        registered_at=now,
    )
    _insert_unless_taken(patient)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=patient, patient_id=patient.pk)
    return patient


def _check_details(
    mrn: str, name: str, birth_date: date | None, sex: str, language: str, organization_id: int, now: datetime
) -> None:
    choices = Patient._meta
    for field, text in (("mrn", mrn), ("name", name)):
        _check_text(field, text, longest=choices.get_field(field).max_length)
    today = local_date(now, Organization.objects.get(pk=organization_id))
    if birth_date is not None and not date(1890, 1, 1) <= birth_date <= today:
        raise PatientInvalid("birth_date", "lies in the future or before 1890; check year, month and day")
    for field, value in (("sex", sex), ("language", language)):
        allowed = [key for key, _ in choices.get_field(field).flatchoices]
        if value not in allowed:
            raise PatientInvalid(field, f"must be one of {', '.join(allowed)}")
    if Patient.objects.filter(organization_id=organization_id, mrn=mrn.strip()).exists():
        raise PatientInvalid("mrn", MRN_TAKEN)


def _insert_unless_taken(patient: Patient) -> None:
    """Two people may register the same number at once; the second learns it here."""
    try:
        with transaction.atomic():
            patient.save(force_insert=True)
    except IntegrityError as error:
        if "patient_mrn_once_per_organization" not in str(error):
            raise
        raise PatientInvalid("mrn", MRN_TAKEN) from None


def _check_text(field: str, text: str, *, longest: int) -> None:
    if not text.strip():
        raise PatientInvalid(field, "must not be empty; enter it")
    if len(text.strip()) > longest or "\x00" in text:
        raise PatientInvalid(field, f"must be at most {longest} characters of plain text; shorten it")
