"""Label and leaflet: read back from the PDF, in both languages."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader
from reportlab.lib.units import mm

from config.handout.contents import handout, warnings
from config.handout.label import label_pdf
from config.handout.leaflet import leaflet_pdf
from config.handout.lettering import drawable
from pharmacy.domain import rules
from pharmacy.models import Prescription, PrescriptionAlert
from records.actor import Actor
from records.models import AuditEvent, Organization, Patient, Role
from tests.factories import records as people
from tests.integration.config import cast, handed_out
from tests.integration.config.conftest import signed_in

TELEPHONE = "02-0000-0000"
HANGUL = re.compile("[가-힣]")


@pytest.fixture
def clinic(db: None) -> Organization:
    return people.clinic("언덕 보건소", telephone=TELEPHONE)


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    return handed_out.released(clinic, by, name="홍길동")


def papers(one: Prescription, language: str) -> tuple[tuple[PdfReader, str], tuple[PdfReader, str]]:
    with translation.override(language):
        told = handout(one)
        return handed_out.read_pdf(label_pdf(told)), handed_out.read_pdf(leaflet_pdf(told))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_label_names_patient_medicine_lot_dose_and_a_human(one: Prescription, language: str) -> None:
    (_paper, words), _leaflet = papers(one, language)
    with translation.override(language):
        told = handout(one)
    patient = one.encounter.patient
    for said in (
        patient.name,
        patient.mrn,
        "1960-05-01",
        one.lot.number,
        one.lot.expiry.isoformat(),
        "0.5 %",
    ):
        assert said in words
    for said in (told.medicine, told.dose, told.throw_away, told.better_by, told.released, TELEPHONE):
        assert said in words
    assert told.not_a_diagnosis in words
    assert bool(HANGUL.search(told.dose)) == (language == "ko")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_label_is_one_page_of_the_size_of_a_label(one: Prescription, language: str) -> None:
    (paper, _words), _leaflet = papers(one, language)
    assert len(paper.pages) == 1
    assert [float(side) for side in paper.pages[0].mediabox[2:]] == pytest.approx([100 * mm, 70 * mm], abs=1)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_letter_is_in_an_embedded_font(one: Prescription, language: str) -> None:
    for paper, words in papers(one, language):
        fonts = [font.get_object() for page in paper.pages for font in page["/Resources"]["/Font"].values()]
        used = [font for font in fonts if "Nanum" in font["/BaseFont"]]
        assert used and all("/FontFile2" in font["/FontDescriptor"] for font in used)
        assert "□" not in words


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_leaflet_says_every_section_and_fits_on_one_sheet(one: Prescription, language: str) -> None:
    _label, (paper, words) = papers(one, language)
    with translation.override(language):
        told = handout(one)
    assert 1 <= len(paper.pages) <= 2
    for _section, heading, sentences in told.sections:
        assert heading in words
        assert all(sentence in words for sentence in sentences)
    for said in (*told.watch, told.better_by, told.emergency, told.contact, told.not_a_diagnosis):
        assert said in words


def test_the_day_to_see_a_doctor_is_three_days_after_the_release(one: Prescription) -> None:
    Prescription.objects.filter(pk=one.pk).update(authorised_at="2026-11-27T16:00:00Z")
    one.refresh_from_db()
    with translation.override("en"):
        # Past midnight in Seoul.
        assert handout(one).better_by.startswith("Not better by Tuesday, 1 December 2026?")


def test_what_a_check_said_in_passing_is_told_and_how_it_chose_is_not(one: Prescription) -> None:
    code = one.medicine.code
    said = [(rules.PH_LENSES_OUT, ""), (rules.PH_SPACING, "timolol"), (rules.PH_FEFO, "2029-01-31")]
    one.alerts.all().delete()
    PrescriptionAlert.objects.bulk_create(
        PrescriptionAlert(
            prescription=one,
            stage="release",
            position=position,
            rule_id=rule,
            tier="info",
            medicine_code=code,
            subject=subject,
        )
        for position, (rule, subject) in enumerate(said)
    )
    one = Prescription.objects.get(pk=one.pk)
    with translation.override("en"):
        told = warnings(one)
        words = handed_out.read_pdf(label_pdf(handout(one)))[1]
    assert len(told) == 2 and told[0] == "Take contact lenses out before using the drops."
    assert all(warning in words for warning in told)


@pytest.mark.parametrize("telephone", ["", TELEPHONE])
def test_without_a_telephone_the_clinic_itself_is_named(one: Prescription, telephone: str) -> None:
    one.organization.telephone = telephone
    with translation.override("en"):
        contact = handout(one).contact
    assert contact == (
        "Questions? Call us: 02-0000-0000 (언덕 보건소)."
        if telephone
        else "Questions? Come to us: 언덕 보건소."
    )


@pytest.mark.parametrize("name", ["뷁 쀍" * 40, "<b>A&B</b> " * 18, "Nguyễn Thị Ánh " * 10])
def test_a_long_or_odd_name_makes_no_second_label_and_breaks_nothing(one: Prescription, name: str) -> None:
    Patient.objects.filter(pk=one.encounter.patient_id).update(name=name[:200].strip())
    one = Prescription.objects.select_related("encounter__patient").get(pk=one.pk)
    (label, words), (_leaflet, long_words) = papers(one, "ko")
    assert len(label.pages) == 1
    assert drawable(name[:9]).split()[0] in words and one.lot.number in words
    assert one.encounter.patient.mrn in long_words


def test_a_letter_that_the_font_has_not_keeps_what_can_be_drawn_of_it() -> None:
    assert drawable("Ễ 홍길동 \U0001f600") == "E 홍길동 □"


def test_staff_get_the_papers_in_the_patient_s_language_and_it_is_audited(
    one: Prescription, clinic: Organization
) -> None:
    client = signed_in(people.member(clinic, Role.PHARMACIST))
    answer = client.get(reverse("handout-label", args=[one.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="label.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert HANGUL.search(
        handed_out.read_pdf(answer.content)[1].replace("홍길동", "").replace("언덕 보건소", "")
    )
    trace = AuditEvent.objects.latest("sequence")
    assert (trace.entity, trace.patient_id) == (f"pharmacy.prescription:{one.pk}", one.encounter.patient_id)
    english = client.get(reverse("handout-leaflet", args=[one.pk]) + "?language=en")
    assert "What it is for" in handed_out.read_pdf(english.content)[1]


def test_another_clinic_and_a_medicine_that_nobody_released_have_no_papers(
    one: Prescription, clinic: Organization, by: Actor, stranger: Client
) -> None:
    encounter = cast.screened(by, name="김영희", seed=70, symptoms=handed_out.DRY)
    waiting = Prescription.objects.get(encounter=encounter)
    own = signed_in(people.member(clinic, Role.PHARMACIST))
    assert own.get(reverse("handout-label", args=[one.pk])).status_code == 200
    assert own.get(reverse("handout-label", args=[waiting.pk])).status_code == 404
    assert stranger.get(reverse("handout-label", args=[one.pk])).status_code == 404


def test_a_medicine_without_a_leaflet_has_no_papers(one: Prescription, clinic: Organization) -> None:
    medicine = one.medicine
    medicine.code = "latanoprost-0.005"
    medicine.save(update_fields=["code"])
    client = signed_in(people.member(clinic, Role.PHARMACIST))
    assert client.get(reverse("handout-leaflet", args=[one.pk])).status_code == 404
