"""A hospital's answer to a Task: only on the version that it saw, and only as the transition table allows."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS
from config.fhir.mapping.elements import Element
from config.fhir.mapping.json_patch import patched
from config.fhir.mapping.task_answers import CHANGEABLE, Answer, read_answer
from config.fhir.reading import read_by_id, resource_by_id
from config.outcomes import hospital_answer
from records.models import PartnerClient
from referrals.errors import (
    AppointmentInvalid,
    AppointmentMissing,
    HospitalStepRefused,
    IllegalTransition,
    OutcomeMissing,
    ReasonMissing,
    ReferralChanged,
)
from referrals.selectors import state_after, state_of
from referrals.services import hospital_visit

_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')
# What nobody may do to it now, and what lacks something.
_STATUS = {
    IllegalTransition: 409,
    HospitalStepRefused: 409,
    AppointmentMissing: 409,
    ReasonMissing: 422,
    OutcomeMissing: 422,
}


def task_update(given: Any, key: str, if_match: str, *, client: PartnerClient, now: datetime) -> Element:
    """The Task after the answer. Raises FhirRefused and RecordNotFound."""
    return _answered(lambda _current: given, key, if_match, client=client, now=now)


def task_patch(given: Any, key: str, if_match: str, *, client: PartnerClient, now: datetime) -> Element:
    """The same for a JSON Patch of the Task as it is."""
    return _answered(
        lambda current: patched(given, current, changeable=CHANGEABLE), key, if_match, client=client, now=now
    )


def _answered(
    told: Callable[[Element], Any], key: str, if_match: str, *, client: PartnerClient, now: datetime
) -> Element:
    task = KINDS["Task"]
    read = read_by_id(task, key, client=client, now=now)
    current = read.resource
    version = _VERSION.fullmatch(if_match.strip())
    if not if_match:
        raise FhirRefused(428, 'send If-Match with the ETag of the Task that was read, such as W/"3"')
    if version is None or version[1] != current["meta"]["versionId"]:
        raise FhirRefused(412, "the Task changed since; read it again")
    seen = state_after(read.row.steps, followed_up=read.row.followed_up_at is not None)
    try:
        _take(read_answer(told(current), current), current["status"], seen, int(key), client=client, now=now)
    except ReferralChanged as changed:
        raise FhirRefused(412, "the Task changed since; read it again") from changed
    except AppointmentInvalid as refused:
        raise FhirRefused(422, refused.advice, expression="Task.executionPeriod.start") from refused
    except tuple(_STATUS) as refused:
        raise FhirRefused(_STATUS[type(refused)], str(refused), expression="Task.status") from refused
    return resource_by_id(task, key, client=client, now=now)


@transaction.atomic
def _take(answer: Answer, status: str, seen: str, key: int, *, client: PartnerClient, now: datetime) -> None:
    """The new status and then the visit: both are stored, or neither."""
    if answer.note and answer.visit is None and answer.status == status:
        raise FhirRefused(422, "a note goes with a new status, or with the visit", expression="Task.note")
    told: dict[str, Any] = {"referral_id": key, "client_id": client.pk, "by": client.actor(), "now": now}
    if answer.visit is None or answer.status != status:
        moved = hospital_answer(
            status=answer.status,
            reason=answer.reason,
            note=answer.note,
            outcome=answer.outcome,
            seen=seen,
            **told,
        )
        seen = state_of(moved)
    if answer.visit is not None:
        if answer.outcome and answer.status == status:
            raise FhirRefused(422, "what was found goes with the status completed", expression="Task.output")
        reason, note = (answer.reason, answer.note) if answer.status == status else ("", "")
        hospital_visit(starts_at=answer.visit.starts_at, seen=seen, reason=reason, note=note, **told)
