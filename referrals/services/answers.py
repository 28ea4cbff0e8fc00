"""What a hospital answers to a referral, through the program that speaks for it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from records.actor import Actor
from referrals import selectors
from referrals.domain.status import TRANSITIONS, ReferralStatus, check_move, needs_reason
from referrals.errors import HospitalStepRefused, IllegalTransition
from referrals.models import Referral
from referrals.services.holding import referral_of_client
from referrals.services.step_facts import REASON_LONGEST, hold_set, outcome_store, reason_required
from referrals.services.step_rows import status_set
from screening.models import ConfirmedDiagnosis

_S = ReferralStatus
# Cancelling is the clinic's own: a hospital says no (rejected), or that it came to nothing (failed).
HOSPITAL_MAY = (_S.RECEIVED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD, _S.COMPLETED, _S.REJECTED, _S.FAILED)
# Giving up on an answer is the clinic's own too: a hospital that has the question says no to it.
ASKED = (_S.REQUESTED, _S.RECEIVED)


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
    note: str = "",
    outcome: Sequence[ConfirmedDiagnosis] = (),
) -> Referral:
    """One step that the hospital takes, as the transition table allows (REFR-23).

    Parameters
    ----------
    client_id : the key of the PartnerClient that speaks for the hospital.
    seen : the state (`selectors.state_of`) that the answer is about.
    note : what the hospital says beside the step; no reason, where one is needed.
    outcome : what was found, by eye and disease; only with, and needed for, `completed`.

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
    referral = referral_of_client(referral_id, client_id, by, seen)
    wanted = check_move(ReferralStatus(referral.status), status)
    given_up = wanted is _S.FAILED and referral.status in ASKED
    if wanted not in HOSPITAL_MAY or given_up:
        raise HospitalStepRefused(f"a hospital may answer {', '.join(HOSPITAL_MAY)}; call the clinic")
    if needs_reason(ReferralStatus(referral.status), wanted):
        reason_required("", reason)
    hold_set(referral, wanted, None, now=now)
    outcome_store(referral, wanted, outcome)
    return status_set(referral, wanted, by=by, now=now, reason=reason.strip()[:REASON_LONGEST], note=note)


@transaction.atomic
def referral_resume(
    *, referral_id: int, client_id: int, by: Actor, now: datetime, seen: str, note: str = ""
) -> Referral:
    """The hospital ends a hold: the referral goes on from where it was held. Raises as `referral_answer` does."""
    referral = referral_of_client(referral_id, client_id, by, seen)
    held_from = selectors.held_from(referral)
    if held_from is None:
        current = ReferralStatus(referral.status)
        raise IllegalTransition(current, "resumed", TRANSITIONS[current])
    return status_set(referral, check_move(_S.ON_HOLD, held_from), by=by, now=now, note=note)
