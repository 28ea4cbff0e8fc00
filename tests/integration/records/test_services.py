from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from records import selectors, services
from records.actor import Actor
from records.errors import (
    ConsentMissing,
    PatientInvalid,
    RecordNotFound,
    RecordNumberTaken,
    RoleRefused,
)
from records.models import AuditAction, AuditEvent, Consent, Organization, Patient, Role
from tests.factories import records as cast
from tests.factories.records import NOW


def test_registering_a_patient_leaves_one_audit_row_that_names_no_person(screener: Actor) -> None:
    patient = cast.patient(screener, consented=False)
    event = AuditEvent.objects.get()
    assert (event.action, event.entity, event.patient_id) == (
        "C",
        f"records.patient:{patient.pk}",
        patient.pk,
    )
    assert patient.name not in f"{event.entity}{event.detail}{event.reason}{event.actor}"


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("birth_date", {"birth_date": (NOW + timedelta(days=1)).date()}),
        ("birth_date", {"birth_date": NOW.date().replace(year=1889)}),
        ("mrn", {"mrn": "  "}),
        ("mrn", {"mrn": "7" * 65}),
        ("name", {"name": "H" * 201}),
        ("name", {"name": "H\0"}),
        ("name", {"name": ""}),
        ("sex", {"sex": "f"}),
        ("language", {"language": "fr"}),
    ],
)
def test_a_detail_that_cannot_be_right_is_refused_by_its_name(
    screener: Actor, field: str, details: dict[str, object]
) -> None:
    with pytest.raises(PatientInvalid) as refused:
        cast.patient(screener, **details)
    assert refused.value.field == field
    assert not Patient.objects.exists()


def test_a_birth_date_of_today_is_accepted(screener: Actor) -> None:
    assert cast.patient(screener, birth_date=NOW.date()).birth_date == NOW.date()


def test_a_birth_date_is_judged_by_the_clinics_calendar(screener: Actor) -> None:
    evening = NOW.replace(hour=20)  # already the next morning in Seoul
    tomorrow = evening.date() + timedelta(days=1)
    assert cast.patient(screener, now=evening, birth_date=tomorrow).birth_date == tomorrow
    with pytest.raises(PatientInvalid):
        cast.patient(screener, now=evening, birth_date=tomorrow + timedelta(days=1))


def test_the_longest_record_number_and_name_are_kept(screener: Actor) -> None:
    stored = cast.patient(screener, mrn="7" * 64, name="H" * 200)
    assert (len(stored.mrn), len(stored.name)) == (64, 200)


def test_a_record_number_is_unique_within_a_clinic_but_not_between_clinics(screener: Actor) -> None:
    cast.patient(screener, mrn="7")
    with pytest.raises(PatientInvalid, match="already registered"):
        cast.patient(screener, mrn="7")
    assert cast.patient(cast.actor(cast.clinic()), mrn="7").mrn == "7"


def test_a_failed_audit_row_undoes_the_registration(screener: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuditEvent, "save", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError), transaction.atomic():
        cast.patient(screener)
    assert not Patient.objects.exists()


def test_consent_given_twice_is_one_consent(screener: Actor) -> None:
    patient = cast.patient(screener)
    services.consent_give(patient=patient, scope="screening", by=screener, now=NOW)
    assert Consent.objects.count() == 1


def test_a_withdrawn_consent_is_no_longer_in_force_and_stays_as_evidence(screener: Actor) -> None:
    patient = cast.patient(screener)
    services.consent_withdraw(
        patient=patient, scope="screening", by=screener, now=NOW, reason="patient's wish"
    )
    with pytest.raises(ConsentMissing):
        selectors.consent_in_force(patient, "screening")
    assert Consent.objects.get().withdrawn_by_id == screener.practitioner_id


def test_withdrawing_what_was_never_given_says_so(screener: Actor) -> None:
    with pytest.raises(ConsentMissing, match="nothing to withdraw"):
        services.consent_withdraw(
            patient=cast.patient(screener, consented=False),
            scope="screening",
            by=screener,
            now=NOW,
            reason="x",
        )


def test_another_clinic_can_neither_give_nor_withdraw_a_consent(screener: Actor) -> None:
    patient, stranger = cast.patient(screener), cast.actor(cast.clinic())
    with pytest.raises(RecordNotFound):
        services.consent_give(patient=patient, scope="referral", by=stranger, now=NOW)
    with pytest.raises(RecordNotFound):
        services.consent_withdraw(patient=patient, scope="screening", by=stranger, now=NOW, reason="x")
    assert selectors.consent_in_force(patient, "screening")


def test_an_auditor_only_reads(screener: Actor, clinic: Organization) -> None:
    patient, auditor = cast.patient(screener), cast.actor(clinic, Role.AUDITOR)
    with pytest.raises(RoleRefused):
        cast.patient(auditor)
    with pytest.raises(RoleRefused):
        services.consent_give(patient=patient, scope="referral", by=auditor, now=NOW)
    with pytest.raises(RoleRefused):
        services.consent_withdraw(patient=patient, scope="screening", by=auditor, now=NOW, reason="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_register_one_number_at_once_the_second_is_told() -> None:
    by, start = cast.actor(cast.clinic()), Barrier(2)

    def register(_: int) -> object:
        try:
            with transaction.atomic():
                start.wait(timeout=10)
                return cast.patient(by, mrn="7", consented=False)
        except Exception as error:
            return error
        finally:
            connection.close()

    for _ in range(3):
        Patient.objects.all().delete()
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(register, range(2)))
        assert {type(one) for one in results} == {Patient, RecordNumberTaken}


def test_the_database_refuses_an_action_outside_the_list(screener: Actor) -> None:
    patient = cast.patient(screener)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.audit_record(by=screener, now=NOW, action="Z", entity=patient)
    assert AuditAction.CREATE == "C"
