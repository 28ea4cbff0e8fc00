"""The referral letter: read back from the PDF, in both languages, and kept as the hospital got it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from config.handout.lettering import drawable
from config.letter.contents import Letter, letter_language, letter_of
from config.letter.paper import letter_pdf
from records.actor import Actor
from records.models import AuditEvent, Organization, Patient, Role
from referrals.errors import LetterDamaged
from referrals.letter_selectors import letter_bytes, letter_name
from referrals.models import Hospital, Referral, ReferralLetter
from referrals.services import referral_refuse
from risk.models import RiskFactors
from risk.services import assessment_finalise
from screening.domain.findings import Label
from screening.models import ExamOutcome, FundusImage
from screening.services import grading_claim, read_sign
from tests.factories import grading, maps, screening
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.conftest import signed_in
from tests.integration.config.handed_out import read_pdf

LANGUAGES = ("ko", "en")
PRELIMINARY = {"ko": "AI 예비 결과, 진단이 아님", "en": "AI, preliminary, not a diagnosis"}
ADDRESS = "https://clinic.example/letters/0b6f3c5e-6f6e-4c65-9d0a-3f1f6a3f0c11/"
GLAUCOMA = (screening.eye("R", G=0.9), screening.eye("L"))


@pytest.fixture
def clinic(db: None) -> Organization:
    return people.clinic("언덕 보건소", telephone="02-0000-0000")


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    return with_maps(fhir_case.sent(clinic, *GLAUCOMA, name="홍길동", drawn=True))


def with_maps(referral: Referral) -> Referral:
    image = FundusImage.objects.get(exam__encounter=referral.encounter, laterality="R")
    maps.stored(image.sha256, "G")
    return referral


def fresh(referral: Referral) -> Referral:
    loaded = ("hospital", "organization", "assessment", "authorised_by", "encounter__patient")
    return Referral.objects.select_related(*loaded).prefetch_related("reasons").get(pk=referral.pk)


def told(referral: Referral, language: str, address: str = ADDRESS) -> Letter:
    with translation.override(language):
        return letter_of(fresh(referral), now=timezone.now(), address=address)


def paper(referral: Referral, language: str, address: str = ADDRESS) -> tuple[PdfReader, str]:
    with translation.override(language):
        return read_pdf(letter_pdf(told(referral, language, address)))


def address_of(referral: Referral, language: str = "") -> str:
    asked = f"?language={language}" if language else ""
    return reverse("referral-letter", args=[referral.pk]) + asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_who_where_how_soon_and_why_on_one_page(referral: Referral, language: str) -> None:
    letter, (pdf, words) = told(referral, language), paper(referral, language)
    patient = referral.encounter.patient
    for said in (patient.name, patient.mrn, "1960-05-01", "언덕 보건소", "02-0000-0000", "Hill Hospital"):
        assert said in words
    for said in (letter.deadline, letter.urgency, letter.authorised, letter.releases, *letter.notes):
        assert said in words
    assert letter.reasons and all(text in words and rule in words for text, rule in letter.reasons)
    assert len(pdf.pages) == 1
    assert str(referral.due_by.year) in letter.deadline


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_in_an_embedded_font(referral: Referral, language: str) -> None:
    pdf, words = paper(referral, language)
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    used = [font for font in fonts if "Nanum" in font["/BaseFont"]]
    assert used and all("/FontFile2" in font["/FontDescriptor"] for font in used)
    assert "□" not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_korean_letter_is_in_korean_and_an_english_one_in_english(
    referral: Referral, language: str
) -> None:
    letter = told(referral, language)
    sentences = [letter.deadline, letter.urgency, letter.releases, *letter.notes]
    sentences += [text for text, _ in letter.reasons] + [name for name, _ in letter.history]
    korean = [bool(re.search("[가-힣]", one)) for one in sentences]
    assert all(korean) if language == "ko" else not any(korean)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_signed_is_marked_as_preliminary(referral: Referral, language: str) -> None:
    words = paper(referral, language)[1]
    assert words.count(PRELIMINARY[language]) >= 2
    assert "seen by a person" not in words and "사람이 확인" not in words


def test_what_people_signed_is_not_marked_as_preliminary(clinic: Organization) -> None:
    referral = fhir_case.referred(clinic, *GLAUCOMA)
    settled_by_people(referral)
    letter, words = told(referral, "en", ""), paper(referral, "en", "")[1]
    assert letter.signed and letter.signature and letter.signature in words
    assert "Glaucoma: seen by a person" in words
    assert PRELIMINARY["en"] not in words


def settled_by_people(referral: Referral) -> None:
    """A grader reads and signs, and the advice follows from it."""
    grader, signed_at = (
        people.actor(referral.organization, Role.GRADER),
        timezone.now() + timedelta(minutes=1),
    )
    task = grading.task(referral.encounter)
    grading_claim(task_id=task.pk, by=grader, now=signed_at)
    entries = grading.both(Label.GLAUCOMA)
    read_sign(task_id=task.pk, position="first", entries=entries, by=grader, now=signed_at)
    outcome = ExamOutcome.objects.get(exam__encounter=referral.encounter, superseded_at=None)
    by = Actor(organization_id=referral.organization_id, label="software:test")
    assessment_finalise(outcome_id=outcome.pk, by=by, now=signed_at + timedelta(minutes=1))


def test_an_eye_that_could_not_be_judged_is_said_so_and_is_never_normal(clinic: Organization) -> None:
    referral = fhir_case.sent(clinic, screening.eye("R", G=0.9), screening.ungradable("L"))
    letter, words = told(referral, "en"), paper(referral, "en")[1]
    left = letter.eyes[1]
    assert left.note.startswith("Cannot be judged. This is not a normal result.")
    assert left.found == () and left.note in words


def test_the_photographs_of_both_eyes_are_there_and_the_map_is_said_to_be_the_model_s(
    referral: Referral,
) -> None:
    letter, (pdf, words) = told(referral, "en"), paper(referral, "en")
    right, left = letter.eyes
    assert right.photograph and left.photograph and right.map and not left.map
    assert right.map_caption == "Model output: where it looked for Glaucoma" and right.map_caption in words
    pictures = [picture for page in pdf.pages for picture in page.images]
    assert len(pictures) == 4  # three of the eyes, and the code


def test_the_map_lies_over_the_photograph(referral: Referral) -> None:
    right = told(referral, "en").eyes[0]
    plain, mapped = (
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).astype(int)
        for data in (right.photograph, right.map)
    )
    assert plain.shape == mapped.shape
    differs = np.abs(plain - mapped).sum(axis=2)
    middle, corner = differs[plain.shape[0] // 2, plain.shape[1] // 2], differs[4, 4]
    assert middle > 100 > corner


def test_the_code_leads_to_an_address_without_a_word_about_the_patient(referral: Referral) -> None:
    pdf, _ = paper(referral, "en")
    pictures = [picture.image for page in pdf.pages for picture in page.images]
    read = {cv2.QRCodeDetector().detectAndDecode(as_grey(one))[0] for one in pictures}
    assert ADDRESS in read


def as_grey(picture: Any) -> np.ndarray:
    return np.array(picture.convert("L"))


def test_the_address_of_the_code_asks_for_signing_in_and_is_another_clinic_s_404(
    referral: Referral, clinic: Organization, visitor: Client, stranger: Client
) -> None:
    own = signed_in(people.member(clinic, Role.COORDINATOR))
    own.get(address_of(referral))
    code = reverse("letter-by-code", args=[ReferralLetter.objects.get().public_id])
    assert visitor.get(code).status_code == 302
    assert reverse("account_login") in visitor.get(code).headers["Location"]
    assert stranger.get(code).status_code == 404
    assert own.get(code).headers["Location"] == reverse("authorise-referral", args=[referral.pk])


def test_the_reply_section_asks_for_each_scored_disease_of_each_eye(referral: Referral) -> None:
    words = paper(referral, "en")[1]
    for said in ("Did not attend", "Right eye: there", "Left eye: not there", "Date, name and telephone"):
        assert said in words


@pytest.mark.parametrize("name", ["뷁 쀍" * 40, "<b>A&B</b> " * 18, "Nguyễn Thị Ánh " * 10, "나" * 200])
def test_a_long_or_odd_name_breaks_nothing(referral: Referral, name: str) -> None:
    Patient.objects.filter(pk=referral.encounter.patient_id).update(name=name[:200].strip())
    Hospital.objects.filter(pk=referral.hospital_id).update(name=name[:200].strip())
    pdf, words = paper(referral, "ko")
    assert len(pdf.pages) <= 2
    assert drawable(name[:9]).split()[0] in words and referral.encounter.patient.mrn in words
    inside_the_page(pdf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_findings_and_a_long_history_overflow_nothing(clinic: Organization, language: str) -> None:
    serious = dict.fromkeys("DGCAHMO", 0.97)
    safety = {
        "allergies": [f"allergen {number}" for number in range(20)],
        "current_medicines": [f"medicine {number}" for number in range(20)],
    }
    symptoms = {"sudden_vision_loss": True, "distorted_lines": True, "double_vision": True}
    referral = fhir_case.sent(
        clinic, screening.eye("R", **serious), screening.eye("L", **serious), safety=safety, symptoms=symptoms
    )
    pdf, words = paper(referral, language)
    assert len(pdf.pages) <= 2
    assert "medicine 19" in words
    inside_the_page(pdf)


def inside_the_page(pdf: PdfReader) -> None:
    """No line begins outside the paper."""
    for page in pdf.pages:
        width, height = float(page.mediabox[2]), float(page.mediabox[3])
        places: list[tuple[float, float]] = []
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size, places=places: (
                places.append((tm[4], tm[5])) if text.strip() else None
            )
        )
        assert places and all(0 <= x < width and 0 <= y < height for x, y in places)


def test_answers_are_told_and_what_nobody_asked_is_not_made_up(referral: Referral) -> None:
    RiskFactors.objects.filter(encounter=referral.encounter).update(
        systolic_mmhg=150, diastolic_mmhg=None, iop_right_mmhg=24.5, iop_method="goldmann", smoking="unknown"
    )
    history = dict(told(referral, "en").history)
    assert history["Blood pressure"] == "150/? mmHg"
    assert history["Eye pressure"] == "right eye 24.5 mmHg (Goldmann)"
    assert history["Allergies"] == "None" and "Smoking" not in history


def test_the_language_is_that_of_the_hospital_s_country_unless_another_is_asked_for(
    referral: Referral,
) -> None:
    one = fresh(referral)
    assert (letter_language(one), letter_language(one, "en"), letter_language(one, "xx")) == (
        "ko",
        "en",
        "ko",
    )
    one.hospital.country = "KE"
    assert letter_language(one) == "en"


def test_what_the_hospital_got_is_shown_again_byte_for_byte(referral: Referral, clinic: Organization) -> None:
    client = signed_in(people.member(clinic, Role.COORDINATOR))
    first = client.get(address_of(referral))
    Patient.objects.filter(pk=referral.encounter.patient_id).update(name="다른 이름")
    again = client.get(address_of(referral))
    assert again.content == first.content
    kept = ReferralLetter.objects.get()
    assert first.headers["ETag"] == f'"{kept.sha256}"' and kept.version == 1
    assert kept.event.to_status == "requested"


def test_each_language_and_each_sending_is_a_letter_of_its_own(
    referral: Referral, clinic: Organization
) -> None:
    client = signed_in(people.member(clinic, Role.COORDINATOR))
    for language in ("ko", "en", "en"):
        client.get(address_of(referral, language))
    assert sorted(ReferralLetter.objects.values_list("language", flat=True)) == ["en", "ko"]


def test_sending_makes_the_letter_with_the_step(clinic: Organization) -> None:
    one = fhir_case.referred(clinic)
    physician = signed_in(people.member(clinic, Role.PHYSICIAN))
    reply = physician.post(reverse("authorise-referral-authorise", args=[one.pk]), {"send": "1"})
    assert reply.status_code == 302
    assert sorted(one.language for one in ReferralLetter.objects.all()) == ["en", "ko"]
    kept = ReferralLetter.objects.get(event__referral=one, language="ko")
    assert letter_bytes(kept).startswith(b"%PDF")
    assert AuditEvent.objects.filter(entity=f"referrals.referralletter:{kept.pk}", action="C").exists()


def test_in_a_second_language_too_it_says_what_stood_when_it_was_sent(clinic: Organization) -> None:
    one = fhir_case.referred(clinic)
    physician = signed_in(people.member(clinic, Role.PHYSICIAN))
    physician.post(reverse("authorise-referral-authorise", args=[one.pk]), {"send": "1"})
    Patient.objects.filter(pk=one.encounter.patient_id).update(name="Somebody Else")
    for language in LANGUAGES:
        assert "Somebody Else" not in read_pdf(physician.get(address_of(one, language)).content)[1]


def test_a_letter_that_cannot_be_made_does_not_undo_the_sending(
    clinic: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object, **__: object) -> None:
        raise OSError("no space left")

    one = fhir_case.referred(clinic)
    physician = signed_in(people.member(clinic, Role.PHYSICIAN))
    with monkeypatch.context() as broken:
        broken.setattr(default_storage._wrapped, "_save", full_disk)
        physician.post(reverse("authorise-referral-authorise", args=[one.pk]), {"send": "1"})
    one.refresh_from_db()
    assert one.status == "requested" and not ReferralLetter.objects.exists()
    assert physician.get(address_of(one)).status_code == 200
    assert ReferralLetter.objects.count() == 1


def test_before_it_is_sent_there_is_a_draft_that_says_so_and_is_not_kept(clinic: Organization) -> None:
    one = fhir_case.referred(clinic)
    reply = signed_in(people.member(clinic, Role.PHYSICIAN)).get(address_of(one, "en"))
    words = read_pdf(reply.content)[1]
    assert "DRAFT of a referral letter, not sent" in words
    assert "No physician has authorised this referral yet." in words
    assert not ReferralLetter.objects.exists()


def test_a_referral_that_ended_unsent_has_no_letter(clinic: Organization) -> None:
    one = fhir_case.referred(clinic)
    by = people.actor(clinic, Role.PHYSICIAN)
    referral_refuse(referral_id=one.pk, code="patient-declines", by=by, now=timezone.now())
    assert signed_in(people.member(clinic, Role.PHYSICIAN)).get(address_of(one)).status_code == 404


def test_a_damaged_letter_is_never_shown_as_the_one_that_was_sent(
    referral: Referral, clinic: Organization
) -> None:
    signed_in(people.member(clinic, Role.COORDINATOR)).get(address_of(referral))
    kept = ReferralLetter.objects.get()
    Path(default_storage.path(letter_name(kept.sha256))).write_bytes(b"%PDF another")
    with pytest.raises(LetterDamaged):
        letter_bytes(kept)


def test_reading_it_is_audited_cached_nowhere_and_named_without_the_patient(
    referral: Referral, clinic: Organization
) -> None:
    reply = signed_in(people.member(clinic, Role.COORDINATOR)).get(address_of(referral))
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.headers["Content-Disposition"] == 'inline; filename="referral-letter.pdf"'
    assert "no-store" in reply.headers["Cache-Control"]
    reads = AuditEvent.objects.filter(entity=f"referrals.referral:{referral.pk}", action="R")
    assert reads.latest("sequence").patient_id == referral.encounter.patient_id


def test_another_clinic_has_no_letter(referral: Referral, stranger: Client) -> None:
    assert stranger.get(address_of(referral)).status_code == 404
    assert not ReferralLetter.objects.exists()


def test_who_may_still_read_the_case_blinded_gets_no_letter(referral: Referral, clinic: Organization) -> None:
    first = people.member(clinic, Role.GRADER)
    task = grading.task(referral.encounter, second_wanted=True)
    now = timezone.now()
    grading_claim(task_id=task.pk, by=first.actor(), now=now)
    read_sign(
        task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=first.actor(), now=now
    )
    second = signed_in(people.member(clinic, Role.GRADER))
    assert second.get(address_of(referral)).status_code == 404
    assert signed_in(first).get(address_of(referral)).status_code == 200
