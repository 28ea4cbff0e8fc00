"""What a directory tells of a hospital's departments and hours, told by a person instead; no directory undoes it."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from records.actor import Actor
from referrals.domain.directory import DEPARTMENTS
from referrals.domain.hours import OpenSpan
from referrals.errors import HospitalInvalid
from referrals.models import Hospital, HospitalSpecialty, OpeningHours
from referrals.services.telling import hospital_told


@transaction.atomic
def hospital_departments(*, hospital_id: int, codes: Iterable[str], by: Actor, now: datetime) -> Hospital:
    """The departments (HIRA) of a hospital, in place of those known before; none: not known.

    They are no capabilities: what counts in finding a hospital is its equipment (`hospital_equip`).
    Raises RoleRefused, RecordNotFound, HospitalInvalid.
    """
    wanted = sorted(set(codes))
    unknown = [code for code in wanted if code not in DEPARTMENTS.values()]
    if unknown:
        raise HospitalInvalid("codes", f"{unknown[0]!r} is no department")
    hospital = hospital_told(hospital_id, by, now, f"departments:{','.join(wanted)}")
    hospital.specialties.all().delete()
    HospitalSpecialty.objects.bulk_create(HospitalSpecialty(hospital=hospital, code=code) for code in wanted)
    return _confirmed(hospital, now)


@transaction.atomic
def hospital_open(*, hospital_id: int, spans: Iterable[OpenSpan], by: Actor, now: datetime) -> Hospital:
    """When a hospital is open, in place of what was known before; none: not known.

    Raises RoleRefused, RecordNotFound, and HospitalInvalid naming the day on which two spans overlap.
    """
    wanted = sorted(set(spans))
    for one, following in pairwise(wanted):
        if one.day == following.day and following.opens < one.closes:
            raise HospitalInvalid(f"day_{one.day}", "two spans overlap; make them one")
    hospital = hospital_told(hospital_id, by, now, f"hours:{len(wanted)}")
    hospital.hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(hospital=hospital, day=one.day, opens=one.opens, closes=one.closes) for one in wanted
    )
    return _confirmed(hospital, now)


def _confirmed(hospital: Hospital, now: datetime) -> Hospital:
    hospital.confirmed_at = now
    hospital.save(update_fields=["confirmed_at"])
    return hospital
