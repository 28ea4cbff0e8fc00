"""Writes to the register. Everyone may call `audit_record`; it joins the caller's transaction."""

from datetime import date, datetime

from django.db import IntegrityError, connection, models, transaction

from records.actor import Actor
from records.audit import GENESIS, audit_hash
from records.errors import ConsentMissing, PatientInvalid
from records.models import AuditAction, AuditEvent, Consent, Organization, Patient
from records.permission import intake_allowed
from records.selectors import local_date

# The chain of one organization grows by one row at a time; the lock is held to the end of the transaction.
AUDIT_LOCK = 0x4E554E47
MRN_TAKEN = "is already registered here; find that patient instead"


@transaction.atomic
def audit_record(
    *,
    by: Actor,
    now: datetime,
    action: AuditAction,
    entity: models.Model,
    patient_id: int | None = None,
    detail: str = "",
    reason: str = "",
) -> AuditEvent:
    """Append one act to the organization's audit chain, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [AUDIT_LOCK, by.organization_id])
    head = AuditEvent.objects.filter(organization_id=by.organization_id).order_by("-sequence").first()
    event = AuditEvent(
        organization_id=by.organization_id,
        sequence=head.sequence + 1 if head else 1,
        recorded_at=now,
        actor=by.label,
        role=by.role,
        action=action,
        entity=f"{entity._meta.label_lower}:{entity.pk}",
        patient_id=patient_id,
        detail=detail,
        reason=reason,
        previous_hash=head.hash if head else GENESIS,
    )
    event.hash = audit_hash(event)
    event.save(force_insert=True)
    return event


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


@transaction.atomic
def consent_give(
    *, patient: Patient, scope: str, by: Actor, now: datetime, given_by: str = "patient"
) -> Consent:
    """Record a consent; one already in force is returned unchanged. Raises RecordNotFound, RoleRefused."""
    intake_allowed(by, organization_id=patient.organization_id)
    consent, created = Consent.objects.get_or_create(
        patient=patient,
        scope=scope,
        withdrawn_at=None,
        defaults={"given_by": given_by, "given_at": now, "recorded_by_id": by.practitioner_id},
    )
    if created:
        audit_record(
            by=by, now=now, action=AuditAction.CREATE, entity=consent, patient_id=patient.pk, detail=scope
        )
    return consent


@transaction.atomic
def consent_withdraw(*, patient: Patient, scope: str, by: Actor, now: datetime, reason: str) -> Consent:
    """Withdraw the consent in force.

    Raises
    ------
    ConsentMissing
        When there is none.
    RecordNotFound, RoleRefused
    """
    intake_allowed(by, organization_id=patient.organization_id)
    consent = (
        Consent.objects.select_for_update().filter(patient=patient, scope=scope, withdrawn_at=None).first()
    )
    if consent is None:
        raise ConsentMissing(f"no {scope} consent is in force; there is nothing to withdraw")
    consent.withdrawn_at, consent.withdrawn_by_id = now, by.practitioner_id
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=consent, patient_id=patient.pk, reason=reason
    )
    return consent
