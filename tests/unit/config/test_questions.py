import pytest

from config.intake.answers import Unreadable, number, pressure, risk_answers, safety_answers, typed_of
from config.intake.dates import read_date
from config.intake.questions import MOST_QUESTIONS, Questionnaire
from pharmacy.domain.safety_answers import parse_safety_answers
from risk.domain.answers import parse_risk_factors
from risk.domain.features import Sex

TYPED = {
    "double_vision": "yes",
    "white_pupil": "no",
    "feels": "dry",
    "diabetes": "type2-insulin",
    "diabetes_years": "12",
    "hypertension": "treated",
    "smoking": "former",
    "family": ["glaucoma:parent", "diabetes:sibling"],
    "eye_care": "yes",
    "appointment": "",
    "pressure": "148 / 86",
    "hba1c": "7,9",
    "bmi": "23.5",
    "allergies_none": "on",
    "medicines": "timolol, prednisolone",
    "steroid": "on",
    "pregnancy": "breastfeeding",
    "contact_lenses": "no",
}


@pytest.mark.parametrize("sex", ["female", "male", "unknown"])
@pytest.mark.parametrize("age_years", [None, 0, 12, 17, 18, 49, 50, 60, 61, 99])
def test_nobody_is_asked_more_than_25_questions(age_years: int | None, sex: str) -> None:
    groups = Questionnaire(age_years=age_years, sex=sex).groups()
    assert sum(len(group.questions) for group in groups) <= MOST_QUESTIONS


def test_an_empty_questionnaire_knows_nothing() -> None:
    form = Questionnaire({}, age_years=None, sex="unknown")
    assert form.is_valid()
    told = risk_answers(form.cleaned_data)
    assert set(told.pop("symptoms").values()) == {None}
    assert set(told.values()) == {None}
    assert set(safety_answers(form.cleaned_data).values()) == {None}


def test_stored_answers_show_as_they_were_typed() -> None:
    from datetime import date

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
