"""A referral brought as far as a test wants it, at the moment that it says."""

from datetime import datetime, timedelta

from records.actor import Actor
from records.models import Organization
from records.services import consent_give
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral
from referrals.services import appointment_book, referral_authorise_and_send, referral_move
from tests.factories import records as cast
from tests.integration.referrals.cast import NOW, hospital, need, propose, visit

HOUR = timedelta(hours=1)
EVERYTHING = ("eye-clinic", "oct", "laser", "emergency-eye-24h")


def proposed(by: Actor, urgency: str = "urgent", days: int = 14, *, hospitals: int = 2) -> Referral:
    """The nearest of so many hospitals, with the patient's consent to share."""
    for number in range(1, hospitals + 1):
        hospital(by, f"Hospital {number}", degrees_north=0.1 * number, capabilities=EVERYTHING)
    referral = propose(need(visit(by), urgency, days))
    assert referral is not None
    consent_give(patient=referral.encounter.patient, scope="referral", by=by, now=NOW)
    return referral


def sent(by: Actor, clinic: Organization, urgency: str = "urgent", days: int = 14, **more: int) -> Referral:
    referral = proposed(by, urgency, days, **more)
    physician = cast.actor(clinic, "physician")
    return referral_authorise_and_send(referral_id=referral.pk, by=physician, now=NOW)


def moved(referral: Referral, by: Actor, *statuses: Status, at: datetime = NOW, **more: object) -> Referral:
    for status in statuses:
        referral = referral_move(referral_id=referral.pk, status=status, by=by, now=at, **more)
    return referral


def accepted(by: Actor, clinic: Organization, urgency: str = "urgent", days: int = 14) -> Referral:
    referral = sent(by, clinic, urgency, days)
    return moved(referral, cast.actor(clinic, "coordinator"), Status.RECEIVED, Status.ACCEPTED)


def booked(referral: Referral, by: Actor, starts_at: datetime, *, at: datetime = NOW) -> Referral:
    return appointment_book(referral_id=referral.pk, starts_at=starts_at, by=by, now=at)
