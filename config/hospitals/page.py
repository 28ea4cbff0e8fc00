"""What the pages of hospitals show: the lines of the list, and all that is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from config.hospitals.words import ACCESS, LANGUAGES, SPECIALTIES
from records.errors import RecordNotFound
from records.models import Organization
from referrals.domain.capacity import monday_of
from referrals.domain.hours import DAY_MINUTES, HOLIDAY
from referrals.domain.travel import Place, estimated_km
from referrals.models import Hospital
from referrals.near_selectors import SEARCHED, hospitals_listed
from referrals.texts import CAPABILITIES, INSURANCES
from risk.domain.urgency import Urgency

PAGE_SIZE = 25
WEEKS_SHOWN = 8
# An emergency takes no place: a person agrees it.
PLANNED: tuple[Urgency, ...] = (Urgency.ASAP, Urgency.URGENT, Urgency.ROUTINE)


@dataclass(frozen=True)
class Row:
    """`km`: by road, an estimate."""

    hospital: Hospital
    km: float
    equipment: list[str]
    offers: list[tuple[str, int]]


@dataclass(frozen=True)
class Week:
    """`cells`: for each of PLANNED its places and how many are taken; places None: not known."""

    monday: date
    cells: tuple[tuple[Urgency, int | None, int], ...]
    own: bool


def rows_near(clinic: Organization, name: str, page: int) -> tuple[list[Row], bool]:
    """One page of the list, from page 1, and whether there are more."""
    here, offset = Place(clinic.latitude, clinic.longitude), (page - 1) * PAGE_SIZE
    if offset >= SEARCHED:
        return [], False
    keys = hospitals_listed(here, clinic.country, name=name, size=PAGE_SIZE + 1, offset=offset)
    found = Hospital.objects.prefetch_related("capabilities", "offers").in_bulk(keys[:PAGE_SIZE])
    return [_row(found[key], here) for key in keys[:PAGE_SIZE]], len(keys) > PAGE_SIZE


def _row(one: Hospital, here: Place) -> Row:
    offered = {offer.urgency: offer.places for offer in one.offers.all()}
    return Row(
        one,
        estimated_km(here, Place(one.latitude, one.longitude)),
        _words(CAPABILITIES, [row.code for row in one.capabilities.all()]),
        [(urgency.value, offered[urgency]) for urgency in PLANNED if urgency in offered],
    )


def hospital_of_country(hospital_id: int, clinic: Organization) -> Hospital:
    """A hospital to which the clinic may refer, or one that closed. Raises RecordNotFound."""
    found = Hospital.objects.filter(pk=hospital_id, country=clinic.country).first()
    if found is None:
        raise RecordNotFound("no such hospital here; check the list")
    return found


def known_of(one: Hospital, clinic: Organization, today: date) -> dict[str, Any]:
    """What is known; an empty list or None: not known."""
    return {
        "hospital": one,
        "km": estimated_km(Place(clinic.latitude, clinic.longitude), Place(one.latitude, one.longitude)),
        "specialties": _words(SPECIALTIES, one.specialties.values_list("code", flat=True)),
        "equipment": _words(CAPABILITIES, one.capabilities.values_list("code", flat=True)),
        "insurances": _words(INSURANCES, one.insurances.values_list("code", flat=True)),
        "languages": _words(LANGUAGES, one.languages.values_list("code", flat=True)),
        "access": ACCESS[one.wheelchair_access],
        "hours": hours_of(one),
        "closed_days": list(closed_days(one, today)),
        "offers": [(urgency.value, offers_of(one)[urgency]) for urgency in PLANNED],
        "weeks": weeks_of(one, today),
    }


def _words(table: Any, codes: Any) -> list[str]:
    return [str(table.get(code, code)) for code in sorted(codes)]


def hours_of(one: Hospital) -> list[tuple[str, str]]:
    """Each day that is told, with the spans on which it opens."""
    spans: dict[int, list[str]] = {}
    for row in one.hours.order_by("day", "opens"):
        spans.setdefault(row.day, []).append(f"{clock(row.opens)}–{clock(row.closes)}")
    return [(day_name(day), ", ".join(texts)) for day, texts in spans.items()]


def day_name(day: int) -> str:
    return _("Public holidays") if day == HOLIDAY else str(WEEKDAYS[day - 1])


def clock(minutes: int) -> str:
    hour, minute = divmod(minutes if minutes == DAY_MINUTES else minutes % DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"


def closed_days(one: Hospital, today: date) -> Sequence[date]:
    return one.closed_days.filter(day__gte=today).order_by("day").values_list("day", flat=True)


def offers_of(one: Hospital) -> dict[Urgency, int | None]:
    """The places of an ordinary week of each of PLANNED; None: not known."""
    told = {offer.urgency: offer.places for offer in one.offers.all()}
    return {urgency: told.get(urgency) for urgency in PLANNED}


def weeks_of(one: Hospital, today: date) -> list[Week]:
    """This week and those that follow."""
    first = monday_of(today)
    mondays = [first + timedelta(weeks=ahead) for ahead in range(WEEKS_SHOWN)]
    told = {(row.monday, row.urgency): row for row in one.weeks.filter(monday__in=mondays)}
    usual = offers_of(one)

    def cell(monday: date, urgency: Urgency) -> tuple[Urgency, int | None, int]:
        row = told.get((monday, urgency))
        return (urgency, row.places, row.taken) if row else (urgency, usual[urgency], 0)

    return [
        Week(
            monday,
            tuple(cell(monday, urgency) for urgency in PLANNED),
            any(
                row.monday == monday and row.places != usual.get(Urgency(row.urgency))
                for row in told.values()
            ),
        )
        for monday in mondays
    ]
