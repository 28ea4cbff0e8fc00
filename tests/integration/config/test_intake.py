"""Bad input at the door: a clear typed error, and nothing stored half-way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from config import case, intake
from config.errors import AnswersInvalid
from config.intake import PhotographGiven
from pharmacy.errors import SafetyAnswersError
from pharmacy.models import SafetyAnswers
from pharmacy.selectors import answers_value, safety_answers_current
from records.actor import Actor
from records.errors import ConsentMissing, PatientInvalid, RoleRefused
from records.models import AuditEvent, Organization, Patient, Role, WorkItem
from risk.errors import ImplausibleAnswer
from risk.models import RiskFactors
from screening.domain.laterality import Laterality
from screening.errors import SamePhotographBothEyes
from screening.imaging.gate import PhotographRefused
from screening.models import Encounter, FundusImage
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
TODAY = NOW.date()


def _answers(**sections: Any) -> dict[str, Any]:
    patient = {"mrn": "A-1", "name": "Hong", "birth_date": "1960-05-01", "sex": "female"}
    return {"patient": patient, "consent": ["screening"], "risk": {}, "safety": {}} | sections


def _pair(right: bytes | None = None, left: bytes | None = None) -> list[PhotographGiven]:
    return [
        PhotographGiven(RIGHT, photographs.jpeg(1) if right is None else right),
        PhotographGiven(LEFT, photographs.jpeg(2) if left is None else left),
    ]


def _submit(by: Actor, answers: dict[str, Any], given: list[PhotographGiven] | None = None) -> Encounter:
    return intake.case_submit(
        answers=answers, photographs=_pair() if given is None else given, by=by, now=NOW, today=TODAY
    )


def test_a_case_is_stored_whole_and_its_scoring_waits(screener: Actor) -> None:
    encounter = _submit(screener, _answers(risk={"diabetes": "type2"}, safety={"allergies": []}))
    assert FundusImage.objects.count() == 2
    assert RiskFactors.objects.get().diabetes == "type2"
    assert SafetyAnswers.objects.get().encounter == encounter
    assert WorkItem.objects.filter(kind="screening.score_exam").count() == 1


def _picture(kind: str) -> bytes:
    plain = np.full((300, 300, 3), 90, np.uint8)
    return {
        "not an image": b"GIF89a is not it either",
        "truncated": photographs.jpeg(1)[:2000],
        "empty": b"",
        "16 bit": cv2.imencode(".png", plain.astype(np.uint16) * 256)[1].tobytes(),
        "25 MB": b"\xff\xd8" + b"\0" * 25_000_000,
        "too small": cv2.imencode(".png", plain[:200, :200])[1].tobytes(),
        "40,000 x 40,000": _png_that_claims(40_000),
    }[kind]


def _png_that_claims(side: int) -> bytes:
    import struct
    import zlib

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


@pytest.mark.parametrize(
    "kind", ["not an image", "truncated", "empty", "16 bit", "25 MB", "too small", "40,000 x 40,000"]
)
def test_a_refused_photograph_leaves_nothing_of_the_case_behind(screener: Actor, kind: str) -> None:
    with pytest.raises(PhotographRefused):
        _submit(screener, _answers(), _pair(left=_picture(kind)))
    _assert_nothing_stored()


REFUSED_ANSWERS = {
    "a birth date in the future": (
        PatientInvalid,
        {"patient": {"mrn": "A", "name": "B", "birth_date": (TODAY + timedelta(days=1)).isoformat()}},
    ),
    "a birth date that is no date": (
        PatientInvalid,
        {"patient": {"mrn": "A", "name": "B", "birth_date": "1960-13-01"}},
    ),
    "null for the patient": (AnswersInvalid, {"patient": None}),
    "a duration beyond all numbers": (ImplausibleAnswer, {"risk": {"diabetes_duration_years": 10**400}}),
    "no name": (AnswersInvalid, {"patient": {"mrn": "A"}}),
    "an unknown patient field": (AnswersInvalid, {"patient": {"mrn": "A", "name": "B", "ssn": "1"}}),
    "an unknown section": (AnswersInvalid, {"extra": {}}),
    "a section of the wrong shape": (AnswersInvalid, {"risk": []}),
    "an unknown consent": (AnswersInvalid, {"consent": ["everything"]}),
    "no consent": (ConsentMissing, {"consent": []}),
    "an implausible pressure": (ImplausibleAnswer, {"risk": {"systolic_mmhg": 90, "diastolic_mmhg": 120}}),
    "an unknown risk question": (ImplausibleAnswer, {"risk": {"colour": "blue"}}),
    "an unknown safety question": (SafetyAnswersError, {"safety": {"colour": "blue"}}),
}


@pytest.mark.parametrize("case", REFUSED_ANSWERS)
def test_a_refused_answer_leaves_nothing_of_the_case_behind(screener: Actor, case: str) -> None:
    error, sections = REFUSED_ANSWERS[case]
    with pytest.raises(error) as refused:
        _submit(screener, _answers(**sections))
    assert len(str(refused.value)) > 15
    _assert_nothing_stored()


def test_the_same_bytes_for_both_eyes_are_refused(screener: Actor) -> None:
    with pytest.raises(SamePhotographBothEyes):
        _submit(screener, _answers(), _pair(photographs.jpeg(1), photographs.jpeg(1)))
    _assert_nothing_stored()


def test_a_case_without_photographs_keeps_its_answers_and_is_one_open_visit(screener: Actor) -> None:
    alarming = _answers(risk={"symptoms": {"sudden_vision_loss": True}})
    encounter = _submit(screener, alarming, [])
    assert _submit(screener, alarming, []) == encounter
    assert encounter.exams.get().status == "open"
    with translation.override("en"):
        outcome = case.case_outcome(encounter)
    assert outcome["red_flags"] == ["sudden-vision-loss"]
    assert "Take the photographs" in outcome["next_step"]
    assert not WorkItem.objects.exists()


def test_a_known_record_number_is_the_same_patient(screener: Actor) -> None:
    first, second = _submit(screener, _answers()), _submit(screener, _answers(), _pair(photographs.jpeg(3)))
    assert first.patient == second.patient
    assert first != second
    assert not FundusImage.objects.filter(possible_mix_up=True).exists()


def _later(by: Actor, minutes: int, **more: Any) -> Encounter:
    now = NOW + timedelta(minutes=minutes)
    return intake.case_submit(answers=_answers(), photographs=_pair(), by=by, now=now, today=TODAY, **more)


def test_a_case_sent_twice_is_one_case(screener: Actor) -> None:
    first = _later(screener, 0)
    assert _later(screener, 10) == first
    assert (FundusImage.objects.count(), RiskFactors.objects.count(), SafetyAnswers.objects.count()) == (
        2,
        1,
        1,
    )
    assert _later(screener, 11) != first


def test_a_case_may_be_told_to_be_a_visit_of_its_own(screener: Actor) -> None:
    assert _later(screener, 0) != _later(screener, 1, repeat_within=None)


def test_the_answers_of_the_second_sending_count(screener: Actor) -> None:
    first = _submit(screener, _answers(safety={"allergies": []}))
    corrected = _answers(risk={"symptoms": {"sudden_vision_loss": True}}, safety={"allergies": ["ketotifen"]})
    assert _submit(screener, corrected) == first
    assert answers_value(safety_answers_current(first)).allergies == ("ketotifen",)
    assert RiskFactors.objects.get(encounter=first, superseded_at=None).sudden_vision_loss is True


@pytest.mark.django_db(transaction=True)
def test_a_case_sent_twice_at_once_is_one_case() -> None:
    by = cast.actor(cast.clinic())
    cast.patient(by, mrn="A-1", name="Hong", sex="female")

    def send(_: int) -> Encounter:
        try:
            return _submit(by, _answers())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(send, range(2)))) == 1


def test_an_auditor_submits_no_case(clinic: Organization) -> None:
    with pytest.raises(RoleRefused):
        _submit(cast.actor(clinic, Role.AUDITOR), _answers())
    _assert_nothing_stored()


ANOTHER_PERSON = {
    "birth date": {"birth_date": "1961-05-01"},
    "birth date, now unknown": {"birth_date": None},
    "name": {"name": "Kim"},
    "sex": {"sex": "male"},
}


@pytest.mark.parametrize("detail", ANOTHER_PERSON)
def test_a_known_record_number_with_another_persons_details_is_refused(screener: Actor, detail: str) -> None:
    _submit(screener, _answers())
    other = _answers()["patient"] | ANOTHER_PERSON[detail]
    with pytest.raises(PatientInvalid, match=f"another {detail.split(',')[0]}") as refused:
        _submit(screener, _answers(patient=other))
    assert refused.value.field == "mrn"
    assert Encounter.objects.count() == 1


def test_two_people_without_a_birth_date_are_still_two_people(screener: Actor) -> None:
    _submit(screener, _answers(patient={"mrn": "7", "name": "김철수"}))
    with pytest.raises(PatientInvalid, match="another name"):
        _submit(screener, _answers(patient={"mrn": "7", "name": "이영희"}))


def test_spacing_capitals_and_an_unknown_sex_do_not_make_another_person(screener: Actor) -> None:
    _submit(screener, _answers())
    same = {"mrn": " A-1 ", "name": " HONG ", "birth_date": "1960-05-01", "sex": None, "language": None}
    _submit(screener, _answers(patient=same))
    assert Patient.objects.count() == 1


BAD_DETAILS = [
    ("mrn", 17),
    ("mrn", None),
    ("mrn", "7" * 65),
    ("mrn", "a\0b"),
    ("name", ["Hong"]),
    ("name", "H" * 201),
    ("name", "H\0"),
    ("birth_date", 19600501),
    ("birth_date", "19600501"),
    ("sex", 1),
    ("sex", []),
    ("language", "fr"),
    ("latitude", 95),
    ("latitude", float("nan")),
    ("latitude", "x"),
    ("latitude", True),
    ("latitude", None),
    ("longitude", -180.1),
    ("longitude", 10**400),
    ("longitude", None),
]


@pytest.mark.parametrize(("field", "value"), BAD_DETAILS)
def test_a_patient_detail_that_cannot_be_right_is_refused_by_its_name(
    screener: Actor, field: str, value: object
) -> None:
    patient = _answers()["patient"] | {"latitude": 37.5, "longitude": 127.0} | {field: value}
    with pytest.raises(PatientInvalid) as refused:
        _submit(screener, _answers(patient=patient))
    assert refused.value.field == field
    _assert_nothing_stored()


def test_null_means_not_known(screener: Actor) -> None:
    patient = {"mrn": "7", "name": "Hong", "birth_date": None, "sex": None, "latitude": None}
    stored = _submit(screener, _answers(patient=patient, risk=None, safety=None)).patient
    assert (stored.sex, stored.birth_date, stored.latitude) == ("unknown", None, None)


def test_the_ends_of_the_globe_are_places(screener: Actor) -> None:
    patient = _answers()["patient"] | {"latitude": -90, "longitude": 180}
    stored = _submit(screener, _answers(patient=patient)).patient
    assert (stored.latitude, stored.longitude) == (-90, 180)


def test_a_pregnancy_told_once_holds_for_the_medicine_too(screener: Actor) -> None:
    encounter = _submit(screener, _answers(risk={"pregnant": True}, safety={"allergies": []}))
    assert answers_value(safety_answers_current(encounter)).pregnant_or_breastfeeding is True


def _assert_nothing_stored() -> None:
    for model in (Patient, Encounter, FundusImage, RiskFactors, SafetyAnswers, WorkItem, AuditEvent):
        assert not model.objects.exists(), f"{model.__name__} rows were left behind"
    media = Path(settings.MEDIA_ROOT)
    assert not [path for path in media.rglob("*") if path.is_file()], "files were left behind"
