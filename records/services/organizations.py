"""What patients read of the clinic they came to: its name, and the telephone at which a person answers."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.errors import OrganizationChanged, OrganizationInvalid
from records.models import AuditAction, Organization, Role
from records.permission import role_required
from records.services.audit import audit_record
from records.visible import is_visible_line

ORGANIZATION_AMENDABLE = ("name", "telephone")
# As the database's constraint reads it.
_TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{2,30}")
_NAME_LONGEST = Organization._meta.get_field("name").max_length
_ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "name": f"must be one line of at most {_NAME_LONGEST} letters that can be seen; type it again",
        "telephone": "must be 3 to 32 digits with spaces or hyphens, + before a country's code; or leave it empty",
    }
)


@transaction.atomic
def organization_amend(
    *, given: Mapping[str, str], seen: Mapping[str, str], by: Actor, now: datetime
) -> Organization:
    """Correct the details of the actor's own organization. Nothing is written where nothing differs.

    Parameters
    ----------
    given, seen : the `ORGANIZATION_AMENDABLE` details as they should be, and as whoever changes them saw them.

    Raises
    ------
    RoleRefused
    OrganizationInvalid
        Naming the detail to correct; another organization's name is one.
    OrganizationChanged
        Somebody else changed them meanwhile.
    """
    role_required(by, Role.ADMINISTRATOR)
    own = Organization.objects.select_for_update().get(pk=by.organization_id)
    known = {name: getattr(own, name) for name in ORGANIZATION_AMENDABLE}
    wanted = {name: " ".join(given[name].split()) for name in ORGANIZATION_AMENDABLE}
    _check(wanted)
    changed = [name for name in ORGANIZATION_AMENDABLE if wanted[name] != known[name]]
    if not changed:
        return own
    if dict(seen) != known:
        raise OrganizationChanged("somebody else has changed these details; look at them again")
    for name in changed:
        setattr(own, name, wanted[name])
    _save_unless_taken(own, changed)
    was = ", ".join(f"{name} was {known[name] or 'empty'}" for name in changed)
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=own, detail=was[:200])
    return own


def _check(wanted: Mapping[str, str]) -> None:
    name, telephone = wanted["name"], wanted["telephone"]
    if len(name) > _NAME_LONGEST or not is_visible_line(name):
        raise OrganizationInvalid("name", _ADVICE["name"])
    if telephone and not _TELEPHONE.fullmatch(telephone):
        raise OrganizationInvalid("telephone", _ADVICE["telephone"])


def _save_unless_taken(own: Organization, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            own.save(update_fields=changed)
    except IntegrityError as error:
        if "name" not in changed or "telephone" in str(error):
            raise
        raise OrganizationInvalid(
            "name", "is in use; choose a name that tells the two apart", "taken"
        ) from None
