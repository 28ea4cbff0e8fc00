"""The nearest hospitals out of many by the index on their places, and the best of them."""

from dataclasses import dataclass, replace
from datetime import date
from math import cos, inf, radians
from typing import Final

from django.db import connection

from referrals.domain.matching import CANDIDATES_SHOWN, HospitalProfile, Match, Need, rank_hospitals
from referrals.domain.passed_over import Counted
from referrals.domain.travel import Place, estimated_minutes, road_km
from referrals.nearer_selectors import KM_A_DEGREE, hospitals_nearer
from referrals.profile_selectors import PROFILES, read_profiles
from risk.domain.urgency import Urgency

# A first look is enough where hospitals have places; each further one is four times as wide.
FIRST_LOOK: Final = 16
WIDER: Final = 4

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


@dataclass(frozen=True)
class Reach:
    """The nearest hospitals; every one within `straight_km` is among them (inf: all there are)."""

    profiles: tuple[HospitalProfile, ...]
    straight_km: float


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
    found = read_profiles(NEAREST_THAT_FIT if fitting else NEAREST_OF_ALL, country, since=today, asked=asked)
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
    that it knows. Of those nearer than the best only the ones that are told by themselves are read, the others counted.
    """
    limit = max(FIRST_LOOK, len(minutes or {}))
    while True:
        reach = hospitals_near(need, place, country, today=today, limit=limit)
        match = rank_hospitals(need, place, reach.profiles, today=today, minutes=minutes)
        if _settled(match, reach):
            break
        limit *= WIDER
    best = next((one.place for one in reach.profiles if match.best and one.key == match.best.key), None)
    nearer = hospitals_nearer(need, place, country, today=today, than=best)
    if not nearer.treat_eyes:
        return replace(match, counted=Counted(no_eye_clinic=nearer.no_eye_clinic))
    pool = {one.key: one for one in (*nearer.told, *reach.profiles)}
    whole = rank_hospitals(need, place, pool.values(), today=today, minutes=minutes)
    not_listed = max(0, nearer.treat_eyes - len(whole.passed_over))
    return replace(whole, counted=Counted(not_listed, nearer.no_eye_clinic))


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
