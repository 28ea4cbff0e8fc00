"""The steps of a referral, as a table. Source: facts/interop.md 2.5 (FHIR Task); rule REFR-23."""

from enum import StrEnum

from referrals.errors import IllegalTransition


class ReferralStatus(StrEnum):
    """FHIR Task status, plus the three before anything is sent (all *draft* at the FHIR edge)."""

    PROPOSED = "proposed"
    NEEDS_COORDINATOR = "needs-coordinator"
    AUTHORISED = "authorised"
    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


_S = ReferralStatus

# Beyond interop 2.5, as product policy: the three unsent statuses, withdrawing what was not accepted yet, giving up
# on a hospital that never answers (REFR-50), and the way back from on-hold, which would otherwise have none. The only
# way to a hospital leads through a physician's name (REFR-24); whoever sends may hand it back to the physician instead.
TRANSITIONS: dict[ReferralStatus, tuple[ReferralStatus, ...]] = {
    _S.PROPOSED: (_S.AUTHORISED, _S.NEEDS_COORDINATOR, _S.CANCELLED),
    _S.NEEDS_COORDINATOR: (_S.PROPOSED, _S.CANCELLED),
    _S.AUTHORISED: (_S.REQUESTED, _S.PROPOSED, _S.NEEDS_COORDINATOR, _S.CANCELLED),
    _S.REQUESTED: (_S.RECEIVED, _S.REJECTED, _S.CANCELLED, _S.FAILED),
    _S.RECEIVED: (_S.ACCEPTED, _S.REJECTED, _S.CANCELLED, _S.FAILED),
    _S.ACCEPTED: (_S.IN_PROGRESS, _S.FAILED, _S.CANCELLED, _S.ON_HOLD),
    _S.IN_PROGRESS: (_S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.ON_HOLD),
    _S.ON_HOLD: (_S.ACCEPTED, _S.IN_PROGRESS, _S.FAILED, _S.CANCELLED),
    _S.COMPLETED: (),
    _S.REJECTED: (),
    _S.FAILED: (),
    _S.CANCELLED: (),
}

UNDECIDED: tuple[ReferralStatus, ...] = (_S.PROPOSED, _S.NEEDS_COORDINATOR)
UNSENT: tuple[ReferralStatus, ...] = (*UNDECIDED, _S.AUTHORISED)
CLOSED: tuple[ReferralStatus, ...] = tuple(status for status, steps in TRANSITIONS.items() if not steps)
WITH_A_HOSPITAL: tuple[ReferralStatus, ...] = tuple(s for s in _S if s not in (*UNSENT, *CLOSED))
# The visit will not take place as planned: the place goes to somebody else.
GIVES_PLACE_BACK: tuple[ReferralStatus, ...] = (_S.NEEDS_COORDINATOR, _S.REJECTED, _S.FAILED, _S.CANCELLED)
# A hospital that took the patient in knows them (REFR-37).
KNOWN_AFTER: tuple[ReferralStatus, ...] = (_S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD, _S.COMPLETED)
# A hospital that said no, or was told no, keeps the answer and loses sight of the person.
IN_CARE: tuple[ReferralStatus, ...] = (*WITH_A_HOSPITAL, _S.COMPLETED)
# Closing it as done takes what was found instead (REFR-54).
NEEDS_REASON: tuple[ReferralStatus, ...] = (
    _S.NEEDS_COORDINATOR,
    _S.ON_HOLD,
    *(status for status in CLOSED if status is not _S.COMPLETED),
)


def check_move(current: ReferralStatus, wanted: ReferralStatus) -> ReferralStatus:
    """`wanted`, when the table allows the step. Raises IllegalTransition naming the steps that are possible."""
    if wanted not in TRANSITIONS[current]:
        raise IllegalTransition(current, wanted, TRANSITIONS[current])
    return wanted


def needs_reason(current: ReferralStatus, wanted: ReferralStatus) -> bool:
    """Whether the step takes a reason: an end unseen, a hold, the coordinator's list, going back to the physician."""
    return wanted in NEEDS_REASON or (current is _S.AUTHORISED and wanted is _S.PROPOSED)
