"""Referrals as far on their way as a test wants to look at them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from records.actor import Actor, software
from records.models import Role
from referrals.domain.contact import ContactOutcome, Party
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral, ReferralAlarm, ReferralAppointment, ReferralEvent
from referrals.services import (
    alarms_raise,
    appointment_book,
    appointment_missed,
    contact_record,
    needs_record,
    referral_authorise_and_send,
    referral_move,
    referral_rematch,
)
from risk.models import ContactChannel
from tests.factories import screening
from tests.integration.config import cast

By = Callable[[str], Actor]


def sent(by: By, name: str, seed: int) -> Referral:
    """A referral for the right eye's retina, with the nearest hospital."""
    found = (screening.eye("R", D=0.9), screening.eye("L"))
    visit = cast.screened(by(Role.SCREENER), *found, name=name, seed=seed)
    needs_record(
        patient=visit.patient,
        phone="010-0000-0000",
        caretaker="딸",
        caretaker_phone="010-1111-1111",
        by=by(Role.SCREENER),
        now=timezone.now(),
    )
    key = visit.referrals.get().pk
    return referral_authorise_and_send(referral_id=key, by=by(Role.PHYSICIAN), now=timezone.now())


def moved(referral: Referral, by: By, *statuses: Status, **more: object) -> Referral:
    for status in statuses:
        referral = referral_move(
            referral_id=referral.pk, status=status, by=by(Role.COORDINATOR), now=timezone.now(), **more
        )
    return referral


def long_ago(referral: Referral, days: int = 9) -> None:
    """All of it happened so many days earlier."""
    earlier = timedelta(days=days)
    ReferralEvent.objects.filter(referral=referral).update(recorded_at=F("recorded_at") - earlier)
    ReferralAppointment.objects.filter(referral=referral).update(
        starts_at=F("starts_at") - earlier, booked_at=F("booked_at") - earlier
    )
    moments = {name: F(name) - earlier for name in ("decided_at", "authorised_at", "alarm_at")}
    Referral.objects.filter(pk=referral.pk).update(**moments)


def missed(by: By, name: str, seed: int) -> Referral:
    """Accepted, with an appointment that the patient did not keep."""
    referral = moved(sent(by, name, seed), by, Status.RECEIVED, Status.ACCEPTED)
    now = timezone.now()
    appointment_book(
        referral_id=referral.pk, starts_at=now + timedelta(days=2), by=by(Role.COORDINATOR), now=now
    )
    long_ago(referral)
    return appointment_missed(
        referral_id=referral.pk, by=by(Role.COORDINATOR), now=now, reason="010-1111-1111"
    )


def expected_late(by: By, name: str, seed: int) -> Referral:
    """Accepted, with an appointment long after the deadline for which nobody gave a reason."""
    referral = moved(sent(by, name, seed), by, Status.RECEIVED, Status.ACCEPTED)
    now = timezone.now()
    return appointment_book(
        referral_id=referral.pk, starts_at=now + timedelta(days=300), by=by(Role.COORDINATOR), now=now
    )


def ways(by: By) -> dict[str, int]:
    """The keys of referrals by where they stand, and of the alarms of those that are silent."""
    cast.hospital(by(Role.SCREENER), f"강변 안과병원 {by(Role.SCREENER).organization_id}")
    silent = sent(by, "오지훈", 71)
    long_ago(silent)
    not_kept = missed(by, "한서윤", 72)
    treated = moved(sent(by, "신도윤", 73), by, Status.RECEIVED, Status.ACCEPTED, Status.IN_PROGRESS)
    back = moved(sent(by, "권하은", 74), by, Status.REJECTED, reason="OCT 2027-01")
    late = expected_late(by, "문지호", 75)
    now = timezone.now()
    alarms_raise(now=now)
    called(ReferralAlarm.objects.get(referral=silent), by)
    again = referral_rematch(
        referral_id=back.pk, by=software("referrals.proposer", back.organization_id), now=now
    )
    return {
        "silent": silent.pk,
        "missed": not_kept.pk,
        "treated": treated.pk,
        "sent-back": back.pk,
        "again": again.pk,
        "late": late.pk,
        "silence": ReferralAlarm.objects.get(referral=silent).pk,
        "missed silence": ReferralAlarm.objects.get(referral=not_kept).pk,
    }


def called(alarm: ReferralAlarm, by: By) -> None:
    """A week ago nobody answered: the next call is due, whatever weekend or holidays lay between."""
    contact = contact_record(
        alarm_id=alarm.pk,
        party=Party.HOSPITAL,
        channel=ContactChannel.PHONE,
        outcome=ContactOutcome.NO_ANSWER,
        submission=uuid4(),
        by=by(Role.COORDINATOR),
        now=timezone.now() - timedelta(days=7),
    )
    contact.alarm.refresh_from_db()
