"""Writes of a patient's details."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import CharacterUnseen, PatientChanged, PatientInvalid, RecordNumberTaken
from records.models import AuditAction, Organization, Patient, PatientAmendment
from records.permission import intake_allowed
from records.selectors import local_date
from records.services.audit import audit_record
from records.visible import is_visible_line

AMENDABLE = ("mrn", "name", "birth_date", "sex", "language")


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
    details = {"mrn": mrn, "name": name, "birth_date": birth_date, "sex": sex, "language": language}
    _check_details(**details, organization_id=by.organization_id, now=now)
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
    _save_unless_taken(patient)
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=patient, patient_id=patient.pk)
    return patient


@transaction.atomic
def patient_amend(
    *,
    patient: Patient,
    seen: Mapping[str, object],
    given: Mapping[str, object],
    by: Actor,
    now: datetime,
    reason: str,
) -> Patient:
    """Correct a patient's details; what they were is kept with the reason. The same details again change nothing.

    `seen` and `given` hold the `AMENDABLE` details: as the person saw them, and as they should be.

    Raises
    ------
    PatientInvalid
        Naming the field to correct, `reason` too.
    PatientChanged
        Somebody else corrected the details since they were seen.
    RecordNotFound, RoleRefused
    """
    intake_allowed(by, organization_id=patient.organization_id)
    held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    known = {name: getattr(held, name) for name in AMENDABLE}
    wanted = {name: given[name] for name in AMENDABLE}
    if wanted == known:
        return held
    if dict(seen) != known:
        raise PatientChanged("somebody else has corrected these details; look at them again")
    _check_text("reason", reason, longest=200)
    _check_details(**wanted, organization_id=held.organization_id, now=now, but=held)
    PatientAmendment.objects.create(
        patient=held, amended_at=now, amended_by_id=by.practitioner_id, reason=reason.strip(), **known
    )
    for name, value in wanted.items():
        setattr(held, name, value)
    _save_unless_taken(held)
    changed = ", ".join(name for name in AMENDABLE if wanted[name] != known[name])
    audit_record(
        by=by,
        now=now,
        action=AuditAction.UPDATE,
        entity=held,
        patient_id=held.pk,
        detail=f"amended {changed}",
    )
    return held


def _check_details(
    *,
    mrn: str,
    name: str,
    birth_date: date | None,
    sex: str,
    language: str,
    organization_id: int,
    now: datetime,
    but: Patient | None = None,
) -> None:
    choices = Patient._meta
    for field, text in (("mrn", mrn), ("name", name)):
        _check_text(field, text, longest=choices.get_field(field).max_length)
        if not is_visible_line(text.strip()):
            raise CharacterUnseen(field)
    today = local_date(now, Organization.objects.get(pk=organization_id))
    if birth_date is not None and not date(1890, 1, 1) <= birth_date <= today:
        raise PatientInvalid("birth_date", "lies in the future or before 1890; check year, month and day")
    for field, value in (("sex", sex), ("language", language)):
        allowed = [key for key, _ in choices.get_field(field).flatchoices]
        if value not in allowed:
            raise PatientInvalid(field, f"must be one of {', '.join(allowed)}")
    others = Patient.objects.filter(organization_id=organization_id, mrn=mrn.strip())
    if others.exclude(pk=but.pk if but else None).exists():
        raise RecordNumberTaken


def _save_unless_taken(patient: Patient) -> None:
    """Two people may register the same number at once; the second learns it here."""
    try:
        with transaction.atomic():
            patient.save()
    except IntegrityError as error:
        if "patient_mrn_once_per_organization" not in str(error):
            raise
        raise RecordNumberTaken from None


def _check_text(field: str, text: str, *, longest: int) -> None:
    if not text.strip():
        raise PatientInvalid(field, "must not be empty; enter it")
    if len(text.strip()) > longest or "\x00" in text:
        raise PatientInvalid(field, f"must be at most {longest} characters of plain text; shorten it")
