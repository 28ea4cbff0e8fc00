"""The places that a hospital gives us, told by people: in an ordinary week, and in one particular week."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from records.actor import Actor
from records.models import AuditAction, Organization
from records.selectors import local_date
from records.services import audit_record
from referrals.domain.capacity import monday_of
from referrals.errors import HospitalChanged, HospitalInvalid, WeekOverdrawn
from referrals.models import Capacity, Hospital, WeeklyOffer
from referrals.services.hospitals import PLACES_MAX
from referrals.services.telling import hospital_held
from risk.domain.urgency import Urgency

WEEKS_AHEAD: Final = 26

Places = Mapping[Urgency, int | None]


@transaction.atomic
def offer_set(*, hospital_id: int, places: Places, seen: Places, by: Actor, now: datetime) -> Hospital:
    """The places of an ordinary week by urgency, of those urgencies that `places` names; no directory changes them
    again. Weeks of which a place was taken or told keep theirs.

    Parameters
    ----------
    places : None: not known, which is not 0: none.
    seen : what the teller saw of the same urgencies.

    Raises
    ------
    HospitalInvalid
        Naming the urgency to correct.
    HospitalChanged, RecordNotFound, RoleRefused
    """
    for urgency, wanted in places.items():
        _check(urgency.value, wanted)
    hospital = hospital_held(hospital_id, by)
    stored = {Urgency(one.urgency): one.places for one in hospital.offers.all()}
    if any(stored.get(urgency) not in (seen.get(urgency), wanted) for urgency, wanted in places.items()):
        raise HospitalChanged("somebody else told its places meanwhile; look again, then store")
    for urgency, wanted in places.items():
        _offer(hospital, urgency, wanted)
    hospital.confirmed_at = now
    hospital.save(update_fields=["confirmed_at"])
    told = ",".join(
        f"{urgency}={_written(wanted)}"
        for urgency, wanted in sorted(places.items(), key=lambda one: one[0].value)
    )
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=hospital, detail=f"offer:{told}")
    return hospital


def _offer(hospital: Hospital, urgency: Urgency, places: int | None) -> None:
    if places is None:
        hospital.offers.filter(urgency=urgency).delete()
    else:
        WeeklyOffer.objects.update_or_create(hospital=hospital, urgency=urgency, defaults={"places": places})


@transaction.atomic
def week_set(
    *,
    hospital_id: int,
    monday: date,
    urgency: Urgency,
    places: int,
    seen: int | None,
    by: Actor,
    now: datetime,
) -> Capacity:
    """The places of one urgency in one particular week, whatever an ordinary week has.

    Parameters
    ----------
    monday : the first day of that week, this one or one of the WEEKS_AHEAD that follow.
    seen : how many places of that week the teller saw; None: not known.

    Raises
    ------
    WeekOverdrawn
        More are taken already, also by somebody who took one meanwhile.
    HospitalInvalid
        Naming the detail to correct.
    HospitalChanged, RecordNotFound, RoleRefused
    """
    _check("places", places)
    _check_week(monday, by, now)
    hospital = hospital_held(hospital_id, by)
    offer = hospital.offers.filter(urgency=urgency).first()
    usual = offer.places if offer else None
    week, made = _week(hospital, monday, urgency, usual)
    if (usual if made else week.places) not in (seen, places):
        raise HospitalChanged("somebody else told the places of that week meanwhile; look again, then store")
    if places < week.taken:
        raise WeekOverdrawn(week.taken)
    week.places = places
    week.save(update_fields=["places"])
    detail = f"week:{monday}:{urgency}={places}"
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=hospital, detail=detail)
    return week


def _week(hospital: Hospital, monday: date, urgency: Urgency, usual: int | None) -> tuple[Capacity, bool]:
    """The row of that week, held, and whether it is new: who takes a place meanwhile waits, and finds what is stored
    then.
    """
    key = {"hospital": hospital, "monday": monday, "urgency": urgency}
    _, made = Capacity.objects.get_or_create(**key, defaults={"places": usual or 0})
    return Capacity.objects.select_for_update().get(**key), made


def _check(field: str, places: int | None) -> None:
    if places is not None and not 0 <= places <= PLACES_MAX:
        raise HospitalInvalid(field, f"enter between 0 and {PLACES_MAX} places")


def _check_week(monday: date, by: Actor, now: datetime) -> None:
    this = monday_of(local_date(now, Organization.objects.get(pk=by.organization_id)))
    if monday != monday_of(monday):
        raise HospitalInvalid("monday", "is no Monday; give the first day of the week")
    if not this <= monday <= this + timedelta(weeks=WEEKS_AHEAD):
        raise HospitalInvalid("monday", f"give this week or one of the next {WEEKS_AHEAD}")


def _written(places: int | None) -> str:
    return "unknown" if places is None else str(places)
