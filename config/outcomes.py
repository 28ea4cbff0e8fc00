"""What a hospital found closes a referral and becomes the one truth of these eyes: both are stored, or neither."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.selectors import local_date
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from referrals.services import referral_answer, referral_move
from screening.domain.diagnosis import NONE, PRESENT, Diagnosis
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import ConfirmedDiagnosis
from screening.services import diagnosis_report

Outcome = Mapping[tuple[Laterality, Label], bool]


@transaction.atomic
def hospital_answer(
    *, referral_id: int, client_id: int, outcome: Outcome, by: Actor, now: datetime, **step: Any
) -> Referral:
    """A step that the hospital's program takes. Raises as `referral_answer` does."""
    found = [Diagnosis(eye, label, PRESENT if there else NONE) for (eye, label), there in outcome.items()]
    told = _told(referral_id, found, None, by=by, now=now) if found else ()
    return referral_answer(referral_id=referral_id, client_id=client_id, outcome=told, by=by, now=now, **step)


@transaction.atomic
def referral_complete(
    *,
    referral_id: int,
    found: Sequence[Diagnosis],
    examined_on: date,
    by: Actor,
    now: datetime,
    seen: str,
    reason: str = "",
) -> Referral:
    """Close a referral with what the hospital told by telephone or letter.

    Raises as `referral_move` and `diagnosis_report` do.
    """
    told = _told(referral_id, found, examined_on, by=by, now=now) if found else ()
    return referral_move(
        referral_id=referral_id,
        status=ReferralStatus.COMPLETED,
        outcome=told,
        reason=reason,
        by=by,
        now=now,
        seen=seen,
    )


def _told(
    referral_id: int, found: Sequence[Diagnosis], examined_on: date | None, *, by: Actor, now: datetime
) -> list[ConfirmedDiagnosis]:
    rows = access.within(Referral.objects.select_for_update(of=("self",)), by=by)
    referral = (
        rows.select_related("encounter__patient", "hospital", "organization").filter(pk=referral_id).first()
    )
    if referral is None or referral.hospital is None:
        raise RecordNotFound("no such referral here; check the number")
    return diagnosis_report(
        patient=referral.encounter.patient,
        found=found,
        hospital=referral.hospital.name,
        confirmed_on=examined_on or local_date(now, referral.organization),
        by=by,
        now=now,
    )
