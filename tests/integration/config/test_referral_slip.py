"""The slip that sends a patient to a hospital: on paper and at the kiosk, without a word of what was found."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config.letter.slip import slip_of
from records.models import AuditEvent, Organization, Role
from referrals.models import Hospital, Referral
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import fhir_case
from tests.integration.config.conftest import signed_in
from tests.integration.config.test_patient_result import DATE, JARGON

LANGUAGES = ("ko", "en")


@pytest.fixture
def clinic(db: None) -> Organization:
    return people.clinic("언덕 보건소", telephone="02-0000-0000")


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    one = fhir_case.sent(clinic, name="홍길동")
    Hospital.objects.filter(pk=one.hospital_id).update(address="1 Hill Road", phone="02-1111-1111")
    return Referral.objects.select_related("hospital", "organization", "encounter__patient").get(pk=one.pk)


def page(client: Client, referral: Referral, language: str = "") -> str:
    reply = client.get(reverse("referral-slip", args=[referral.pk]), {"language": language})
    assert reply.status_code == 200
    whole = " ".join(reply.content.decode().split())
    return whole[whole.index("<article") : whole.index("</article>")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_where_when_how_with_what_and_what_if_worse(
    referral: Referral, clinic: Organization, language: str
) -> None:
    words = page(signed_in(people.member(clinic, Role.COORDINATOR)), referral, language)
    with translation.override(language):
        slip = slip_of(referral, today=timezone.localdate())
    for said in (
        "홍길동",
        "Hill Hospital",
        "1 Hill Road",
        "02-1111-1111",
        "02-0000-0000",
        *slip.way,
        *slip.watch,
    ):
        assert said in words
    for said in (slip.step, slip.bring, slip.cannot_go, slip.worse, slip.emergency, slip.not_a_diagnosis):
        assert said and said in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_one_date_and_no_word_of_the_trade_or_of_a_finding(
    referral: Referral, clinic: Organization, language: str
) -> None:
    words = re.sub(
        "<[^>]+>", " ", page(signed_in(people.member(clinic, Role.COORDINATOR)), referral, language)
    )
    assert len(DATE.findall(words)) == 1
    assert JARGON.search(words) is None


def test_an_emergency_says_today_and_gives_the_emergency_telephone(clinic: Organization) -> None:
    one = fhir_case.sent(
        clinic, screening.eye("R"), screening.eye("L"), symptoms={"sudden_vision_loss": True}
    )
    Hospital.objects.filter(pk=one.hospital_id).update(phone="02-1111-1111", emergency_phone="02-9999-9999")
    words = page(signed_in(people.member(clinic, Role.COORDINATOR)), one, "en")
    assert "Go there today," in words and "at-once" in words
    assert "02-9999-9999" in words and "If you cannot go" not in words


def test_it_is_in_the_patient_s_language_unless_another_is_chosen(
    referral: Referral, clinic: Organization
) -> None:
    client = signed_in(people.member(clinic, Role.COORDINATOR))
    assert 'lang="ko"' in page(client, referral) and 'lang="en"' in page(client, referral, "en")


def test_before_a_physician_authorised_the_hospital_there_is_none(clinic: Organization) -> None:
    one = fhir_case.referred(clinic)
    client = signed_in(people.member(clinic, Role.COORDINATOR))
    assert client.get(reverse("referral-slip", args=[one.pk])).status_code == 404


def test_another_clinic_has_none(referral: Referral, stranger: Client) -> None:
    assert stranger.get(reverse("referral-slip", args=[referral.pk])).status_code == 404


@pytest.mark.parametrize("name", ["case", "authorise-referral"])
def test_the_case_and_the_referral_lead_to_letter_and_slip(
    referral: Referral, clinic: Organization, name: str
) -> None:
    key = referral.encounter.public_id if name == "case" else referral.pk
    words = signed_in(people.member(clinic, Role.COORDINATOR)).get(reverse(name, args=[key])).content.decode()
    for paper in ("referral-letter", "referral-slip"):
        assert f'href="{reverse(paper, args=[referral.pk])}"' in words


def at_the_kiosk(clinic: Organization, referral: Referral) -> Client:
    client = signed_in(people.member(clinic, Role.SCREENER))
    client.post(reverse("kiosk-open"))
    client.post(reverse("kiosk-who"), {"number": referral.encounter.patient.mrn, "birth_date": "19600501"})
    return client


def test_the_kiosk_leads_to_the_slip_and_reading_it_is_audited(
    referral: Referral, clinic: Organization, tries_of_its_own: None
) -> None:
    client = at_the_kiosk(clinic, referral)
    assert reverse("kiosk-hospital") in client.get(reverse("kiosk-medicine")).content.decode()
    reply = client.get(reverse("kiosk-hospital"))
    assert "Hill Hospital" in reply.content.decode() and "no-store" in reply.headers["Cache-Control"]
    trace = AuditEvent.objects.latest("sequence")
    assert (trace.entity, trace.detail) == (f"referrals.referral:{referral.pk}", "slip at the kiosk")
    assert trace.patient_id == referral.encounter.patient_id


def test_the_kiosk_names_no_hospital_that_nobody_authorised(
    clinic: Organization, tries_of_its_own: None
) -> None:
    client = at_the_kiosk(clinic, fhir_case.referred(clinic))
    assert reverse("kiosk-hospital") not in client.get(reverse("kiosk-medicine")).content.decode()
    assert client.get(reverse("kiosk-hospital")).headers["Location"] == reverse("kiosk-medicine")


def test_a_kiosk_without_a_patient_shows_no_slip(
    referral: Referral, clinic: Organization, tries_of_its_own: None
) -> None:
    client = signed_in(people.member(clinic, Role.SCREENER))
    client.post(reverse("kiosk-open"))
    assert client.get(reverse("kiosk-hospital")).headers["Location"] == reverse("kiosk-start")
