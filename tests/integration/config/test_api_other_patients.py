"""A partner's record numbers that belong to somebody else, and many requests about one patient at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse

import records.services
from records.models import AuditEvent, Organization, Patient
from screening.models import Encounter
from tests.factories import partners
from tests.factories import records as cast
from tests.factories.partners import Partner, jpeg_file, meta

KNOWN = {"mrn": "P-KNOWN", "name": "Kim Yeong-ja", "birth_date": "1956-07-19", "sex": "female"}
OTHERS = [{"name": "Somebody Else"}, {"birth_date": "1957-07-19"}, {"birth_date": None}, {"sex": "male"}]


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def partner(clinic: Organization) -> Partner:
    partner = Partner(partners.token(clinic)[1])
    assert partner.send(meta(patient=KNOWN)).status_code == 202
    return partner


def guess(partner: Partner, **details: Any) -> HttpResponse:
    return partner.send(meta(patient=KNOWN | details), right=jpeg_file(9))


def test_whichever_detail_differs_the_answer_is_the_same(partner: Partner) -> None:
    answers = [guess(partner, **other) for other in OTHERS]
    assert {answer.status_code for answer in answers} == {422}
    assert len({str(answer.json()) for answer in answers}) == 1
    assert [one["pointer"] for one in answers[0].json()["errors"]] == ["#/meta/patient/mrn"]


def test_each_guess_leaves_a_trace_though_nothing_is_made(partner: Partner) -> None:
    patient, visits = Patient.objects.get(), Encounter.objects.count()
    for other in OTHERS:
        guess(partner, **other)
    rows = AuditEvent.objects.filter(patient_id=patient.pk, action="R", detail__startswith="refused: details")
    assert rows.count() == len(OTHERS)
    assert {row.actor.partition(":")[0] for row in rows} == {"partner"}
    assert Encounter.objects.count() == visits


def test_a_client_that_goes_on_guessing_waits_and_another_one_does_not(
    partner: Partner, clinic: Organization, settings: LazySettings
) -> None:
    settings.API_OTHER_PATIENTS_PER_HOUR = 2
    for _ in range(2):
        guess(partner, name="Wrong")
    refused = guess(partner)
    assert (refused.status_code, refused.json()["type"]) == (429, "/api/docs/problems/#rate-limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert partner.get().status_code == 200, "reading goes on"
    assert guess(Partner(partners.token(clinic)[1])).status_code == 202


def test_consent_that_staff_recorded_is_not_the_partner_s_own(partner: Partner) -> None:
    for consent in ([], ["referral"], None):
        reply = partner.send(meta(patient=KNOWN, consent=consent), right=jpeg_file(9))
        assert (reply.status_code, reply.json()["type"]) == (422, "/api/docs/problems/#consent-missing")
    assert Encounter.objects.count() == 1


@pytest.fixture
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[HttpResponse]]:
    """Sends whole metas at once: each of them finds no patient yet, and then registers."""

    def send(*given: dict[str, Any]) -> list[HttpResponse]:
        together, register = Barrier(len(given), timeout=20), records.services.patient_register

        def registered(**details: Any) -> Patient:
            together.wait()
            return register(**details)

        monkeypatch.setattr(records.services, "patient_register", registered)
        token = partners.token(cast.clinic())[1]

        def one(meta: dict[str, Any]) -> HttpResponse:
            try:
                return Partner(token).send(meta, right=jpeg_file(5))
            finally:
                connection.close()

        with ThreadPoolExecutor(len(given)) as pool:
            return list(pool.map(one, given))

    return send


@pytest.mark.django_db(transaction=True)
def test_screenings_of_one_new_patient_at_once_are_all_taken(
    all_at_once: Callable[..., list[HttpResponse]],
) -> None:
    replies = all_at_once(*(meta(patient=KNOWN) for _ in range(3)))
    assert [reply.status_code for reply in replies] == [202, 202, 202]
    assert (Patient.objects.count(), Encounter.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_another_person_under_the_same_new_number_at_once_is_refused(
    all_at_once: Callable[..., list[HttpResponse]],
) -> None:
    replies = all_at_once(meta(patient=KNOWN), meta(patient=KNOWN | {"name": "Somebody Else"}))
    assert sorted(reply.status_code for reply in replies) == [202, 422]


@pytest.mark.django_db(transaction=True)
def test_one_external_id_at_once_is_taken_once(all_at_once: Callable[..., list[HttpResponse]]) -> None:
    same = meta(patient=KNOWN)
    replies = all_at_once(same, same)
    refused = next(reply for reply in replies if reply.status_code != 202)
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/docs/problems/#external-id-taken")
    assert Encounter.objects.count() == 1
