"""One hospital as a directory lists it. What the directory does not tell is None, and is left as it is."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from referrals.domain.capabilities import Capability
from referrals.domain.directory import (
    ACUTE_TYPES,
    CARE_LEVELS,
    EYE_DEPARTMENT,
    INTERNAL_DEPARTMENT,
)
from referrals.domain.hours import OpenSpan
from referrals.domain.travel import Place


@dataclass(frozen=True)
class Listing:
    """`row` counts from 1, as in Issue. `specialties`: HIRA departments; `emergency_beds` may be below zero."""

    row: int
    source_id: str
    name: str
    country: str
    place: Place
    active: bool = True
    address: str | None = None
    phone: str | None = None
    emergency_phone: str | None = None
    website: str | None = None
    type_code: str | None = None
    care_level: int | None = None
    specialties: frozenset[str] | None = None
    hours: frozenset[OpenSpan] | None = None
    emergency_beds: int | None = None
    emergency_beds_at: datetime | None = None

    @property
    def capabilities(self) -> frozenset[Capability] | None:
        """What follows from departments; equipment is in no directory (facts 3.4)."""
        if self.specialties is None:
            return None
        acute = self.type_code in ACUTE_TYPES or not self.type_code
        of_departments = {
            EYE_DEPARTMENT: Capability.EYE_CLINIC,
            INTERNAL_DEPARTMENT: Capability.INTERNAL_MEDICINE,
        }
        return frozenset(
            capability for code, capability in of_departments.items() if acute and code in self.specialties
        )

    @property
    def digest(self) -> str:
        """Changes with anything that the directory tells."""
        told = repr(replace(self, row=0, specialties=None, hours=None))
        sets = repr((sorted(self.specialties or ()), sorted(self.hours or ())))
        known = repr((self.specialties is None, self.hours is None))
        return hashlib.blake2b((told + sets + known).encode(), digest_size=16).hexdigest()


def care_level_of(type_code: str) -> int | None:
    """The medical-aid level of a HIRA institution type; None where it has none."""
    return CARE_LEVELS.get(type_code)
