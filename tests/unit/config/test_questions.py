from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from config.intake.answers import (
    PAIRS,
    NoneAndSomething,
    Unreadable,
    number,
    pressure,
    risk_answers,
    safety_answers,
    symptoms,
    with_stored,
)
from config.intake.dates import read_date
from config.intake.questions import MOST_FIELDS, Questionnaire
from config.intake.shown import typed_of
from pharmacy.domain.safety_answers import SafetyAnswers, parse_safety_answers
from risk.domain.answers import parse_risk_factors
from risk.domain.features import RiskFactors, Sex, Symptoms

TYPED = {
    "sees": "double",
    "white_pupil": "no",
    "feels": "dry",
    "diabetes": "type2-insulin",
    "diabetes_years": "12",
    "hypertension": "treated",
    "smoking": "former",
    "family": ["glaucoma:parent", "diabetes:sibling"],
    "appointment": "",
    "pressure": "148 / 86",
    "hba1c": "7,9",
    "bmi": "23.5",
    "allergies_none": "on",
    "medicines": "timolol, prednisolone",
    "takes": "steroid",
    "pregnancy": "breastfeeding",
    "contact_lenses": "no",
}


@pytest.mark.parametrize("sex", ["female", "male", "unknown"])
@pytest.mark.parametrize("age_years", [None, 0, 12, 17, 18, 49, 50, 60, 61, 99])
def test_nobody_is_asked_for_more_than_25_fields(age_years: int | None, sex: str) -> None:
    form = Questionnaire(age_years=age_years, sex=sex, under_age=age_years is not None and age_years <= 18)
    assert len(form.fields) <= MOST_FIELDS == 25


def test_an_empty_questionnaire_knows_nothing() -> None:
    form = Questionnaire({}, age_years=None, sex="unknown")
    assert form.is_valid()
    told = risk_answers(form.cleaned_data)
    assert set(told.pop("symptoms").values()) == {None}
    assert set(told.values()) == {None}
    assert set(safety_answers(form.cleaned_data).values()) == {None}


def test_stored_answers_show_as_they_were_typed() -> None:
    form = Questionnaire(TYPED, age_years=None, sex="female")
    assert form.is_valid(), form.errors
    factors = parse_risk_factors(
        risk_answers(form.cleaned_data), age_years=40, sex=Sex.FEMALE, today=date(2026, 11, 24)
    )
    safety = parse_safety_answers(safety_answers(form.cleaned_data))
    assert (factors.insulin_use, factors.steroid_use, factors.hba1c_percent) == (True, True, 7.9)
    shown = typed_of(factors, safety)
    again = Questionnaire(
        {name: value for name, value in shown.items() if value}, age_years=None, sex="female"
    )
    assert again.is_valid(), again.errors
    assert risk_answers(again.cleaned_data) == risk_answers(form.cleaned_data)
    assert safety_answers(again.cleaned_data) == safety_answers(form.cleaned_data)


@pytest.mark.parametrize("control", PAIRS)
@pytest.mark.parametrize("first", [True, False, None])
@pytest.mark.parametrize("second", [True, False, None])
def test_two_answers_in_one_control_show_what_is_present_and_stay_as_they_are(
    control: str, first: bool | None, second: bool | None
) -> None:
    names, choices = PAIRS[control]
    stored = RiskFactors(symptoms=Symptoms(**dict(zip(names, (first, second), strict=True))))
    shown = typed_of(stored, SafetyAnswers())
    assert shown[control] == {
        (True, True): "both",
        (False, False): "neither",
    }.get((first, second), choices[0] if first else choices[1] if second else "")

    untouched = with_stored({"symptoms": symptoms(shown)}, asdict(stored), changed=())
    assert untouched["symptoms"] == asdict(stored.symptoms)
    corrected = with_stored(
        {"symptoms": symptoms(shown | {control: "neither"})}, asdict(stored), changed=[control]
    )
    assert [corrected["symptoms"][name] for name in names] == [False, False]


def test_an_answer_that_the_page_does_not_ask_for_stays_as_it_is_stored() -> None:
    stored = RiskFactors(under_eye_care=False)
    told = {"under_eye_care": None}
    assert with_stored(told, asdict(stored), changed=["smoking"]) == {"under_eye_care": False}
    assert with_stored(told, asdict(stored), changed=["appointment"]) == {"under_eye_care": None}


@pytest.mark.parametrize(
    ("more", "control"),
    [
        ({"family": ["none", "glaucoma:parent"]}, "family"),
        ({"allergies_none": "on", "allergies": "penicillin"}, "allergies"),
        ({"takes": "none", "medicines": "timolol"}, "medicines"),
    ],
)
def test_none_beside_something_is_refused_as_just_that(more: dict[str, Any], control: str) -> None:
    form = Questionnaire(more, age_years=40, sex="female")
    assert form.is_valid(), form.errors
    with pytest.raises(NoneAndSomething) as refused:
        risk_answers(form.cleaned_data) | safety_answers(form.cleaned_data)
    assert refused.value.control == control


def test_a_pressure_is_read_as_people_write_it() -> None:
    assert pressure("148/86") == (148, 86)
    assert pressure(" 148 ") == (148, None)
    assert pressure("") == (None, None)
    with pytest.raises(Unreadable):
        pressure("high")


@pytest.mark.parametrize("text", ["seven", "7.9.1", "7 9"])
def test_what_is_no_number_is_refused_by_its_control(text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        number("hba1c", text)
    assert refused.value.control == "hba1c"


@pytest.mark.parametrize("text", ["19600501", "1960-5-1", "1960.05.01", "１９６００５０１"])
def test_a_date_is_read_as_people_type_it(text: str) -> None:
    assert str(read_date(text)) == "1960-05-01"


@pytest.mark.parametrize("text", ["19601301", "1960", "soon", "1960-02-30", "0000-01-01"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None
