"""The appointment that a hospital gives, and that the patient did not keep, through the program that speaks for it.

The rules are those of what people write down (`appointments`); a program has no role, but its hospital.
"""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from referrals.models import Referral
from referrals.services.appointments import visit_book, visit_miss
from referrals.services.holding import referral_of_client


@transaction.atomic
def hospital_visit(
    *,
    referral_id: int,
    client_id: int,
    starts_at: datetime | None,
    by: Actor,
    now: datetime,
    seen: str,
    reason: str = "",
    note: str = "",
) -> Referral:
    """When the hospital expects the patient; None: the patient did not come.

    Of an appointment after the deadline the clinic is called at once (REFR-57), of one that was missed as well
    (REFR-52).

    Raises
    ------
    RecordNotFound, ReferralChanged, IllegalTransition
    AppointmentInvalid, AppointmentMissing
        As `appointment_book` and `appointment_missed`.
    """
    referral = referral_of_client(referral_id, client_id, by, seen)
    if starts_at is None:
        visit_miss(referral, by=by, now=now, reason=reason, note=note)
    else:
        visit_book(referral, starts_at, by=by, now=now, reason=reason, note=note)
    return referral
