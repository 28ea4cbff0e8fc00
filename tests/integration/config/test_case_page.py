import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pharmacy.models import Prescription
from records.actor import Actor
from records.models import AuditEvent, Organization
from risk.models import AssessmentReason
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.models import Encounter, FundusImage
from tests.factories import screening
from tests.integration.config import cast

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def page_of(client: Client, encounter: Encounter) -> str:
    answer = client.get(reverse("case", args=[encounter.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_another_clinics_case_does_not_exist(stranger: Client, nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    image = FundusImage.objects.filter(exam__encounter=encounter).first()
    addresses = [
        reverse("case", args=[encounter.public_id]),
        reverse("photograph", args=[encounter.public_id, image.sha256]),
    ]
    assert [stranger.get(address).status_code for address in addresses] == [404, 404]
    assert nurse.get(addresses[0]).status_code == 200
    assert nurse.get(reverse("case", args=[uuid4()])).status_code == 404


def test_reading_a_case_is_audited(nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    page_of(nurse, encounter)
    read = AuditEvent.objects.get(action="R", entity=f"screening.encounter:{encounter.pk}")
    assert read.patient_id == encounter.patient_id


def test_both_eyes_stand_as_one_faces_the_patient_and_say_which_they_are(
    nurse: Client, screener: Actor
) -> None:
    found = (screening.eye(RIGHT, D=0.9, G=0.45), screening.ungradable(LEFT))
    page = page_of(nurse, cast.screened(screener, *found))
    right, left = page.index('id="eye-R"'), page.index('id="eye-L"')
    assert right < left
    assert "Right eye" in page[right:left]
    assert "Can be judged" in page[right:left]
    assert "Left eye" in page[left:]
    assert "Cannot be judged" in page[left:]


def test_a_finding_shows_score_threshold_and_decision_the_serious_first(
    nurse: Client, screener: Actor
) -> None:
    found = (screening.eye(RIGHT, A=0.62, G=0.45), screening.eye(LEFT))
    page = page_of(nurse, cast.screened(screener, *found))
    eye = page[page.index('id="eye-R"') : page.index('id="eye-L"')]
    order = [eye.index(words) for words in ("Macular degeneration", "Glaucoma", "Diabetes in the eye")]
    assert order == sorted(order)
    assert "62 %" in eye
    assert "50 %" in eye
    for decision in ("Suspected", "Unclear, a grader decides", "Not suspected"):
        assert decision in eye


@pytest.mark.parametrize("dry", [False, True])
def test_a_finding_that_an_eye_clinic_already_expects_is_not_called_nothing(
    nurse: Client, screener: Actor, *, dry: bool
) -> None:
    booked = (timezone.localdate() + timedelta(days=5)).isoformat()
    appointment = {"under_eye_care": True, "next_eye_appointment": booked}
    found = (screening.eye(RIGHT, D=0.9), screening.eye(LEFT))
    encounter = cast.screened(screener, *found, risk=appointment, symptoms={"dry_or_gritty": dry})
    page = page_of(nurse, encounter)
    result = page[page.index('id="result"') : page.index('id="eyes"')]
    assert "Keep the appointment at the eye clinic" in result
    assert ("A medicine can help" in result) is dry
    assert "Nothing to treat now" not in page
    assert "Soon" in result
    assert f"Keep the appointment on {booked}" in result
    listed = nurse.get(reverse("cases")).content.decode()
    assert "Keep the appointment at the eye clinic" in listed


def test_an_eye_that_cannot_be_judged_says_why_and_what_to_do(nurse: Client, screener: Actor) -> None:
    dark = replace(
        screening.eye(LEFT), gradability=Gradability.LIMITED, quality_reasons=(QualityReason.TOO_DARK,)
    )
    page = page_of(nurse, cast.screened(screener, screening.ungradable(RIGHT), dark))
    assert "Blurred" in page
    assert "focus again" in page
    assert "Can be judged with limits" in page
    assert "raise the flash" in page
    assert "what cannot be judged is not normal" in page


def test_an_eye_that_was_not_photographed_is_unknown_not_normal(nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    FundusImage.objects.get(exam__encounter=encounter, laterality=LEFT).delete()
    assert "Not photographed. Nothing is known of this eye." in page_of(nurse, encounter)


def test_the_risk_stands_beside_what_the_photograph_alone_says_and_tells_where_it_was_learnt(
    nurse: Client, screener: Actor
) -> None:
    page = page_of(nurse, cast.screened(screener))
    assert "The image alone" in page
    assert "learnt from simulated patients" in page
    assert page.count("Screening support, not a diagnosis") == 2


def test_what_is_not_known_and_would_say_most_stands_below_the_risks(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.screened(screener))
    assert page.count("Not known, and would say most") == 1
    listed = page[page.index('class="open-questions"') :].partition("</ol>")[0]
    assert 1 <= listed.count("<li>") <= 3 and " % – " in listed


def test_without_a_photograph_that_can_be_judged_the_image_risk_is_unknown(
    nurse: Client, screener: Actor
) -> None:
    blind = (screening.ungradable(RIGHT), screening.ungradable(LEFT))
    page = page_of(nurse, cast.screened(screener, *blind))
    assert page.count('<span class="soft">Not known</span>') == 6


def test_a_referral_names_hospital_estimated_distance_and_reasons(nurse: Client, screener: Actor) -> None:
    cast.hospital(screener)
    found = (screening.eye(RIGHT, D=0.9), screening.eye(LEFT))
    page = page_of(nurse, cast.screened(screener, *found))
    assert "Go to a hospital" in page
    assert '<p class="lead">Hill Hospital</p>' in page
    assert "About 14.5 km away (estimate)." in page
    assert "Distances are estimates" in page
    assert "Diabetic changes of the retina need:" in page
    assert "The photograph shows signs of diabetes in the eye." in page
    assert f"by {timezone.localdate() + timedelta(days=14)}" in page


def test_without_a_hospital_it_says_why_the_coordinator_decides(nurse: Client, screener: Actor) -> None:
    found = (screening.eye(RIGHT, D=0.9), screening.eye(LEFT))
    page = page_of(nurse, cast.screened(screener, *found))
    assert "Why a coordinator decides" in page
    assert "No hospital can treat this in time" in page


def test_a_medicine_shows_lot_directions_and_why(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    cast.stock(clinic, screener)
    page = page_of(nurse, cast.screened(screener, symptoms={"dry_or_gritty": True}))
    assert "Proposed, waits for the pharmacist&#x27;s release" in page
    assert "carmellose eye drops 0.5 %" in page
    assert "LOT0" in page
    assert "at most 6 times a day" in page
    assert "Why this one" in page


def test_a_refused_medicine_says_why_a_pharmacist_decides(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    cast.stock(clinic, screener)
    allergic = {"allergies": ["carmellose", "hypromellose"]}
    page = page_of(nurse, cast.screened(screener, symptoms={"dry_or_gritty": True}, safety=allergic))
    assert "Why a pharmacist decides" in page
    assert "Allergy to carmellose, which is in carmellose eye drops" in page
    assert "must not be given" in page


def test_every_case_tells_when_to_come_back(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    recall = encounter.assessments.get().recall
    assert f'<p class="lead">{recall.due_by}</p>' in page_of(nurse, encounter)


def test_drawn_photographs_are_marked_on_the_page_and_on_each_eye(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.submitted(screener))
    assert page.count("Synthetic photograph") == 3
    assert "drawn by software for demonstration" in page
    real = page_of(nurse, cast.submitted(screener, synthetic=False, name="Real", seed=1))
    assert "Synthetic photograph" not in real


def test_a_possible_mix_up_warns_before_anything_else(nurse: Client, screener: Actor) -> None:
    cast.submitted(screener, name="One")
    page = page_of(nurse, cast.submitted(screener, name="Other"))
    assert "already filed under another patient" in page
    assert page.index("already filed under another patient") < page.index('id="eye-R"')


def test_a_failed_step_shows_its_reason(nurse: Client, screener: Actor) -> None:
    item = cast.failed(screener)
    page = page_of(nurse, Encounter.objects.get(exams=item.key))
    assert "Scoring the photographs" in page
    assert "PhotographDamaged: restore it from the backup" in page


def test_rules_of_an_earlier_version_do_not_break_the_page(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    cast.stock(clinic, screener)
    cast.hospital(screener)
    found = (screening.eye(RIGHT, G=0.9), screening.eye(LEFT))
    encounter = cast.screened(screener, *found, symptoms={"dry_or_gritty": True})
    AssessmentReason.objects.update(code="RX-99")
    Prescription.objects.get().alerts.update(rule_id="PH-99")
    encounter.referrals.get().reasons.update(rule_id="REFR-99")
    page = page_of(nurse, encounter)
    assert "Rule RX-99 of an earlier version" in page
    assert "Rule REFR-99 of an earlier version" in page


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_has_one_heading_of_the_first_level_and_no_inline_style_or_script(
    nurse: Client, screener: Actor, language: str
) -> None:
    cast.hospital(screener)
    encounter = cast.screened(screener, symptoms={"sudden_vision_loss": True, "dry_or_gritty": True})
    nurse.cookies["django_language"] = language
    page = page_of(nurse, encounter)
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1
    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
