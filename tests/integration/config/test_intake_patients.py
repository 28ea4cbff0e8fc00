"""Who is here: found or registered once, corrected with the reason, asked for consent, taken up where it stands."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records.actor import Actor
from records.models import Consent, Organization, Patient, PatientAmendment, Role
from screening.models import Encounter, Exam
from tests.factories import records as cast
from tests.factories import screening as made
from tests.integration.config.conftest import signed_in
from tests.integration.config.intake import UNKNOWN, address

HONG = {"mrn": "A-1", "name": "Hong Gil-dong", "birth_date": "19600501", "sex": "male", "language": "ko"}


def test_a_search_finds_by_number_name_and_birth_date_and_leaves_no_name_in_the_address(
    nurse: Client, patient: Patient
) -> None:
    for words in ("a-1", "hong", "1960.5.1", "19600501"):
        answer = nurse.post(reverse("intake-search"), {"words": words}, follow=True)
        assert patient.name in answer.content.decode()
        assert words not in answer.redirect_chain[-1][0]


def test_another_clinics_patient_is_not_found(stranger: Client, patient: Patient) -> None:
    answer = stranger.post(reverse("intake-search"), {"words": "hong"}, follow=True)
    assert patient.name not in answer.content.decode()
    assert stranger.get(reverse("intake-patient", args=[patient.public_id])).status_code == 404


def test_registering_leads_to_the_patient_and_twice_is_once(nurse: Client, clinic: Organization) -> None:
    first = nurse.post(reverse("intake-register"), HONG)
    again = nurse.post(reverse("intake-register"), HONG)
    assert first.headers["Location"] == again.headers["Location"]
    assert Patient.objects.count() == 1


def test_who_may_be_the_same_person_is_shown_before_anybody_is_registered(
    nurse: Client, patient: Patient
) -> None:
    similar = HONG | {"mrn": "A-2", "name": "Hong Gildong"}
    page = nurse.post(reverse("intake-register"), similar)
    assert "This is the same person" in page.content.decode()
    assert Patient.objects.count() == 1
    nurse.post(reverse("intake-register"), similar | {"another_person": page.context["mark"]})
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mrn", ""),
        ("mrn", "A\u200b"),
        ("name", "x" * 201),
        ("birth_date", "19601301"),
        ("birth_date", "20990101"),
    ],
)
def test_a_detail_that_cannot_be_right_is_refused_beside_its_field_and_the_rest_is_kept(
    nurse: Client, clinic: Organization, field: str, value: str
) -> None:
    page = nurse.post(reverse("intake-register"), HONG | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert HONG["name" if field != "name" else "mrn"] in page.content.decode()
    assert not Patient.objects.exists()


def test_a_taken_number_is_refused_beside_it(nurse: Client, patient: Patient) -> None:
    other = HONG | {"name": "Kim", "birth_date": "19700101"}
    assert "mrn" in nurse.post(reverse("intake-register"), other).context["form"].errors


@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_number_at_once_register_one_patient() -> None:
    membership = cast.member(cast.clinic())

    def send(_: int) -> int:
        try:
            return signed_in(membership).post(reverse("intake-register"), HONG).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(send, range(2))) == {302}
    assert Patient.objects.count() == 1


def _seen(patient: Patient) -> dict[str, str]:
    return {
        "seen_mrn": patient.mrn,
        "seen_name": patient.name,
        "seen_birth_date": str(patient.birth_date),
        "seen_sex": patient.sex,
        "seen_language": patient.language,
    }


def test_a_correction_keeps_what_was_said_before_and_why(nurse: Client, patient: Patient) -> None:
    page = reverse("intake-amend", args=[patient.public_id])
    given = HONG | _seen(patient) | {"birth_date": "19610501", "reason": "misread"}
    assert nurse.post(page, given).status_code == 302
    patient.refresh_from_db()
    before = PatientAmendment.objects.get()
    assert (patient.birth_date.year, before.birth_date.year, before.reason) == (1961, 1960, "misread")


def test_a_correction_of_what_somebody_else_has_corrected_is_refused_once(
    nurse: Client, patient: Patient
) -> None:
    Patient.objects.update(name="Hong Gil-su")
    given = HONG | _seen(patient) | {"birth_date": "19610501", "reason": "misread"}
    answer = nurse.post(reverse("intake-amend", args=[patient.public_id]), given)
    assert answer.status_code == 409
    assert "Hong Gil-su" in answer.content.decode()
    assert not PatientAmendment.objects.exists()


def test_without_consent_no_visit_begins_and_the_page_says_what_is_possible(nurse: Client, by: Actor) -> None:
    asked = cast.patient(by, consented=False)
    page = nurse.post(
        reverse("intake-patient", args=[asked.public_id]), {"screening": "no", "given_by": "patient"}
    )
    assert "No photograph without consent" in page.content.decode()
    assert not Encounter.objects.exists()


def test_a_consent_is_given_by_whoever_gives_it_and_can_be_withdrawn(nurse: Client, by: Actor) -> None:
    asked = cast.patient(by, consented=False)
    nurse.post(
        reverse("intake-patient", args=[asked.public_id]), {"screening": "yes", "given_by": "guardian"}
    )
    assert Consent.objects.get().given_by == "guardian"
    for _ in range(2):
        nurse.post(reverse("intake-consent-withdraw", args=[asked.public_id]), {"scope": "screening"})
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_a_visit_begun_twice_is_one_visit(nurse: Client, visit: Encounter) -> None:
    nurse.post(reverse("intake-patient", args=[visit.patient.public_id]), {"given_by": "patient"})
    assert (Encounter.objects.count(), Exam.objects.count()) == (1, 1)


def test_a_visit_is_resumed_at_its_first_unfinished_step(nurse: Client, visit: Encounter) -> None:
    def step() -> str:
        return nurse.get(address("intake-visit", visit)).headers["Location"]

    assert step() == address("intake-questions", visit)
    nurse.post(address("intake-questions", visit), UNKNOWN)
    assert step() == address("intake-photographs", visit)
    made.next_exam(visit, cast.actor(visit.organization), seed=3)
    assert step() == address("intake-progress", visit)


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.AUDITOR])
def test_roles_that_take_no_cases_are_refused_with_the_reason(
    colleague: Callable[[str], Client], role: str
) -> None:
    assert colleague(role).get(reverse("intake")).status_code == 403


def test_yesterdays_visit_is_not_taken_for_todays(nurse: Client, visit: Encounter) -> None:
    Encounter.objects.update(started_at=timezone.now() - timedelta(days=2))
    nurse.post(reverse("intake-patient", args=[visit.patient.public_id]), {"given_by": "patient"})
    assert Encounter.objects.count() == 2
