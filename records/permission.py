"""Who may do something at all: pure checks that every service can make first."""

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import Role

# The pharmacist's work begins with the outcome, and the auditor only reads.
INTAKE_ROLES = (Role.SCREENER, Role.GRADER, Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR)


def role_required(by: Actor, *roles: str) -> None:
    """Refuse unless a person with one of `roles` acts; the software never passes.

    Raises
    ------
    RoleRefused
        Naming the roles that may.
    """
    if by.is_software or by.role not in roles:
        raise RoleRefused(f"only {', '.join(sorted(roles))} may do this; ask one of them")


def intake_allowed(by: Actor, *, organization_id: int) -> None:
    """Refuse to touch another organization's record, or people whose role takes no cases; software passes.

    Raises
    ------
    RecordNotFound, RoleRefused
    """
    own(organization_id, by=by)
    if not by.is_software:
        role_required(by, *INTAKE_ROLES)


def own(organization_id: int, *, by: Actor) -> None:
    """Refuse a record of another organization as if it did not exist. Raises RecordNotFound."""
    if organization_id != by.organization_id:
        raise RecordNotFound("no such record here; check the number or ask an administrator")
