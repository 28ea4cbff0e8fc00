"""The letter of a referral, as the program of the hospital that got it reads it."""

import json

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from config.letter.keeping import letter_at_sending
from records.models import ConsentScope, Role
from records.services import consent_withdraw
from referrals.letter_selectors import letter_bytes, letter_name
from referrals.models import Referral, ReferralLetter
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir.test_task import moved
from tests.integration.config.fhir_case import Caller


@pytest.fixture(autouse=True)
def _letters(referral: Referral) -> None:
    by = people.actor(referral.organization, Role.PHYSICIAN)
    letter_at_sending(
        referral, address=lambda key: f"https://clinic.example/letters/{key}/", by=by, now=timezone.now()
    )


def _addresses(task: dict[str, object]) -> dict[str, str]:
    told = [one["valueAttachment"] for one in task.get("input", [])]
    return {one["language"]: one["url"] for one in told}


def test_a_task_leads_to_the_letter_in_each_language(hospital: Caller, referral: Referral) -> None:
    found = _addresses(hospital.get(f"Task/{referral.pk}"))
    assert set(found) == {"ko", "en"}
    for letter in ReferralLetter.objects.all():
        read = hospital.reply(found[letter.language])
        assert (read.content, read.headers["Content-Type"]) == (letter_bytes(letter), "application/pdf")
        assert read.headers["Content-Disposition"] == "attachment"
        named = hospital.reply(found[letter.language], accept="application/pdf")
        assert named.content == letter_bytes(letter)
        told = hospital.get(found[letter.language], accept="application/fhir+json")
        assert told["securityContext"]["reference"] == f"Patient/{referral.encounter.patient.public_id}"


def test_a_task_with_its_letter_is_answered_as_it_was_read(hospital: Caller, referral: Referral) -> None:
    before = hospital.get(f"Task/{referral.pk}")
    assert moved(hospital, referral, "received")["input"] == before["input"]
    versions = [entry["resource"] for entry in hospital.get(f"Task/{referral.pk}/_history")["entry"]]
    assert versions[-1] == before


def test_nobody_else_reads_it(hospital: Caller, referral: Referral) -> None:
    address = _addresses(hospital.get(f"Task/{referral.pk}"))["ko"]
    for other in (fhir_case.caller(referral.organization), fhir_case.caller(people.clinic())):
        other.get(address, status=404, accept="application/fhir+json")


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_whoever_is_not_to_treat_the_person_reads_it_no_more(
    hospital: Caller, referral: Referral, end: str
) -> None:
    address = _addresses(hospital.get(f"Task/{referral.pk}"))["ko"]
    if end == "rejected":
        moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    else:
        by = people.actor(referral.organization, Role.PHYSICIAN)
        patient = referral.encounter.patient
        consent_withdraw(
            patient=patient, scope=ConsentScope.REFERRAL, by=by, now=timezone.now(), reason="no more"
        )
    task = hospital.get(f"Task/{referral.pk}")
    assert "input" not in task
    assert address not in json.dumps(task)
    hospital.get(address, status=404, accept="application/fhir+json")


def test_a_letter_that_was_lost_is_said_to_be(hospital: Caller, referral: Referral) -> None:
    address = _addresses(hospital.get(f"Task/{referral.pk}"))["ko"]
    letter = ReferralLetter.objects.get(language="ko")
    default_storage.delete(letter_name(letter.sha256))
    lost = hospital.get(address, status=404, accept="application/fhir+json")
    assert "ask the clinic" in lost["issue"][0]["diagnostics"]


def test_a_search_says_how_many_there_are_where_one_page_is_all(hospital: Caller) -> None:
    assert hospital.get("Task")["total"] == 1
    assert hospital.get("Observation?_count=3").get("total") is None
