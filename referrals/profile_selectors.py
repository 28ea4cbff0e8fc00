"""Hospitals as matching sees them, read as they are stored now."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import connection

from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.directory import EYE_DEPARTMENT, InsuranceClass
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import HospitalProfile
from referrals.domain.travel import Place
from referrals.public_holidays import public_holidays
from risk.domain.urgency import Urgency

PROFILES: Final = """
SELECT h.id, h.latitude, h.longitude, h.care_level, h.wheelchair_access,
    (SELECT count(*) FROM referrals_hospitalspecialty s WHERE s.hospital_id = h.id AND s.code = %(eyes)s) > 0,
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
_EPOCH: Final = date(2000, 1, 3).toordinal()


def profiles_of_country(country: str, urgency: Urgency, *, since: date) -> list[HospitalProfile]:
    """Every open hospital of a country, with its places of one urgency from the week of `since` on."""
    return read_profiles(ALL_OF_COUNTRY, country, since=since, asked={"urgency": urgency.value})


def read_profiles(
    sql: str, country: str, *, since: date, asked: Mapping[str, object]
) -> list[HospitalProfile]:
    """What a statement made of PROFILES finds; `asked` are its parameters beside the country and the first week."""
    days_off = public_holidays(country, since.year)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**asked, "country": country, "monday": monday_of(since), "eyes": EYE_DEPARTMENT})
        return [_profile(row, days_off) for row in cursor.fetchall()]


def _profile(row: tuple[Any, ...], days_off: frozenset[date]) -> HospitalProfile:
    (
        key,
        latitude,
        longitude,
        level,
        access,
        eyes,
        offers,
        insurances,
        languages,
        spans,
        closed,
        per_week,
        weeks,
    ) = row
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
        eye_department=eyes,
    )
