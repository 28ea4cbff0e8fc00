"""A record number that belongs to another patient: a slip, or somebody who guesses at the register.

What was sent is compared with a patient's record, so it is a read and leaves a trace, though nothing is made. The
answer never says which detail differs, and a client that gets it too often waits.
"""

from datetime import datetime

from django.conf import settings
from rest_framework import exceptions

import records.services
from config.api.throttling import Allowance, spend
from config.errors import AnotherPatient
from records.models import AuditAction, PartnerClient

HOUR_SECONDS = 60 * 60


def other_patients_allowed(*, client: PartnerClient, now: datetime) -> None:
    """Raises Throttled for a client that met too many other patients within the hour."""
    allowance = _spend(client, now, amount=0)
    if allowance.left <= 0:
        raise exceptions.Throttled(wait=allowance.ends_in)


def other_patient_note(error: AnotherPatient, *, client: PartnerClient, now: datetime) -> None:
    """Audit and count one; called where nothing can roll it back."""
    _spend(client, now, amount=1)
    records.services.audit_record(
        by=client.actor(),
        now=now,
        action=AuditAction.READ,
        entity=error.patient,
        patient_id=error.patient.pk,
        detail="refused: details of another patient were sent for this record number",
    )


def _spend(client: PartnerClient, now: datetime, *, amount: int) -> Allowance:
    return spend(
        f"other-patients:{client.pk}",
        limit=settings.API_OTHER_PATIENTS_PER_HOUR,
        seconds=now.timestamp(),
        amount=amount,
        window=HOUR_SECONDS,
    )
