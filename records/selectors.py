"""Reads of the register that other apps need."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from records.errors import ConsentMissing
from records.models import Consent, Organization, Patient


def consent_in_force(patient: Patient, scope: str) -> Consent:
    """The consent in force. Raises ConsentMissing with what to do."""
    consent = Consent.objects.filter(patient=patient, scope=scope, withdrawn_at=None).first()
    if consent is None:
        raise ConsentMissing(f"no {scope} consent is in force; ask the patient and record it first")
    return consent


def age_years(birth_date: date | None, on: date) -> int | None:
    """Completed years on a day; None when the birth date is unknown."""
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def local_date(moment: datetime, organization: Organization) -> date:
    """The calendar day at the clinic."""
    return moment.astimezone(ZoneInfo(organization.time_zone)).date()
