"""Label, leaflet and kiosk of a medicine that a physician ordered (PL-09)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from config.handout.contents import Handout, handout
from config.handout.label import label_pdf
from config.handout.leaflet import leaflet_pdf
from config.patient_result import day_text
from pharmacy.domain.leaflet import Section
from pharmacy.models import Prescription
from records.actor import Actor
from records.models import Organization, Role
from tests.factories import records as people
from tests.integration.config import handed_out
from tests.integration.config.conftest import signed_in
from tests.integration.config.test_handout import HANGUL, TELEPHONE, papers
from tests.integration.config.test_kiosk import agreed, said

WORDS = "1 drop in each eye at bedtime"


@pytest.fixture
def clinic(db: None) -> Organization:
    return people.clinic("언덕 보건소", telephone=TELEPHONE)


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    return handed_out.on_order(clinic, by, WORDS)


def told(one: Prescription, language: str) -> Handout:
    with translation.override(language):
        return handout(one)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_label_says_what_the_prescriber_wrote_and_when_to_throw_it_away(
    one: Prescription, language: str
) -> None:
    (paper, words), _leaflet = papers(one, language)
    of, patient = told(one, language), one.encounter.patient
    assert len(paper.pages) == 1
    for fact in (patient.name, patient.mrn, "0.005 %", "L77", "2031-01-31", WORDS, "이수진", TELEPHONE):
        assert fact in words
    for sentence in (of.medicine, of.a_day, of.ordered, of.throw_away, of.better_by, of.released):
        assert sentence in words
    with translation.override(language):
        assert day_text(timezone.localdate() + timedelta(days=28)) in of.throw_away
        assert day_text(timezone.localdate()) in of.released
        assert day_text(one.order.written_on) in of.ordered


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_leaflet_says_every_section_whom_to_ask_and_when_to_get_help(
    one: Prescription, language: str
) -> None:
    _label, (paper, words) = papers(one, language)
    of = told(one, language)
    assert 1 <= len(paper.pages) <= 2 and "□" not in words
    for _section, heading, sentences in of.sections:
        assert heading in words and all(sentence in words for sentence in sentences)
    for sentence in (*of.watch, of.better_by, of.emergency, of.contact):
        assert sentence in words
    assert bool(HANGUL.search(of.a_day)) == (language == "ko")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_letter_is_in_an_embedded_font(one: Prescription, language: str) -> None:
    of = told(one, language)
    with translation.override(language):
        made = (label_pdf(of), leaflet_pdf(of))
    for paper, _words in map(handed_out.read_pdf, made):
        fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]
        used = [font for font in fonts if "Nanum" in font["/BaseFont"]]
        assert used and all("/FontFile2" in font["/FontDescriptor"] for font in used)


def test_the_prescriber_s_words_are_the_first_thing_said_of_its_use(one: Prescription) -> None:
    sections = {section: sentences for section, _heading, sentences in told(one, "en").sections}
    assert sections[Section.USE][:2] == (
        WORDS,
        "1 drop a day in each eye that the doctor named, for 28 days.",
    )


def test_an_opened_bottle_is_never_kept_beyond_the_expiry(clinic: Organization, by: Actor) -> None:
    one = handed_out.on_order(clinic, by)
    one.lot.expiry = timezone.localdate() + timedelta(days=5)
    with translation.override("en"):
        assert day_text(one.lot.expiry) in handout(one).throw_away


@pytest.mark.parametrize(
    ("words", "language", "voice"),
    [(WORDS, "ko", "en"), (WORDS, "en", ""), ("자기 전 1방울", "en", "ko"), ("1 × 22:00", "ko", "")],
)
def test_a_voice_reads_the_prescriber_s_words_in_their_own_language(
    clinic: Organization, by: Actor, words: str, language: str, voice: str
) -> None:
    assert told(handed_out.on_order(clinic, by, words), language).dose_language == voice


def test_staff_get_both_papers_of_an_ordered_medicine(one: Prescription, clinic: Organization) -> None:
    client = signed_in(people.member(clinic, Role.PHARMACIST))
    for name in ("handout-label", "handout-leaflet"):
        answer = client.get(reverse(name, args=[one.pk]))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert WORDS in handed_out.read_pdf(answer.content)[1]


def test_the_kiosk_tells_it_part_by_part_and_shows_both_papers(
    nurse: Client, one: Prescription, tries_of_its_own: None
) -> None:
    nurse.post(reverse("kiosk-open"))
    agreed(nurse, one)
    parts = len(told(one, "en").sections) + 2
    pages = [said(nurse.get(reverse("kiosk-leaflet", args=[number]))) for number in range(1, parts + 1)]
    assert "latanoprost" in pages[0]
    assert WORDS in pages[1]
    assert "Ask the doctor who ordered it" in pages[-2]
    assert nurse.get(reverse("kiosk-label")).status_code == 200
    assert nurse.get(reverse("kiosk-leaflet-paper")).status_code == 200
    nurse.cookies["django_language"] = "ko"
    korean = nurse.get(reverse("kiosk-leaflet", args=[2])).content.decode()
    assert f'<li data-say lang="en">{WORDS}</li>' in korean
