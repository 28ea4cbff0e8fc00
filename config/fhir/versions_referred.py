"""Every version of a referral that its hospital may see, as Task and as ServiceRequest: its steps are rows."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from config.fhir import reach
from config.fhir.kinds.kind import Made
from config.fhir.mapping.elements import Element
from records.models import PartnerClient
from referrals.domain.status import UNSENT
from referrals.models import Referral, ReferralEvent


@dataclass(frozen=True)
class _Version:
    number: int
    step: ReferralEvent
    at: datetime


def versions_of(row: Referral, made: Made, *, client: PartnerClient, now: datetime) -> list[Element]:
    """Oldest first; `made` makes the resource of a row of `loading_referred.referrals`."""
    programs = reach.programs_beside(client)
    rows = [_as_of(row, one, programs) for one in _versions(row)]
    return [one for of_row in made(rows, now) for one in of_row]


def _versions(row: Referral) -> Iterator[_Version]:
    """Oldest first, from the day it was sent to the hospital that has it; a follow-up repeats the step before it."""
    steps = list(row.history.order_by("pk"))
    told: list[_Version] = []
    for number, step in enumerate(steps, start=1):
        late = int(row.followed_up_at is not None and step.recorded_at > row.followed_up_at)
        told.append(_Version(number + late, step, step.recorded_at))
    if row.followed_up_at is not None:
        before = [one for one in told if one.at <= row.followed_up_at][-1]
        told.append(_Version(before.number + 1, before.step, row.followed_up_at))
    for one in sorted(told, key=lambda one: one.number):
        if one.step.to_status not in UNSENT and one.step.hospital_id == row.hospital_id:
            yield one


def _as_of(row: Referral, version: _Version, programs: Sequence[str]) -> Referral:
    """The row as it stood; only its status ever changes once a hospital has it."""
    then = copy(row)
    then.status = version.step.to_status
    then.steps, then.changed_at, then.followed_up_at = version.number, version.at, None
    then.answered_reason = version.step.reason if version.step.actor in programs else ""
    return then
