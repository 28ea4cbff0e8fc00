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
def hospital_appointment(
    *,
    referral_id: int,
    client_id: int,
    starts_at: datetime,
    by: Actor,
    now: datetime,
    seen: str,
    reason: str = "",
) -> Referral:
    """When the hospital expects the patient. After the deadline, the clinic is called at once (REFR-57).

    Raises RecordNotFound, ReferralChanged, IllegalTransition, AppointmentInvalid.
    """
    referral = referral_of_client(referral_id, client_id, by, seen)
    visit_book(referral, starts_at, by=by, now=now, reason=reason)
    return referral


@transaction.atomic
def hospital_no_show(
    *, referral_id: int, client_id: int, by: Actor, now: datetime, seen: str, reason: str = ""
) -> Referral:
    """The patient did not come: the clinic calls, and another appointment is made (REFR-52).

    Raises RecordNotFound, ReferralChanged, IllegalTransition, AppointmentMissing.
    """
    referral = referral_of_client(referral_id, client_id, by, seen)
    visit_miss(referral, by=by, now=now, reason=reason)
    return referral
