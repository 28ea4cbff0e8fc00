"""Writes of the policy: a new version of an organization's bands, and the way back to an older one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction, Organization, Role
from records.permission import role_required
from records.services import audit_record
from risk.domain.bands import FUSED_LABELS, BandRow
from risk.domain.policy import RiskPolicy, changed_labels, check_bands
from risk.errors import PolicyChanged, PolicyReasonMissing, PolicyUnchanged
from risk.models import Policy, PolicyBand
from risk.selectors import policy_by_version, policy_in_force
from screening.domain.findings import Label

POLICY_ROLES = (Role.ADMINISTRATOR, Role.PHYSICIAN)


@transaction.atomic
def policy_save(
    *,
    bands: Mapping[Label, BandRow],
    reason: str,
    seen_version: int,
    by: Actor,
    now: datetime,
    back_to: int | None = None,
) -> Policy:
    """Store the organization's next version. Cases already decided keep their decision.

    `seen_version`: the version that the change was made from. The same change sent twice by one person is one version.

    Raises
    ------
    RoleRefused, PolicyInvalid, PolicyReasonMissing
    PolicyChanged
        Another version came into force meanwhile.
    PolicyUnchanged
        These limits are in force already.
    """
    role_required(by, *POLICY_ROLES)
    check_bands(bands)
    if not reason.strip():
        raise PolicyReasonMissing("say why the limits change")
    Organization.objects.select_for_update().get(pk=by.organization_id)  # one after the other
    current = policy_in_force(by.organization_id)
    if current.version == seen_version + 1 and (sent := _sent_before(current, bands, reason, by)):
        return sent
    if current.version != seen_version:
        raise PolicyChanged(f"version {current.version} came into force meanwhile; look at it and save again")
    if not changed_labels(current.bands, bands):
        raise PolicyUnchanged(f"these are the limits of version {current.version}, in force already")
    row = Policy.objects.create(
        organization_id=by.organization_id,
        version=current.version + 1,
        author_id=by.practitioner_id,
        reason=reason.strip(),
        saved_at=now,
        back_to=back_to,
    )
    PolicyBand.objects.bulk_create(
        PolicyBand(
            policy=row, label=label, raised_from=bands[label].raised_from, high_from=bands[label].high_from
        )
        for label in FUSED_LABELS
    )
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=row, reason=row.reason[:200])
    return row


def _sent_before(
    current: RiskPolicy, bands: Mapping[Label, BandRow], reason: str, by: Actor
) -> Policy | None:
    """The version in force, where it is this very change by this person."""
    if changed_labels(current.bands, bands):
        return None
    own = Policy.objects.filter(organization=by.organization_id, author=by.practitioner_id)
    return own.filter(version=current.version, reason=reason.strip()).first()


def policy_roll_back(*, version: int, reason: str, seen_version: int, by: Actor, now: datetime) -> Policy:
    """Take an older version's bands up again, as a new version; 0 is what is shipped.

    Raises PolicyUnknown, and as `policy_save`.
    """
    role_required(by, *POLICY_ROLES)
    bands = policy_by_version(version, organization_id=by.organization_id).bands
    return policy_save(bands=bands, reason=reason, seen_version=seen_version, by=by, now=now, back_to=version)
