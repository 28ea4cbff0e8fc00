"""The hospitals nearer than the one that is proposed: those told by themselves are read, the others only counted."""

from dataclasses import dataclass
from datetime import date
from math import cos, inf, radians
from typing import Final

from django.db import connection

from referrals.domain.capabilities import OF_EYES
from referrals.domain.directory import EYE_DEPARTMENT
from referrals.domain.matching import HospitalProfile, Need
from referrals.domain.passed_over import TOLD_MOST
from referrals.domain.travel import Place, straight_km
from referrals.profile_selectors import PROFILES, read_profiles

# One degree of latitude, a little short, so that the reach is never thought wider than it is.
KM_A_DEGREE: Final = 110.0

# Counted rather than asked for with EXISTS, which the planner may answer by reading the whole table.
BY_ITSELF: Final = """
((SELECT count(*) FROM referrals_hospitalcapability c WHERE c.hospital_id = h.id AND c.code = ANY (%(of_eyes)s)) > 0
 OR (SELECT count(*) FROM referrals_hospitalspecialty s WHERE s.hospital_id = h.id AND s.code = %(eyes)s) > 0
 OR h.id = ANY (%(said_no)s::bigint[]))
"""
# The same steps as travel.straight_km, whose order by distance is the order of this.
CHORD: Final = """
(sin(radians({latitude} - %(latitude)s::float8) / 2) ^ 2
 + cos(radians(%(latitude)s::float8)) * cos(radians({latitude}))
 * sin(radians({longitude} - %(longitude)s::float8) / 2) ^ 2)
"""
CHORD_OF_HOSPITAL: Final = CHORD.format(latitude="h.latitude", longitude="h.longitude")
CHORD_OF_BEST: Final = CHORD.format(
    latitude="%(than_latitude)s::float8", longitude="%(than_longitude)s::float8"
)
# The box is what the index finds; who stands in its corners is farther away.
NEARER: Final = f"""
AND point(h.longitude, h.latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
AND {CHORD_OF_HOSPITAL} < {CHORD_OF_BEST}
"""
COUNT: Final = f"""
SELECT count(*) FILTER (WHERE by_itself), count(*) FILTER (WHERE NOT by_itself)
FROM (SELECT {BY_ITSELF} AS by_itself FROM referrals_hospital h
    WHERE h.active AND h.country = %(country)s {{nearer}}) h
"""  # noqa: S608
TOLD: Final = {
    nearer: PROFILES.format(
        fits=f"{nearer} AND {BY_ITSELF}", order=f"ORDER BY {CHORD_OF_HOSPITAL}, h.id LIMIT %(limit)s"
    )
    for nearer in ("", NEARER)
}
COUNTS: Final = {nearer: COUNT.format(nearer=nearer) for nearer in ("", NEARER)}


@dataclass(frozen=True)
class Nearer:
    """`told`: the nearest TOLD_MOST of the `treat_eyes`, among them those that had this very referral."""

    told: tuple[HospitalProfile, ...]
    treat_eyes: int
    no_eye_clinic: int


def hospitals_nearer(need: Need, place: Place, country: str, *, today: date, than: Place | None) -> Nearer:
    """The hospitals of a country that are nearer to `place` than `than` is; without that, all of them."""
    nearer = NEARER if than else ""
    asked = _asked(need, place) | (_within(place, than) if than else {})
    with connection.cursor() as cursor:
        cursor.execute(COUNTS[nearer], asked | {"country": country})
        treat_eyes, others = cursor.fetchone()
    told = read_profiles(TOLD[nearer], country, since=today, asked=asked) if treat_eyes else []
    return Nearer(tuple(told), treat_eyes, others)


def _asked(need: Need, place: Place) -> dict[str, object]:
    return {
        "urgency": need.urgency.value,
        "of_eyes": sorted(capability.value for capability in OF_EYES),
        "eyes": EYE_DEPARTMENT,
        "said_no": sorted(need.said_no),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "limit": TOLD_MOST,
    }


def _within(place: Place, than: Place) -> dict[str, object]:
    """The box about the circle through `than`, a little wide; degrees to the east are the shorter the farther north."""
    north = straight_km(place, than) / KM_A_DEGREE
    farthest = min(90.0, abs(place.latitude) + north)
    east = north / cos(radians(farthest)) if farthest < 90.0 else inf
    return {
        "south": place.latitude - north,
        "north": place.latitude + north,
        "west": max(-180.0, place.longitude - east),
        "east": min(180.0, place.longitude + east),
        "than_latitude": than.latitude,
        "than_longitude": than.longitude,
    }
