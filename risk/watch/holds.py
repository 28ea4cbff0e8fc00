"""Writes of holds: a night or a physician puts a release on hold, a physician lifts it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from records import access
from records.actor import Actor, software
from records.errors import RecordNotFound
from records.models import AuditAction, Organization, Role
from records.permission import role_required
from records.services import audit_record
from risk.errors import HoldLifted, HoldReasonMissing, ReleaseNotInForce
from risk.models import ReleaseHold, Watch
from risk.selectors import holds_in_force, releases_in_force

HOLD_ROLES = (Role.PHYSICIAN,)


def holds_open(watch: Watch, releases: Iterable[str], *, now: datetime) -> list[ReleaseHold]:
    """Hold what that night's figures ask for, unless it is held already. Called in a transaction."""
    by = software("risk.watch", watch.organization_id)
    return [
        _open(ReleaseHold(organization_id=watch.organization_id, release=one, watch=watch), by=by, now=now)
        for one in releases
        if not holds_in_force(watch.organization_id, one)
    ]


@transaction.atomic
def hold_open(*, release: str, reason: str, by: Actor, now: datetime) -> ReleaseHold:
    """Hold a release in force by hand. One that is held already stays as it is, and is returned.

    Raises
    ------
    RoleRefused, HoldReasonMissing
    ReleaseNotInForce
        Nothing is scored with a release of that name now.
    """
    role_required(by, *HOLD_ROLES)
    _given(reason)
    if release not in releases_in_force():
        raise ReleaseNotInForce(
            f"nothing is scored with {release!r}; choose one of: {', '.join(releases_in_force())}"
        )
    clinic_lock(by.organization_id)
    if held := holds_in_force(by.organization_id, release):
        return held[0]
    hold = ReleaseHold(
        organization_id=by.organization_id,
        release=release,
        opened_by_id=by.practitioner_id,
        reason=reason.strip(),
    )
    return _open(hold, by=by, now=now)


@transaction.atomic
def hold_lift(
    *, hold_id: int, reason: str, by: Actor, now: datetime, as_it_is_now: bool = False
) -> ReleaseHold:
    """Rely on a release again. What was scored meanwhile is still read by a person (RW-05).

    `as_it_is_now`: nothing was repaired, it stays so (another camera, other patients); what comes is from then on
    compared with what came since, and no more with what was before (RW-06).

    Raises
    ------
    RoleRefused, HoldReasonMissing, RecordNotFound
    HoldLifted
        Somebody else lifted it.
    """
    role_required(by, *HOLD_ROLES)
    _given(reason)
    clinic_lock(by.organization_id)
    hold = access.within(ReleaseHold.objects.all(), by=by).filter(pk=hold_id).first()
    if hold is None:
        raise RecordNotFound("no such hold here; check the list")
    if not hold.in_force:
        raise HoldLifted("this hold was lifted already; see who did and why in the list")
    hold.lifted_at, hold.lifted_by_id, hold.lift_reason = now, by.practitioner_id, reason.strip()
    hold.as_it_is_now = as_it_is_now
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason", "as_it_is_now"])
    audit_record(
        by=by, now=now, action=AuditAction.UPDATE, entity=hold, detail="lifted", reason=reason.strip()[:200]
    )
    return hold


def _open(hold: ReleaseHold, *, by: Actor, now: datetime) -> ReleaseHold:
    hold.opened_at = now
    hold.save(force_insert=True)
    audit_record(
        by=by,
        now=now,
        action=AuditAction.CREATE,
        entity=hold,
        detail=hold.release,
        reason=hold.reason[:200],
    )
    return hold


def _given(reason: str) -> None:
    if not reason.strip():
        raise HoldReasonMissing("say why; the next reader has only your words")


def clinic_lock(organization_id: int) -> None:
    """One change of holds after the other. Called in a transaction."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
