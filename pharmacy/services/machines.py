"""A clinic's dispensing machine: where it is reached, and what it last said of itself."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from pharmacy.models import Bay, Machine
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record


@transaction.atomic
def machine_register(
    *,
    name: str,
    host: str,
    port: int,
    number: int,
    our_number: int,
    bays: Sequence[str],
    by: Actor,
    now: datetime,
) -> Machine:
    """Make known, or correct, how the machine of the actor's organization is reached.

    Parameters
    ----------
    number, our_number : the subscriber numbers of the machine and of us, as in the machine's settings.
    bays : the machine's numbers of the places where it drops packs; known ones stay.
    """
    reached = {"name": name, "host": host, "port": port, "number": number, "our_number": our_number}
    machine, made = Machine.objects.update_or_create(organization_id=by.organization_id, defaults=reached)
    for destination in bays:
        Bay.objects.get_or_create(machine=machine, destination=destination)
    audit_record(by=by, now=now, action=AuditAction.CREATE if made else AuditAction.UPDATE, entity=machine)
    return machine


def machine_state_note(*, machine_id: int, state: str, product: str = "", now: datetime) -> None:
    """Keep a machine's own words for its state, and for what it is where it told that."""
    known = {"product": product[:120]} if product else {}
    Machine.objects.filter(pk=machine_id).update(state=state[:40], state_at=now, silent_since=None, **known)


def machine_silence_note(*, machine_id: int, why: str, now: datetime) -> None:
    """Keep why a machine could not be asked, and since when that is so (MS-04)."""
    since = Coalesce("silent_since", Value(now))
    Machine.objects.filter(pk=machine_id).update(state=why[:40], state_at=now, silent_since=since)
