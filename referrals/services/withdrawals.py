"""What becomes of a visit's referrals when the visit is cancelled."""

from datetime import datetime

from django.db import transaction

from records.actor import Actor
from records.permission import own
from referrals.domain.status import CLOSED, UNSENT, ReferralStatus
from referrals.errors import ReferralSent
from referrals.models import Referral
from referrals.services.step_rows import status_set
from screening.models import Encounter


@transaction.atomic
def referrals_withdraw(*, encounter: Encounter, by: Actor, now: datetime, reason: str) -> None:
    """Close the referrals of a visit that nobody sent; their places are free again.

    It asks for no role, because no hospital knows of them: whoever may cancel the visit may do this.

    Raises
    ------
    RecordNotFound
    ReferralSent
        A hospital has one, or treated the patient.
    """
    own(encounter.organization_id, by=by)
    rows = Referral.objects.select_for_update(of=("self",)).select_related("encounter", "capacity")
    referrals = list(rows.filter(encounter=encounter).order_by("pk"))
    if any(_left_the_house(referral) for referral in referrals):
        raise ReferralSent("a hospital has the referral; agree with it and withdraw the referral first")
    for referral in referrals:
        if referral.status not in CLOSED:
            status_set(referral, ReferralStatus.CANCELLED, by=by, now=now, reason=reason)


def _left_the_house(referral: Referral) -> bool:
    withdrawn = (ReferralStatus.CANCELLED, ReferralStatus.REJECTED, ReferralStatus.FAILED)
    return referral.status not in (*UNSENT, *withdrawn)
