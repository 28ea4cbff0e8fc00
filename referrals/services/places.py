"""A place at a hospital that a person chose."""

from datetime import datetime

from records.selectors import local_date
from referrals import selectors
from referrals.domain.capacity import first_opening
from referrals.models import Capacity, Referral
from referrals.services.hospitals import place_take
from risk.domain.urgency import Urgency


def place_hold(referral: Referral, *, now: datetime) -> Capacity | None:
    """Take the first place in time at the referral's hospital, in the caller's transaction.

    None where no open place is known on a day on which it opens, or for an emergency, which takes who comes: a
    person agreed it then.
    """
    urgency = Urgency(referral.urgency)
    if urgency is Urgency.STAT:
        return None
    today = local_date(now, referral.organization)
    offer = selectors.offer_of(referral.hospital_id, urgency, since=today)
    hours = selectors.hours_of(referral.hospital, since=today)
    opening = first_opening(offer, today=today, due_by=referral.due_by, hours=hours)
    return place_take(referral.hospital_id, urgency, opening) if opening else None
