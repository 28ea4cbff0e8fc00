"""What planning a camp day reads."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef

from records import access
from records.actor import Actor
from records.models import Organization
from referrals import selectors
from referrals.domain import rules
from referrals.domain.assignment import CampPatient, Hospitals, Plan
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import UNDECIDED
from referrals.models import Referral, ReferralEvent, ReferralReason
from referrals.profile_selectors import profiles_of_country
from risk.domain.urgency import Urgency


def undecided_of_day(day: date, *, by: Actor) -> list[Referral]:
    """Referrals of that day's visits on which no person decided yet, locked; not those of a visit that has a
    referral with a hospital already.
    """
    clinic = Organization.objects.get(pk=by.organization_id)
    midnight = datetime.combine(day, time(), ZoneInfo(clinic.time_zone))
    of_day = Referral.objects.filter(
        encounter__started_at__gte=midnight,
        encounter__started_at__lt=midnight + timedelta(days=1),
        status__in=UNDECIDED,
    )
    steps = ReferralEvent.objects.filter(referral=OuterRef("pk"))
    by_people = (
        steps.exclude(code=DecisionCode.CAMP_PLAN).values("referral").annotate(n=Count("pk")).filter(n__gt=1)
    )
    open_already = ReferralReason.objects.filter(referral=OuterRef("pk"), rule_id=rules.REFR_OPEN_ALREADY)
    rows = access.within(of_day, by=by).exclude(Exists(by_people)).exclude(Exists(open_already))
    held = rows.select_for_update(of=("self",)).order_by("pk")
    return list(
        held.select_related("encounter__patient", "organization", "hospital", "capacity", "assessment")
    )


def camp_patient(referral: Referral) -> CampPatient:
    """Who goes where from: home, or the clinic where it is not known; not to a hospital that said no (REFR-53)."""
    needs = selectors.capabilities_needed(referral)
    need = selectors.need_of(referral.encounter, Urgency(referral.urgency), referral.due_by, needs)
    if referral.replaces is not None:
        need = replace(need, said_no=selectors.said_no_to(referral.replaces))
    return CampPatient(referral.pk, need, selectors.start_of(referral.encounter))


def camp_hospitals(urgencies: Iterable[Urgency], country: str, *, today: date) -> Hospitals:
    """Every open hospital of the country with its places of each of these urgencies."""
    return {one: profiles_of_country(country, one, since=today) for one in urgencies}


def digest_of(plan: Plan) -> str:
    """The same for the same people, places and reasons."""
    lines = [f"{one.patient} {one.slot.hospital.key} {one.slot.expected_on}" for one in plan.assigned]
    lines += [f"{one.patient} {one.reason.code}" for one in plan.unassigned]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
