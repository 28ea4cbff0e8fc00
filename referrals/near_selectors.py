"""Hospitals as matching sees them: all of a country, or the nearest out of many by the index on their places."""

from dataclasses import dataclass
from datetime import date
from math import cos, inf, radians
from typing import Any, Final

from django.db import connection

from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.directory import InsuranceClass
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import CANDIDATES_SHOWN, HospitalProfile, Match, Need, rank_hospitals
from referrals.domain.travel import Place, estimated_minutes, road_km
from referrals.public_holidays import public_holidays
from risk.domain.urgency import Urgency

# A first look is enough where hospitals have places; each further one is four times as wide.
FIRST_LOOK: Final = 16
WIDER: Final = 4
# Of the nearest, whatever they can do: for saying why they were passed over.
EXPLAINED: Final = 16
# One degree of latitude, a little short, so that the reach is never thought wider than it is.
KM_A_DEGREE: Final = 110.0

# Correlated on purpose: the planner then walks the index from the place outward and stops at the limit, where a
# join would first read every hospital that fits.
FITS: Final = """
AND (SELECT count(*) FROM referrals_hospitalcapability c
     WHERE c.hospital_id = h.id AND c.code = ANY (%(needs)s::text[])) = %(needed)s
AND (%(stat)s
     OR (SELECT o.places > 0 FROM referrals_weeklyoffer o
         WHERE o.hospital_id = h.id AND o.urgency = %(urgency)s) IS TRUE
     OR (SELECT count(*) FROM referrals_capacity w
         WHERE w.hospital_id = h.id AND w.urgency = %(urgency)s AND w.monday >= %(monday)s) > 0)
"""
NEAREST: Final = (
    "ORDER BY point(h.longitude, h.latitude) <-> point(%(longitude)s, %(latitude)s) LIMIT %(limit)s"
)
PROFILES: Final = """
SELECT h.id, h.latitude, h.longitude, h.care_level, h.wheelchair_access,
    ARRAY(SELECT code FROM referrals_hospitalcapability WHERE hospital_id = h.id),
    ARRAY(SELECT code FROM referrals_hospitalinsurance WHERE hospital_id = h.id),
    ARRAY(SELECT code FROM referrals_hospitallanguage WHERE hospital_id = h.id),
    ARRAY(SELECT ARRAY[day, opens, closes] FROM referrals_openinghours WHERE hospital_id = h.id),
    ARRAY(SELECT day FROM referrals_closedday WHERE hospital_id = h.id AND day >= %(monday)s),
    (SELECT places FROM referrals_weeklyoffer WHERE hospital_id = h.id AND urgency = %(urgency)s),
    ARRAY(SELECT ARRAY[monday - DATE '2000-01-03', places, taken] FROM referrals_capacity
        WHERE hospital_id = h.id AND urgency = %(urgency)s AND monday >= %(monday)s)
FROM (SELECT id, latitude, longitude, care_level, wheelchair_access FROM referrals_hospital h
    WHERE h.active AND h.country = %(country)s {fits} {order}) h
"""
ALL_OF_COUNTRY: Final = PROFILES.format(fits="", order="ORDER BY h.id")
NEAREST_OF_ALL: Final = PROFILES.format(fits="", order=NEAREST)
NEAREST_THAT_FIT: Final = PROFILES.format(fits=FITS, order=NEAREST)
# Degrees to the east are shorter than those to the north, so the nearest by the index are put in order by their way.
LISTED: Final = """
SELECT id FROM (SELECT h.id, h.name, h.longitude, h.latitude FROM referrals_hospital h
    WHERE h.active AND h.country = %(country)s {order}) h
WHERE h.name ILIKE %(like)s
ORDER BY ((h.longitude - %(longitude)s) * cosd(%(latitude)s)) ^ 2 + (h.latitude - %(latitude)s) ^ 2, h.id
LIMIT %(size)s OFFSET %(offset)s
"""
LISTED_OF_ALL: Final = LISTED.format(order=NEAREST)
# So many of the nearest are looked through by name, and no more of a country are listed.
SEARCHED: Final = 5000
_EPOCH: Final = date(2000, 1, 3).toordinal()


@dataclass(frozen=True)
class Reach:
    """The nearest hospitals; every one within `straight_km` is among them (inf: all there are)."""

    profiles: tuple[HospitalProfile, ...]
    straight_km: float


def profiles_of_country(country: str, urgency: Urgency, *, since: date) -> list[HospitalProfile]:
    """Every open hospital of a country, with its places of one urgency from the week of `since` on."""
    return _read(ALL_OF_COUNTRY, country, since, {"urgency": urgency.value})


def hospitals_near(
    need: Need,
    place: Place,
    country: str,
    *,
    today: date,
    limit: int,
    fitting: bool = True,
    with_places: bool = True,
) -> Reach:
    """The `limit` nearest hospitals of a country; `fitting`: only those with the equipment and any place at all.

    Not `with_places`: also those whose places nobody told, for a person who agrees one by telephone.
    """
    asked = {
        "urgency": need.urgency.value,
        "stat": need.urgency is Urgency.STAT or not with_places,
        "needs": sorted(capability.value for capability in need.capabilities),
        "needed": len(need.capabilities),
        "longitude": place.longitude,
        "latitude": place.latitude,
        "limit": limit,
    }
    found = _read(NEAREST_THAT_FIT if fitting else NEAREST_OF_ALL, country, today, asked)
    return Reach(tuple(found), _reach_km(place, found) if len(found) == limit else inf)


def hospitals_listed(place: Place, country: str, *, name: str = "", size: int, offset: int = 0) -> list[int]:
    """Keys of the open hospitals of a country with `name` in theirs, the nearest first, out of the SEARCHED nearest.

    Nearest by the straight way; equally near ones by key. `name` is text, not a pattern.
    """
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = {
        "country": country,
        "longitude": place.longitude,
        "latitude": place.latitude,
        "limit": SEARCHED,
        "like": f"%{escaped}%",
        "size": size,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(LISTED_OF_ALL, asked)
        return [key for (key,) in cursor.fetchall()]


def candidates_near(
    need: Need, place: Place, country: str, *, today: date, minutes: dict[int, float] | None = None
) -> Match:
    """As `rank_hospitals` over every hospital of the country, without reading those too far to win.

    The look widens until no hospital outside it can cost less than the third candidate: its estimated way alone is
    longer. `minutes` of a router are known of near hospitals only; farther ones are estimated, and stand behind three
    that it knows.
    """
    explained = hospitals_near(need, place, country, today=today, limit=EXPLAINED, fitting=False)
    limit = max(FIRST_LOOK, len(minutes or {}))
    while True:
        reach = hospitals_near(need, place, country, today=today, limit=limit)
        pool = {one.key: one for one in (*explained.profiles, *reach.profiles)}
        match = rank_hospitals(need, place, pool.values(), today=today, minutes=minutes)
        if _settled(match, reach):
            return match
        limit *= WIDER


def _settled(match: Match, reach: Reach) -> bool:
    if reach.straight_km == inf:
        return True
    third = match.candidates[-1] if len(match.candidates) == CANDIDATES_SHOWN else None
    if third is not None and all(one.routed for one in match.candidates):
        return True
    return third is not None and third.cost <= estimated_minutes(road_km(reach.straight_km))


def _reach_km(place: Place, found: list[HospitalProfile]) -> float:
    """The index measures in degrees, of which those to the east are the shorter the farther north."""
    last = found[-1].place
    degrees = ((last.longitude - place.longitude) ** 2 + (last.latitude - place.latitude) ** 2) ** 0.5
    farthest_north = min(90.0, abs(place.latitude) + degrees)
    return degrees * KM_A_DEGREE * cos(radians(farthest_north))


def _read(sql: str, country: str, since: date, asked: dict[str, object]) -> list[HospitalProfile]:
    days_off = public_holidays(country, since.year)
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | {"country": country, "monday": monday_of(since)})
        return [_profile(row, days_off) for row in cursor.fetchall()]


def _profile(row: tuple[Any, ...], days_off: frozenset[date]) -> HospitalProfile:
    key, latitude, longitude, level, access, offers, insurances, languages, spans, closed, per_week, weeks = (
        row
    )
    return HospitalProfile(
        key=key,
        place=Place(latitude, longitude),
        capabilities=frozenset(map(Capability, offers)),
        offer=Offer(
            per_week,
            {date.fromordinal(_EPOCH + days): WeekPlaces(places, taken) for days, places, taken in weeks},
        ),
        hours=Hours(frozenset(OpenSpan(*span) for span in spans), frozenset(closed), days_off),
        insurances=frozenset(map(InsuranceClass, insurances)),
        care_level=level,
        languages=frozenset(languages),
        wheelchair_access=access,
    )
