"""What people tell of a hospital, and of what a person needs of one; directories are services/directory.py."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.db import models, transaction

from records.actor import Actor
from records.models import AuditAction, Organization, Patient
from records.permission import intake_allowed
from records.selectors import local_date
from records.services import audit_record
from referrals.domain.capabilities import Capability
from referrals.domain.directory import InsuranceClass
from referrals.errors import HospitalInvalid, NeedsInvalid
from referrals.models import (
    ClosedDay,
    Hospital,
    HospitalCapability,
    HospitalInsurance,
    HospitalLanguage,
    PatientNeeds,
)
from referrals.services.telling import hospital_told

LANGUAGE_LENGTH = 2
Row = TypeVar("Row", bound=models.Model)


def hospital_close_days(
    *, hospital_id: int, days: Iterable[date], by: Actor, now: datetime
) -> list[ClosedDay]:
    """The days of their own on which a hospital is closed, in place of those told before; days past stay.

    Raises RoleRefused, RecordNotFound, and HospitalInvalid for a day that is past.
    """
    wanted = sorted(set(days))
    today = local_date(now, Organization.objects.get(pk=by.organization_id))
    if wanted and wanted[0] < today:
        raise HospitalInvalid("days", "lie in the past; tell those to come")
    with transaction.atomic():
        hospital = hospital_told(hospital_id, by, now, f"closed:{len(wanted)}")
        hospital.closed_days.filter(day__gte=today).exclude(day__in=wanted).delete()
        return _keep(ClosedDay, hospital, "day", wanted)


def hospital_speak(
    *, hospital_id: int, languages: Iterable[str], by: Actor, now: datetime
) -> list[HospitalLanguage]:
    """The languages (ISO 639-1) in which a hospital speaks with patients, in place of those told before.

    Raises RoleRefused, RecordNotFound, HospitalInvalid.
    """
    wanted = sorted(set(languages))
    for code in wanted:
        if not (len(code) == LANGUAGE_LENGTH and code.isascii() and code.islower()):
            raise HospitalInvalid("languages", f"{code!r} is none; use the two letters of ISO 639-1")
    with transaction.atomic():
        hospital = hospital_told(hospital_id, by, now, f"languages:{','.join(wanted)}")
        hospital.languages.exclude(code__in=wanted).delete()
        return _keep(HospitalLanguage, hospital, "code", wanted)


def hospital_insure(
    *, hospital_id: int, classes: Iterable[InsuranceClass], by: Actor, now: datetime
) -> list[HospitalInsurance]:
    """The insurance classes that a hospital accepts, in place of those told before; none: not known.

    Raises RoleRefused, RecordNotFound, HospitalInvalid.
    """
    wanted = sorted(set(classes))
    unknown = [code for code in wanted if code not in list(InsuranceClass)]
    if unknown:
        raise HospitalInvalid("classes", f"{unknown[0]!r} is not one of {', '.join(InsuranceClass)}")
    with transaction.atomic():
        hospital = hospital_told(hospital_id, by, now, f"insurances:{','.join(wanted)}")
        hospital.insurances.exclude(code__in=wanted).delete()
        return _keep(HospitalInsurance, hospital, "code", wanted)


@transaction.atomic
def hospital_equip(
    *, hospital_id: int, capabilities: Iterable[Capability], by: Actor, now: datetime
) -> list[HospitalCapability]:
    """The equipment and procedures of a hospital, in place of those known before; no directory changes them again.

    Raises RoleRefused, RecordNotFound, HospitalInvalid.
    """
    wanted = sorted(set(capabilities))
    unknown = [code for code in wanted if code not in list(Capability)]
    if unknown:
        raise HospitalInvalid("capabilities", f"{unknown[0]!r} is not one of {', '.join(Capability)}")
    hospital = hospital_told(hospital_id, by, now, f"equipment:{','.join(wanted)}"[:200])
    hospital.capabilities.exclude(code__in=wanted).delete()
    hospital.confirmed_at = now
    hospital.save(update_fields=["confirmed_at"])
    return _keep(HospitalCapability, hospital, "code", wanted)


@transaction.atomic
def hospital_access(*, hospital_id: int, wheelchair: bool | None, by: Actor, now: datetime) -> Hospital:
    """Whether a wheelchair can go there; None: not known. Raises RoleRefused, RecordNotFound."""
    hospital = hospital_told(hospital_id, by, now, f"wheelchair:{wheelchair}")
    hospital.wheelchair_access = wheelchair
    hospital.save(update_fields=["wheelchair_access"])
    return hospital


def _keep(model: type[Row], hospital: Hospital, field: str, values: Iterable[object]) -> list[Row]:
    rows = [model(hospital=hospital, **{field: value}) for value in values]
    model._default_manager.bulk_create(rows, ignore_conflicts=True)
    return list(model._default_manager.filter(hospital=hospital).order_by(field))


@transaction.atomic
def needs_record(
    *,
    patient: Patient,
    by: Actor,
    now: datetime,
    insurance: InsuranceClass | None = None,
    first_level_letter_on: date | None = None,
    wheelchair: bool = False,
    phone: str = "",
    caretaker: str = "",
    caretaker_phone: str = "",
) -> PatientNeeds:
    """What a person needs of a hospital, and how they are reached, in place of what was told before.

    The next proposal heeds it; one that waits is not changed.

    Raises
    ------
    RecordNotFound, RoleRefused
    NeedsInvalid
        Naming the field to correct.
    """
    intake_allowed(by, organization_id=patient.organization_id)
    letter = first_level_letter_on
    if letter is not None and letter > local_date(now, patient.organization):
        raise NeedsInvalid("first_level_letter_on", "lies in the future; write the day on the letter")
    needs, _ = PatientNeeds.objects.update_or_create(
        patient=patient,
        defaults={
            "insurance": insurance or "",
            "first_level_letter_on": letter,
            "wheelchair": wheelchair,
            "phone": phone.strip(),
            "caretaker": caretaker.strip(),
            "caretaker_phone": caretaker_phone.strip(),
        },
    )
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=needs, patient_id=patient.pk)
    return needs
