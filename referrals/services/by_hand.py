"""Hospitals that an administrator enters, and corrects where a directory is wrong: name, place, telephone, kind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from records.actor import Actor
from records.errors import RecordNotFound
from records.models import AuditAction, Organization, Role
from records.permission import role_required
from records.services import audit_record
from referrals.domain.capabilities import Capability
from referrals.domain.directory import CARE_LEVELS
from referrals.domain.travel import Place, straight_km
from referrals.errors import HospitalChanged, HospitalKnown
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, cut
from referrals.importers.identity import derived_id
from referrals.models import Hospital
from referrals.services.about import About, about_checked, about_digest, about_of
from referrals.services.hospitals import hospital_register

# `Hospital.source` of those that no directory lists with their place.
BY_HAND: Final = "by-hand"
# Two of one name nearer than this are one.
SAME_WITHIN_KM: Final = 1.0


@transaction.atomic
def hospital_add(*, about: About, capabilities: Iterable[Capability], by: Actor, now: datetime) -> Hospital:
    """Enter a hospital of the clinic's country that no directory lists; all clinics there see it.

    Raises
    ------
    RoleRefused
    HospitalInvalid
        Naming the detail to correct; HospitalMisplaced for a place as importers refuse it, HospitalKnown where one of
        that name stands there already.
    """
    role_required(by, Role.ADMINISTRATOR)
    country = _country(by)
    place = about_checked(about, country)
    _not_known(cut(about.name, NAME_MAX), place, country)
    hospital = hospital_register(
        source=BY_HAND,
        source_id=derived_id(about.name, about.address, f"{place.latitude:.5f}", f"{place.longitude:.5f}"),
        name=cut(about.name, NAME_MAX),
        country=country,
        place=(place.latitude, place.longitude),
        capabilities=capabilities,
        offers={},
        phone=about.phone.strip(),
        by=by,
        now=now,
    )
    _write(hospital, about, place)
    hospital.save()
    return hospital


@transaction.atomic
def hospital_amend(
    *, hospital_id: int, about: About, active: bool, seen: str, by: Actor, now: datetime
) -> Hospital:
    """Correct what is told of a hospital of the clinic's country, close it or open it again.

    No directory changes it again, but that one may close it. `seen`: the `about_digest` that the teller looked at.
    Raises RoleRefused, RecordNotFound, HospitalChanged, HospitalInvalid.
    """
    role_required(by, Role.ADMINISTRATOR)
    country = _country(by)
    found = Hospital.objects.select_for_update(no_key=True).filter(pk=hospital_id, country=country).first()
    if found is None:
        raise RecordNotFound("no such hospital here; check its number")
    if about_digest(found) != seen:
        raise HospitalChanged("somebody else told of it meanwhile; look again, then store")
    place = about_checked(about, country, before=found)
    before = {**vars(about_of(found)), "active": found.active}
    _write(found, about, place)
    found.active, found.confirmed_at = active, now
    found.save()
    after = {**vars(about_of(found)), "active": found.active}
    changed = ",".join(name for name in before if before[name] != after[name])
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=found, detail=f"about:{changed}")
    return found


def _country(by: Actor) -> str:
    return str(Organization.objects.values_list("country", flat=True).get(pk=by.organization_id))


def _not_known(name: str, place: Place, country: str) -> None:
    for one in Hospital.objects.filter(name__iexact=name, country=country, active=True).order_by("pk"):
        if straight_km(place, Place(one.latitude, one.longitude)) <= SAME_WITHIN_KM:
            raise HospitalKnown(one.pk)


def _write(hospital: Hospital, about: About, place: Place) -> None:
    if about.type_code != hospital.type_code:
        hospital.care_level = CARE_LEVELS.get(about.type_code)
    hospital.name, hospital.address = cut(about.name, NAME_MAX), cut(about.address, ADDRESS_MAX)
    hospital.latitude, hospital.longitude = place.latitude, place.longitude
    hospital.phone, hospital.emergency_phone = about.phone.strip(), about.emergency_phone.strip()
    hospital.type_code = about.type_code
