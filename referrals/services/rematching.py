"""The next hospital for a referral that one sent back, or never answered."""

from datetime import datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import Role
from referrals import selectors
from referrals.domain.decisions import SENT_BACK
from referrals.errors import IllegalTransition
from referrals.models import Referral
from referrals.services.holding import referral_locked
from referrals.services.proposals import referral_propose_again
from risk import selectors as risk_selectors
from screening.models import Encounter


@transaction.atomic
def referral_rematch(
    *,
    referral_id: int,
    by: Actor,
    now: datetime,
    minutes: dict[int, float] | None = None,
    seen: str = "",
) -> Referral | None:
    """Propose the next hospital for the same assessment, without those that had it already (REFR-53).

    The one sent back stays closed and keeps its answer. A second call returns the first result. None where the need
    is over: the visit was cancelled, a newer assessment of it took over, or somebody followed the case up.

    Raises
    ------
    RecordNotFound, RoleRefused, ReferralChanged, PlaceTaken
    IllegalTransition
        No hospital sent it back.
    """
    if not by.is_software:
        access.role_required(by, Role.PHYSICIAN, Role.COORDINATOR)
    visit = access.within(Referral.objects.filter(pk=referral_id), by=by).values("encounter")
    encounter = Encounter.objects.select_for_update(no_key=True).filter(pk__in=visit).first()
    referral = referral_locked(referral_id, by, seen)
    if referral.status not in SENT_BACK:
        raise IllegalTransition(referral.status, "matched again", ())
    successor = Referral.objects.filter(replaces=referral).first()
    if successor is not None or encounter is None:
        return successor
    current = risk_selectors.assessment_current_for_encounter(encounter)
    if encounter.cancelled_at or referral.followed_up_at or current != referral.assessment:
        return None
    earlier = selectors.referrals_of(encounter, besides=referral.assessment_id)
    already_sent = any(selectors.is_with_a_hospital(one) for one in earlier)
    return referral_propose_again(referral, already_sent=already_sent, minutes=minutes or {}, by=by, now=now)
