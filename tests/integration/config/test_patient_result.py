"""The sheet a patient takes home: one dated step, in words that somebody who reads little understands."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config import patient_result as sheet
from config import patient_texts as texts
from config.case import case_outcome
from config.patient_step import Next, patient_step
from pharmacy.models import Prescription
from pharmacy.services import prescription_authorise
from records.actor import Actor
from records.models import AuditEvent, Organization, Patient, Role
from referrals.models import Referral
from referrals.services import referral_authorise_and_send
from risk.fusion_release import FUSION_RELEASE
from risk.watch.holds import hold_open
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.factories import records as people
from tests.factories import screening as made
from tests.integration.config import cast
from tests.unit.config.patient_cases import VISITED, every_case

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
LANGUAGES = ("ko", "en")
DATE = re.compile(r"\d{4}년 \d+월 \d+일|\d{1,2} [A-Z][a-z]+ \d{4}")
JARGON = re.compile(
    r"%|retin|macul|fundus|glaucom|cataract|oedema|disposition|triage|referral|threshold|probab|lesion|"
    r"\bscore|\bOD\b|\bOS\b|망막|황반|안저|녹내장|백내장|부종|병변|확률|점수|의뢰|판독",
    re.IGNORECASE,
)


def page_of(client: Client, encounter: Encounter, language: str = "") -> str:
    answer = client.get(reverse("patient-result", args=[encounter.public_id]), {"language": language})
    assert answer.status_code == 200
    whole = " ".join(answer.content.decode().split())
    return whole[whole.index("<article") : whole.index("</article>")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_has_exactly_one_dated_step(language: str) -> None:
    with translation.override(language):
        for case in every_case():
            step = patient_step(case, visited_on=VISITED, today=VISITED)
            words = sheet.step_text(step, clinic="Hillside")
            also = [
                sheet.told_us(case["red_flags"]),
                *sheet.seen(case),
                *sheet.besides(case, step.next, today=VISITED),
            ]
            assert words.count(sheet.day_text(step.on)) == 1
            assert len(DATE.findall(" ".join([words, *also]))) == 1


def every_text() -> list[str]:
    """All a patient may read, in the language in force, without names of placeholders."""
    found: list[Any] = []
    for value in vars(texts).values():
        found += value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
    words = [str(text) for text in found if type(text).__name__ == "__proxy__"]
    return [re.sub(r"%\(\w+\)s", "", text) for text in words if text != str(texts.DATE_FORMAT)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_trade_occurs(language: str) -> None:
    with translation.override(language):
        assert len(every_text()) > 40
        assert [text for text in every_text() if JARGON.search(text)] == []


def test_english_sentences_are_short() -> None:
    with translation.override("en"):
        sentences = [one for text in every_text() for one in re.split(r"[.:!?]", text)]
    assert [one for one in sentences if len(one.split()) > 18] == []


def test_every_step_has_its_words() -> None:
    assert set(texts.STEPS) == set(Next)


def test_it_is_in_the_patients_language_unless_another_is_chosen(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    assert encounter.patient.language == "ko"
    assert 'lang="ko"' in page_of(nurse, encounter)
    assert 'lang="en"' in page_of(nurse, encounter, "en")
    assert 'lang="ko"' in page_of(nurse, encounter, "xx")
    Patient.objects.update(language="en")
    assert 'lang="en"' in page_of(nurse, encounter)


def test_it_names_the_patient_by_name_year_and_number(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    page = page_of(nurse, encounter, "en")
    for words in ("Hong Gil-dong", "born in 1960", encounter.patient.mrn, encounter.organization.name):
        assert words in page


def test_reading_it_is_audited_and_another_clinic_finds_nothing(
    nurse: Client, stranger: Client, screener: Actor
) -> None:
    encounter = cast.screened(screener)
    page_of(nurse, encounter)
    read = AuditEvent.objects.get(action="R", entity=f"screening.encounter:{encounter.pk}")
    assert read.patient_id == encounter.patient_id
    assert stranger.get(reverse("patient-result", args=[encounter.public_id])).status_code == 404


def test_a_hospital_is_named_once_it_was_sent(nurse: Client, screener: Actor, clinic: Organization) -> None:
    cast.hospital(screener)
    encounter = cast.screened(screener, made.eye(RIGHT, D=0.9), made.eye(LEFT))
    assert "Hill Hospital" not in page_of(nurse, encounter, "en")
    assert "We look for a hospital for you." in page_of(nurse, encounter, "en")
    physician = people.actor(clinic, Role.PHYSICIAN)
    referral = Referral.objects.get(encounter=encounter)
    referral_authorise_and_send(referral_id=referral.pk, by=physician, now=timezone.now())
    assert "Go to Hill Hospital. Be there by" in page_of(nurse, encounter, "en")


def test_while_a_model_is_on_hold_the_sheet_clears_no_eye(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    physician = people.actor(clinic, Role.PHYSICIAN)
    hold_open(release=FUSION_RELEASE, reason="looks wrong", by=physician, now=timezone.now())
    page = page_of(nurse, cast.screened(screener), "en")
    assert "no sign of an illness" not in page
    assert page.count("the computer was not sure. A person looks at the photograph.") == 2
    assert "An eye expert still looks at your photograph." in page


def test_sudden_loss_of_sight_is_for_today(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.screened(screener, symptoms={"sudden_vision_loss": True}), "en")
    assert "You must be seen at a hospital today" in page
    assert "You told us: Sudden loss of sight." in page


def test_what_only_the_computer_saw_is_called_a_sign(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.screened(screener, made.eye(RIGHT, D=0.9), made.eye(LEFT)), "en")
    assert (
        "Right eye: the computer found a sign that an eye doctor should look at: "
        "small changes that diabetes can cause." in page
    )
    assert "Left eye: no sign of an illness was found in the photograph." in page
    assert "This sheet is not a diagnosis." in page


def test_a_photograph_that_was_not_clear_is_taken_again(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.screened(screener, made.ungradable(RIGHT), made.eye(LEFT)), "en")
    assert "so that we take the photograph again. Come by" in page
    assert "This does not mean that the eye is ill." in page


def test_drops_get_their_directions_once_a_pharmacist_released_them(
    nurse: Client, screener: Actor, clinic: Organization
) -> None:
    cast.stock(clinic, screener)
    encounter = cast.screened(screener, symptoms={"dry_or_gritty": True})
    assert "A pharmacist checks which eye drops are right for you." in page_of(nurse, encounter, "en")
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    prescription = Prescription.objects.get(encounter=encounter)
    prescription_authorise(prescription_id=prescription.pk, by=pharmacist, now=timezone.now())
    page = page_of(nurse, encounter, "en")
    assert "You get eye drops from us. 1 drop in each eye" in page
    assert "for your next eye check by" in page


def test_before_there_is_a_result_it_says_so_and_when(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.submitted(screener), "en")
    assert "Your result is not ready yet. We tell you the result by" in page
    assert "We have not finished looking at your photographs." in page


def test_a_cancelled_visit_has_no_result(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener, made.eye(RIGHT, D=0.9), made.eye(LEFT))
    nurse.post(reverse("case-cancel", args=[encounter.public_id]), {"reason": "wrong patient"})
    page = page_of(nurse, encounter, "en")
    assert "This visit was cancelled" in page
    assert "diabetes" not in page


@pytest.mark.parametrize(("country", "shown"), [("KR", "119"), ("NP", "emergency room at once.")])
def test_it_says_where_to_go_at_once(country: str, shown: str) -> None:
    with translation.override("en"):
        assert shown in sheet.emergency(country)


def test_the_outcome_of_a_real_case_is_what_the_rule_reads(screener: Actor) -> None:
    encounter = cast.screened(screener)
    today = timezone.localdate()
    found = patient_step(case_outcome(encounter), visited_on=today, today=today)
    assert found.next is Next.COME_BACK
