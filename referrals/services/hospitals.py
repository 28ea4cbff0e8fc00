"""The directory of hospitals, and their places."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Opening
from referrals.domain.travel import Place
from referrals.errors import HospitalInvalid
from referrals.models import Capacity, Hospital, HospitalCapability, WeeklyOffer
from risk.domain.urgency import Urgency

PLACES_MAX = 1000


@transaction.atomic
def hospital_register(
    *,
    source: str,
    source_id: str,
    name: str,
    country: str,
    place: tuple[float, float],
    capabilities: Iterable[str],
    offers: Mapping[str, int],
    by: Actor,
    now: datetime,
    phone: str = "",
    active: bool = True,
) -> Hospital:
    """Enter or renew a hospital; `source` and `source_id` decide which one it is.

    Parameters
    ----------
    place : (latitude, longitude) in degrees, WGS 84.
    capabilities : values of referrals.domain.capabilities.Capability.
    offers : urgency to places in an ordinary week; an urgency left out is not known and gets no case.
        Same-day cases need none.

    Raises
    ------
    HospitalInvalid
        Naming the detail to correct.
    """
    where = _checked_place(place)
    _check_words(source_id, name, country)
    codes = _choices("capabilities", capabilities, Capability)
    _choices("offers", offers, Urgency)
    if not all(0 <= places <= PLACES_MAX for places in offers.values()):
        raise HospitalInvalid("offers", f"enter between 0 and {PLACES_MAX} places")
    hospital, _ = Hospital.objects.update_or_create(
        source=source,
        source_id=source_id,
        defaults={
            "name": name.strip(),
            "country": country,
            "latitude": where.latitude,
            "longitude": where.longitude,
            "phone": phone,
            "active": active,
            "confirmed_at": now,
        },
    )
    hospital.capabilities.exclude(code__in=codes).delete()
    HospitalCapability.objects.bulk_create(
        (HospitalCapability(hospital=hospital, code=code) for code in codes), ignore_conflicts=True
    )
    hospital.offers.exclude(urgency__in=list(offers)).delete()
    for urgency, places in offers.items():
        WeeklyOffer.objects.update_or_create(hospital=hospital, urgency=urgency, defaults={"places": places})
    audit_record(by=by, now=now, action=AuditAction.UPDATE, entity=hospital, detail=f"{source}:{source_id}")
    return hospital


def _checked_place(place: tuple[float, float]) -> Place:
    try:
        return Place(*place)
    except (TypeError, ValueError):
        raise HospitalInvalid("place", "give latitude, then longitude, in degrees") from None


def _check_words(source_id: str, name: str, country: str) -> None:
    if not source_id.strip() or not name.strip():
        raise HospitalInvalid("name" if source_id.strip() else "source_id", "must not be empty")
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        raise HospitalInvalid("country", "use the two capital letters of ISO 3166-1")


def _choices(field: str, given: Iterable[str], allowed: type[Capability] | type[Urgency]) -> list[str]:
    values = sorted(set(given))
    unknown = [value for value in values if value not in list(allowed)]
    if unknown:
        raise HospitalInvalid(field, f"{unknown[0]!r} is not one of {', '.join(allowed)}")
    return values


def place_take(hospital_id: int, urgency: Urgency, opening: Opening) -> Capacity | None:
    """Take one place of a week; None when somebody else took the last one. In the caller's transaction."""
    offer = WeeklyOffer.objects.filter(hospital_id=hospital_id, urgency=urgency).first()
    week, _ = Capacity.objects.get_or_create(
        hospital_id=hospital_id,
        monday=opening.monday,
        urgency=urgency,
        defaults={"places": offer.places if offer else 0},
    )
    # One statement checks and takes: of two workers at the last place, one gets it and one gets none.
    taken = Capacity.objects.filter(pk=week.pk, taken__lt=F("places")).update(taken=F("taken") + 1)
    return week if taken else None


def place_give_back(week: Capacity) -> None:
    """Return a place, in the caller's transaction."""
    Capacity.objects.filter(pk=week.pk).update(taken=F("taken") - 1)
