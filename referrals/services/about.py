"""What a directory tells of a hospital, as a person types it: the value, and what of it cannot be right."""

import hashlib
import re
from dataclasses import astuple, dataclass
from typing import Final

from referrals.domain.travel import Place
from referrals.errors import DirectoryUnreadable, HospitalInvalid, HospitalMisplaced
from referrals.importers.cells import ADDRESS_MAX, NAME_MAX, PHONE_MAX
from referrals.importers.coordinates import PlaceFault, PlaceImpossible, read_place
from referrals.models import Hospital

LONGEST: Final = {"name": NAME_MAX, "address": ADDRESS_MAX, "phone": PHONE_MAX, "emergency_phone": PHONE_MAX}
_TELEPHONE: Final = re.compile(r"\+?[0-9][0-9 ()~-]{2,30}")
_TYPE: Final = re.compile(r"[0-9]{2}")


@dataclass(frozen=True)
class About:
    """What a directory tells of a hospital, as a person types it. Degrees in WGS 84; empty: not known.

    `type_code`: HIRA institution type, which says the level of medical aid.
    """

    name: str
    latitude: str
    longitude: str
    address: str = ""
    phone: str = ""
    emergency_phone: str = ""
    type_code: str = ""


def about_of(hospital: Hospital) -> About:
    return About(
        name=hospital.name,
        latitude=str(hospital.latitude),
        longitude=str(hospital.longitude),
        address=hospital.address,
        phone=hospital.phone,
        emergency_phone=hospital.emergency_phone,
        type_code=hospital.type_code,
    )


def about_digest(hospital: Hospital) -> str:
    """Changes with anything that `hospital_amend` writes."""
    told = repr((astuple(about_of(hospital)), hospital.active))
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def about_checked(about: About, country: str, before: Hospital | None = None) -> Place:
    """The place, once every detail can be right; a telephone as its directory wrote it stays.

    Raises HospitalInvalid naming the detail to correct; HospitalMisplaced for a place as importers refuse it.
    """
    if not about.name.strip():
        raise HospitalInvalid("name", "must not be empty")
    for field, longest in LONGEST.items():
        if len(getattr(about, field).strip()) > longest:
            raise HospitalInvalid(field, f"has more than {longest} characters")
    for field in ("phone", "emergency_phone"):
        typed = getattr(about, field).strip()
        if typed not in ("", getattr(before, field, "")) and not _TELEPHONE.fullmatch(typed):
            raise HospitalInvalid(field, "must be digits with spaces or hyphens, + before a country's code")
    if about.type_code and not _TYPE.fullmatch(about.type_code):
        raise HospitalInvalid("type_code", "is the two digits of an institution type")
    return _checked_place(about, country)


def _checked_place(about: About, country: str) -> Place:
    try:
        return read_place(about.latitude, about.longitude, country)
    except PlaceImpossible as error:
        raise HospitalMisplaced(error.fault, str(error)) from None
    except DirectoryUnreadable as error:
        raise HospitalMisplaced(PlaceFault.OUTSIDE, str(error)) from None
