"""Taking back a whole case: the wrong patient, a training run, a visit that did not take place."""

from datetime import datetime

from django.db import transaction

import pharmacy.services
import referrals.services
import risk.services
import screening.services
from config import case_work
from config.errors import CaseUnderWay
from pharmacy.errors import MedicineReleased
from records import work
from records.actor import Actor
from referrals.errors import ReferralSent
from screening.models import Encounter


@transaction.atomic
def case_cancel(*, encounter: Encounter, by: Actor, now: datetime, reason: str) -> Encounter:
    """Cancel a case of which nothing has left the house; each step of it changes nothing the second time.

    Nothing is deleted. Packs and places go back, its recall ends and recalls that it answered are open again,
    work that waits is dropped, and nothing of it is photographed, read or assessed any more. The software
    may cancel too; whoever acts for a partner checks that the case is the partner's own.

    Raises
    ------
    CaseUnderWay
        A medicine was released or a hospital has the referral; the message says what to do first.
    CancelReasonMissing, RecordNotFound, RoleRefused
    """
    # The visit first, as proposals and assessments lock it: none of them can slip in between.
    cancelled = screening.services.encounter_cancel(encounter=encounter, by=by, now=now, reason=reason)
    why = cancelled.cancel_reason
    try:
        pharmacy.services.prescriptions_withdraw(encounter=cancelled, by=by, now=now, reason=why)
        referrals.services.referrals_withdraw(encounter=cancelled, by=by, now=now, reason=why)
    except MedicineReleased as released:
        raise CaseUnderWay("medicine", str(released)) from released
    except ReferralSent as sent:
        raise CaseUnderWay("referral", str(sent)) from sent
    screening.services.grading_withdraw(encounter=cancelled, by=by, now=now)
    risk.services.recalls_withdraw(encounter=cancelled, by=by, now=now)
    screening.services.grading_withdraw(encounter=cancelled, by=by, now=now)
    work.withdraw(case_work.work_of(cancelled))
    return cancelled
