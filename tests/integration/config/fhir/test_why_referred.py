"""What a hospital is asked about: the diseases and eyes that the referral rests on, while it is to treat the person."""

from typing import Any

import pytest
from django.utils import timezone

from records.models import ConsentScope, Organization, Role
from records.services import consent_withdraw
from referrals.models import Referral
from risk.models import AssessmentAction
from screening.domain.exam_result import EyeResult
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import fhir_case
from tests.integration.config.fhir.test_task import moved
from tests.integration.config.fhir.visit_acts import settled
from tests.integration.config.fhir_case import Caller

RIGHT, LEFT = "18944008", "8966001"


def _codes(elements: list[dict[str, Any]]) -> list[list[str]]:
    return [[coding["code"] for coding in element["coding"]] for element in elements]


@pytest.mark.parametrize(
    ("eyes", "sites"),
    [
        ((screening.eye("R", G=0.9), screening.eye("L")), [[RIGHT]]),
        ((screening.eye("R"), screening.eye("L", G=0.9)), [[LEFT]]),
        ((screening.eye("R", G=0.9), screening.eye("L", G=0.9)), [[RIGHT], [LEFT]]),
        ((screening.eye("R", G=0.9), screening.ungradable("L")), [[RIGHT]]),
    ],
    ids=("right", "left", "both", "the other one unjudged"),
)
def test_an_order_says_what_was_found_and_in_which_eyes(
    clinic: Organization, eyes: tuple[EyeResult, ...], sites: list[list[str]]
) -> None:
    referral = fhir_case.sent(clinic, *eyes)
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    order = hospital.get(f"ServiceRequest/{referral.pk}")
    assert _codes(order["reasonCode"]) == [["glaucoma", "23986001"]]
    assert _codes(order["bodySite"]) == sites
    assert hospital.get(f"ServiceRequest/{referral.pk}/_history")["entry"][0]["resource"] == order


def test_an_order_names_every_disease_that_the_assessment_does_and_no_other(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.eye("L", D=0.9))
    hospital = fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
    action = AssessmentAction.objects.get(assessment=referral.assessment, kind="referral")
    told = [codes[0] for codes in _codes(hospital.get(f"ServiceRequest/{referral.pk}")["reasonCode"])]
    assert (action.labels, told) == ("D,G", ["diabetic-retinopathy", "glaucoma"])
    AssessmentAction.objects.filter(pk=action.pk).update(labels="")
    assert "reasonCode" not in hospital.get(f"ServiceRequest/{referral.pk}")


def test_who_said_no_is_not_told_what_was_found(hospital: Caller, referral: Referral) -> None:
    moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    _told_nothing(hospital, referral)


def test_without_consent_nobody_is_told_what_was_found(hospital: Caller, referral: Referral) -> None:
    consent_withdraw(
        patient=referral.encounter.patient,
        scope=ConsentScope.REFERRAL,
        reason="changed their mind",
        by=people.actor(referral.organization, Role.SCREENER),
        now=timezone.now(),
    )
    _told_nothing(hospital, referral)


def _told_nothing(hospital: Caller, referral: Referral) -> None:
    """In any version, also those of a time at which it was to know."""
    for one in hospital.get(f"ServiceRequest/{referral.pk}/_history")["entry"]:
        assert not {"reasonCode", "bodySite"} & set(one["resource"])
    assert not {"reasonCode", "bodySite"} & set(hospital.get(f"ServiceRequest/{referral.pk}"))


def test_an_order_keeps_the_eyes_it_was_sent_with(hospital: Caller, referral: Referral) -> None:
    before = hospital.get(f"ServiceRequest/{referral.pk}")
    assert before["bodySite"]
    settled(referral.organization, referral.encounter, which=0)
    assert hospital.get(f"DiagnosticReport/{referral.encounter.public_id}")["status"] == "final"
    assert hospital.get(f"ServiceRequest/{referral.pk}") == before
