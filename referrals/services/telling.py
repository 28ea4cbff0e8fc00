"""Who may tell of a hospital; hospitals are shared by all clinics, the trail is the teller's own."""

from datetime import datetime

from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Role
from records.permission import role_required
from records.services import audit_record
from referrals.models import Hospital

TELLING_ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)


def hospital_told(hospital_id: int, by: Actor, now: datetime, what: str) -> Hospital:
    """The hospital, held until the caller's transaction ends, with who told `what` of it on record in the teller's
    own organization.

    Raises RoleRefused, RecordNotFound.
    """
    hospital = hospital_held(hospital_id, by)
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=hospital, detail=what)
    return hospital


def hospital_held(hospital_id: int, by: Actor) -> Hospital:
    """An open hospital of which this person may tell, held. Raises RoleRefused, RecordNotFound."""
    role_required(by, *TELLING_ROLES)
    hospital = Hospital.objects.select_for_update(no_key=True).filter(pk=hospital_id, active=True).first()
    if hospital is None:
        raise RecordNotFound("no such hospital is open; check its number")
    return hospital
