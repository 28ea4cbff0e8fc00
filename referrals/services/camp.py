"""The referrals of one camp day given places together, instead of one after another in the order they came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from records import access
from records.actor import Actor
from records.models import Role
from records.selectors import local_date
from referrals import camp_selectors
from referrals.domain.assignment import Assigned, CampPatient, Hospitals, Plan, assign_camp
from referrals.domain.assignment_gains import Gain, gains_of_more_places
from referrals.domain.capacity import Opening
from referrals.domain.decisions import DecisionCode
from referrals.domain.matching import subject_of
from referrals.domain.status import ReferralStatus
from referrals.errors import CampChanged
from referrals.models import Capacity, Referral, ReferralReason
from referrals.services.hospitals import place_give_back, place_take
from referrals.services.step_rows import history_add, status_set
from risk.domain.disposition import Reason
from risk.domain.urgency import Urgency

PLANNING = (Role.PHYSICIAN, Role.COORDINATOR)


@dataclass(frozen=True)
class CampDay:
    """`referrals` by key, each with the hospital it had before; `gains`: what more places would change."""

    plan: Plan
    referrals: dict[int, Referral]
    gains: tuple[Gain, ...]

    @property
    def digest(self) -> str:
        """Names this plan, so that what is applied is what was seen."""
        return camp_selectors.digest_of(self.plan)


def camp_preview(*, day: date, by: Actor, now: datetime) -> CampDay:
    """What planning the day's referrals together would give; nothing is stored. Raises RoleRefused."""
    with transaction.atomic():
        found = _planned(day, by, now)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def camp_assign(*, day: date, by: Actor, now: datetime, seen: str) -> CampDay:
    """Give the day's referrals the places of the plan `seen` (`CampDay.digest`); all of it or nothing.

    Only proposals that no person decided on take part: what a physician, a coordinator or the patient chose stays.
    Whoever the plan leaves out goes to the coordinator's list with the reason.

    Raises
    ------
    RoleRefused
    CampChanged
        The best plan is another one by now.
    """
    camp = _planned(day, by, now)
    if camp.digest != seen:
        raise CampChanged("places or people changed meanwhile; look at the new plan")
    for one in camp.plan.assigned:
        _assign(camp.referrals[one.patient], one, by=by, now=now)
    for left in camp.plan.unassigned:
        _leave_out(camp.referrals[left.patient], left.reason, by=by, now=now)
    return camp


def _planned(day: date, by: Actor, now: datetime) -> CampDay:
    """Every place that the day's proposals hold is given back first, so that all choose among all."""
    access.role_required(by, *PLANNING)
    referrals = camp_selectors.undecided_of_day(day, by=by)
    _give_back(referrals)
    if not referrals:
        return CampDay(Plan((), ()), {}, ())
    today = local_date(now, referrals[0].organization)
    people, hospitals = _people_and_hospitals(referrals, today)
    plan = assign_camp(people, hospitals, today=today)
    gains = gains_of_more_places(plan, people, hospitals, today=today)
    return CampDay(plan, {one.pk: one for one in referrals}, gains)


def _give_back(referrals: Iterable[Referral]) -> None:
    for one in referrals:
        if one.capacity is not None:
            place_give_back(one.capacity)


def _people_and_hospitals(referrals: Sequence[Referral], today: date) -> tuple[list[CampPatient], Hospitals]:
    people = [camp_selectors.camp_patient(one) for one in referrals]
    country = referrals[0].organization.country
    return people, camp_selectors.camp_hospitals({one.need.urgency for one in people}, country, today=today)


def _assign(referral: Referral, given: Assigned, *, by: Actor, now: datetime) -> None:
    before, held_before = (referral.status, referral.hospital_id), referral.capacity_id
    referral.capacity = _take(referral, given)
    referral.hospital_id = given.slot.hospital.key
    referral.status = ReferralStatus.PROPOSED
    referral.save(update_fields=["status", "hospital", "capacity"])
    if (before, held_before) != ((referral.status, referral.hospital_id), referral.capacity_id):
        history_add(referral, before[0], by=by, now=now, code=DecisionCode.CAMP_PLAN)


def _take(referral: Referral, given: Assigned) -> Capacity | None:
    if given.slot.monday is None:
        return None
    opening = Opening(given.slot.monday, given.slot.expected_on)
    held = place_take(given.slot.hospital.key, Urgency(referral.urgency), opening)
    if held is None:  # of a hospital that others take places of too
        raise CampChanged("somebody else took a place meanwhile; look at the new plan")
    return held


def _leave_out(referral: Referral, reason: Reason, *, by: Actor, now: datetime) -> None:
    if referral.status == ReferralStatus.NEEDS_COORDINATOR:
        return
    referral.capacity = None  # given back already
    status_set(referral, ReferralStatus.NEEDS_COORDINATOR, by=by, now=now, code=DecisionCode.CAMP_PLAN)
    ReferralReason.objects.create(
        referral=referral,
        position=referral.reasons.count(),
        rule_id=reason.code,
        subject=subject_of(reason),
    )
