"""Opening the FHIR door to a program, with the hospital that it speaks for: the command's and the page's one way."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import BackendService
from records.services import backend_service_register
from referrals.services import hospital_client_link, hospital_client_unlink


@transaction.atomic
def program_register(
    *, client_id: int, hospital_id: int | None, jwks: str, scopes: str, by: Actor, now: datetime
) -> BackendService:
    """Register a client's keys and scopes, or replace both, and the hospital; None: it then speaks for none.

    Raises PartnerClientInvalid, KeySetInvalid, RecordNotFound, RoleRefused; nothing is stored then.
    """
    service = backend_service_register(client_id=client_id, jwks=jwks, scopes=scopes, by=by, now=now)
    hospital_link(client_id=client_id, hospital_id=hospital_id, by=by, now=now)
    return service


def hospital_link(*, client_id: int, hospital_id: int | None, by: Actor, now: datetime) -> None:
    """Let a client speak for a hospital, or for none. Raises RecordNotFound, RoleRefused."""
    if hospital_id is None:
        hospital_client_unlink(client_id=client_id, by=by, now=now)
    else:
        hospital_client_link(client_id=client_id, hospital_id=hospital_id, by=by, now=now)
