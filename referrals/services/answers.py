"""What a hospital answers to a referral, through the program that speaks for it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.errors import RecordNotFound
from referrals.domain.status import UNSENT, ReferralStatus, check_move, needs_reason
from referrals.errors import HospitalStepRefused, OutcomeMissing
from referrals.models import HospitalClient, Referral, ReferralOutcome
from referrals.services.steps import REASON_LONGEST, reason_required, referral_locked, status_set
from screening.domain.findings import Label
from screening.domain.laterality import Laterality

_S = ReferralStatus
# Cancelling is the clinic's own: a hospital says no (rejected), or that it came to nothing (failed).
HOSPITAL_MAY = (_S.RECEIVED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD, _S.COMPLETED, _S.REJECTED, _S.FAILED)

Outcome = Mapping[tuple[Laterality, Label], bool]


@transaction.atomic
def referral_answer(
    *,
    referral_id: int,
    client_id: int,
    status: ReferralStatus,
    by: Actor,
    now: datetime,
    seen: str,
    reason: str = "",
    outcome: Outcome | None = None,
) -> Referral:
    """One step that the hospital takes, as the transition table allows (REFR-23).

    Parameters
    ----------
    client_id : the key of the PartnerClient that speaks for the hospital.
    seen : the state (`selectors.state_of`) that the answer is about.
    outcome : whether each disease is there, by eye; only with, and needed for, `completed`.

    Raises
    ------
    RecordNotFound
        It is not with the hospital of this client.
    IllegalTransition, ReasonMissing, ReferralChanged
    HospitalStepRefused
        The step is the clinic's own.
    OutcomeMissing
        Completed without what was found, or an outcome with another step.
    """
    referral = referral_locked(referral_id, by, seen)
    speaks = HospitalClient.objects.filter(client=client_id, hospital=referral.hospital_id)
    if referral.status in UNSENT or not speaks.exists():
        raise RecordNotFound("no such referral here; check the number")
    wanted = check_move(ReferralStatus(referral.status), status)
    if wanted not in HOSPITAL_MAY:
        raise HospitalStepRefused(f"a hospital may answer {', '.join(HOSPITAL_MAY)}; call the clinic")
    if bool(outcome) is not (wanted is _S.COMPLETED):
        raise OutcomeMissing("completing it takes what was found, by eye and disease; other steps take none")
    if wanted is not _S.COMPLETED and needs_reason(ReferralStatus(referral.status), wanted):
        reason_required("", reason)
    _outcome_store(referral, outcome or {}, now)
    return status_set(referral, wanted, by=by, now=now, reason=reason.strip()[:REASON_LONGEST])


def _outcome_store(referral: Referral, outcome: Outcome, now: datetime) -> None:
    ReferralOutcome.objects.bulk_create(
        ReferralOutcome(referral=referral, laterality=eye, label=label, present=present, recorded_at=now)
        for (eye, label), present in outcome.items()
    )
