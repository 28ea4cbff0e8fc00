"""What people tell of a hospital, and of what a person needs of one, is stored and on record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from referrals.domain.directory import InsuranceClass
from referrals.errors import HospitalInvalid, NeedsInvalid
from referrals.models import Hospital, PatientNeeds
from referrals.services import (
    hospital_access,
    hospital_close_days,
    hospital_insure,
    hospital_speak,
    needs_record,
)
from tests.factories import records as cast
from tests.integration.referrals.cast import NOW, TODAY, hospital

WRITES: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (hospital_close_days, {"days": [TODAY + timedelta(days=3)]}, "closed:1"),
    (hospital_speak, {"languages": ["vi", "ko"]}, "languages:ko,vi"),
    (hospital_insure, {"classes": [InsuranceClass.MEDICAL_AID]}, "insurances:5"),
    (hospital_access, {"wheelchair": True}, "wheelchair:True"),
]


@pytest.fixture
def coordinator(clinic: Organization) -> Actor:
    return cast.actor(clinic, "coordinator")


@pytest.fixture
def near(screener: Actor) -> Hospital:
    return hospital(screener, "Near")


@pytest.mark.parametrize(("write", "told", "detail"), WRITES)
def test_what_is_told_is_on_record_and_told_again_it_is_the_same(
    near: Hospital, coordinator: Actor, write: Callable[..., Any], told: dict[str, Any], detail: str
) -> None:
    for _ in range(2):
        write(hospital_id=near.pk, by=coordinator, now=NOW, **told)
    assert AuditEvent.objects.filter(detail=detail, organization_id=coordinator.organization_id).count() == 2


@pytest.mark.parametrize(("write", "told", "detail"), WRITES)
def test_others_tell_nothing_and_of_no_closed_hospital(
    near: Hospital,
    screener: Actor,
    coordinator: Actor,
    write: Callable[..., Any],
    told: dict[str, Any],
    detail: str,
) -> None:
    with pytest.raises(RoleRefused):
        write(hospital_id=near.pk, by=screener, now=NOW, **told)
    Hospital.objects.update(active=False)
    with pytest.raises(RecordNotFound):
        write(hospital_id=near.pk, by=coordinator, now=NOW, **told)


def test_what_is_told_takes_the_place_of_what_was_told_before(near: Hospital, coordinator: Actor) -> None:
    key = {"hospital_id": near.pk, "by": coordinator, "now": NOW}
    hospital_speak(languages=["vi", "ko"], **key)
    assert [one.code for one in hospital_speak(languages=["ko", "en"], **key)] == ["en", "ko"]
    hospital_close_days(days=[TODAY + timedelta(days=1)], **key)
    assert hospital_close_days(days=[], **key) == []


def test_a_day_that_is_past_and_what_is_no_language_are_refused(near: Hospital, coordinator: Actor) -> None:
    key = {"hospital_id": near.pk, "by": coordinator, "now": NOW}
    with pytest.raises(HospitalInvalid, match="days"):
        hospital_close_days(days=[TODAY - timedelta(days=9)], **key)
    with pytest.raises(HospitalInvalid, match="languages"):
        hospital_speak(languages=["Korean"], **key)


def test_today_is_the_clinic_s_day(near: Hospital, coordinator: Actor) -> None:
    midnight_in_seoul = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
    key = {"hospital_id": near.pk, "by": coordinator, "now": midnight_in_seoul}
    with pytest.raises(HospitalInvalid, match="days"):
        hospital_close_days(days=[date(2026, 11, 25)], **key)
    assert len(hospital_close_days(days=[date(2026, 11, 26)], **key)) == 1


def test_a_persons_needs_are_stored_and_changed(screener: Actor) -> None:
    patient = cast.patient(screener)
    needs_record(patient=patient, by=screener, now=NOW, phone=" 010-1 ", wheelchair=True)
    needs_record(patient=patient, by=screener, now=NOW, insurance=InsuranceClass.MEDICAL_AID)
    told = PatientNeeds.objects.get()
    assert (told.insurance, told.phone, told.wheelchair) == ("5", "", False)
    with pytest.raises(NeedsInvalid):
        needs_record(patient=patient, by=screener, now=NOW, first_level_letter_on=TODAY + timedelta(days=2))
    with pytest.raises(RecordNotFound):
        needs_record(patient=patient, by=cast.actor(cast.clinic(), "screener"), now=NOW)
