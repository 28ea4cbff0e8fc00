"""Holding a referral, and its visit before it, to the end of a transaction."""

from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from referrals import selectors
from referrals.domain.status import UNSENT
from referrals.errors import ReferralChanged
from referrals.models import HospitalClient, Referral
from screening.models import Encounter


def referral_locked(referral_id: int, by: Actor, seen: str = "") -> Referral:
    """A referral of the actor's organization, held to the end of the transaction.

    Raises RecordNotFound, and ReferralChanged where it is not in the state `seen`.
    """
    rows = access.within(Referral.objects.select_for_update(of=("self",)), by=by)
    loaded = rows.select_related("encounter__patient", "capacity", "hospital", "organization")
    found = loaded.filter(pk=referral_id).first()
    if found is None:
        raise RecordNotFound("no such referral here; check the number")
    if seen and seen != selectors.state_of(found):
        raise ReferralChanged("somebody decided on it meanwhile; look at it again")
    return found


def referral_of_client(referral_id: int, client_id: int, by: Actor, seen: str) -> Referral:
    """A referral that was sent to the hospital of this PartnerClient, held as `referral_locked`, which it raises as."""
    referral = referral_locked(referral_id, by, seen)
    speaks = HospitalClient.objects.filter(client=client_id, hospital=referral.hospital_id)
    if referral.status in UNSENT or not speaks.exists():
        raise RecordNotFound("no such referral here; check the number")
    return referral


def visit_hold(referral_id: int, by: Actor) -> None:
    """Hold the visit to the end of the transaction, and before the referral as whoever proposes for it does: the other
    way round the two would wait for each other.
    """
    visit = access.within(Referral.objects.filter(pk=referral_id), by=by).values("encounter")
    Encounter.objects.select_for_update(no_key=True).filter(pk__in=visit).first()
