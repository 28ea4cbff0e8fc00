"""What comes with a step, checked and noted: why, until when, and what the hospital found."""

from collections.abc import Sequence
from datetime import date, datetime

from records.selectors import local_date
from referrals.domain.deadlines import too_far
from referrals.domain.decisions import CANCEL_CODES, DecisionCode
from referrals.domain.status import ReferralStatus
from referrals.errors import HoldInvalid, OutcomeMissing, ReasonMissing
from referrals.models import Referral, ReferralOutcome
from screening.models import ConfirmedDiagnosis

REASON_LONGEST = 200


def reason_required(code: DecisionCode | str, reason: str) -> None:
    """A code says enough, except OTHER. Raises ReasonMissing."""
    if not reason.strip() and code in ("", DecisionCode.OTHER):
        raise ReasonMissing("say why; the reason is kept with the referral")


def cancel_code(code: DecisionCode | str) -> DecisionCode:
    """Words alone are another reason. Raises ReasonMissing for a code that tells no end."""
    known = DecisionCode(code or DecisionCode.OTHER)
    if known not in CANCEL_CODES:
        raise ReasonMissing(f"choose why it is cancelled: {', '.join(CANCEL_CODES)}")
    return known


def hold_set(referral: Referral, status: ReferralStatus, until: date | None, *, now: datetime) -> None:
    """Note how long it is on hold, in the caller's transaction. Raises HoldInvalid."""
    on_hold, today = status is ReferralStatus.ON_HOLD, local_date(now, referral.organization)
    if until is not None and (not on_hold or until < today):
        raise HoldInvalid("hold it until a day that is not past, and nothing else has such a day")
    if until is not None and too_far(until, today=today):
        raise HoldInvalid("it is more than two years ahead; check the year")
    referral.held_until = until if on_hold else None


def outcome_store(referral: Referral, status: ReferralStatus, outcome: Sequence[ConfirmedDiagnosis]) -> None:
    """Keep which diagnoses closed it, in the caller's transaction. Raises OutcomeMissing."""
    if bool(outcome) is not (status is ReferralStatus.COMPLETED):
        raise OutcomeMissing("completing it takes what was found, by eye and disease; other steps take none")
    ReferralOutcome.objects.bulk_create(
        ReferralOutcome(referral=referral, diagnosis=diagnosis) for diagnosis in outcome
    )
