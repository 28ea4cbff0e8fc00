from datetime import date
from typing import Any

import pytest

from risk.domain.answers import ANSWER_FIELDS, SYMPTOM_FIELDS, parse_risk_factors
from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    FamilyMember,
    Hypertension,
    IopMethod,
    Measurements,
    Relation,
    RiskFactors,
    Sex,
    Smoking,
    Symptoms,
)
from risk.errors import ImplausibleAnswer
from tests.unit.risk.cases import TODAY


def parse(answers: dict[str, Any], age_years: int | None = 60, sex: Sex = Sex.FEMALE) -> RiskFactors:
    return parse_risk_factors(answers, age_years=age_years, sex=sex, today=TODAY)


def test_no_answers_are_all_unknown() -> None:
    assert parse({}) == RiskFactors(age_years=60, sex=Sex.FEMALE)
    assert parse(dict.fromkeys(ANSWER_FIELDS)) == RiskFactors(age_years=60, sex=Sex.FEMALE)


def test_every_answer_is_read_with_its_type() -> None:
    factors = parse(
        {
            "diabetes": "type2",
            "diabetes_duration_years": 12,
            "hba1c_percent": 7.9,
            "insulin_use": False,
            "hypertension": "treated",
            "systolic_mmhg": 138,
            "diastolic_mmhg": 85.0,
            "smoking": "former",
            "bmi_kg_m2": 24.1,
            "family_history": [{"condition": "high-myopia", "relation": "parent"}],
            "steroid_use": False,
            "pregnant": False,
            "under_eye_care": True,
            "next_eye_appointment": "2026-12-01",
            "symptoms": {"dry_or_gritty": True, "itchy": None},
        }
    )
    assert factors == RiskFactors(
        age_years=60,
        sex=Sex.FEMALE,
        diabetes=Diabetes.TYPE2,
        diabetes_duration_years=12.0,
        hba1c_percent=7.9,
        insulin_use=False,
        hypertension=Hypertension.TREATED,
        systolic_mmhg=138,
        diastolic_mmhg=85,
        smoking=Smoking.FORMER,
        bmi_kg_m2=24.1,
        family_history=(FamilyMember(FamilyCondition.HIGH_MYOPIA, Relation.PARENT),),
        steroid_use=False,
        pregnant=False,
        under_eye_care=True,
        next_eye_appointment=date(2026, 12, 1),
        symptoms=Symptoms(dry_or_gritty=True),
    )


def test_nobody_asked_differs_from_no_affected_relative() -> None:
    assert parse({}).family_history is None
    assert parse({"family_history": []}).family_history == ()


def test_the_questionnaire_keeps_to_its_share_of_one_page() -> None:
    assert len(ANSWER_FIELDS) <= 17


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hba1c_percent", 3.5),
        ("hba1c_percent", 20),
        ("systolic_mmhg", 60),
        ("systolic_mmhg", 260),
        ("diastolic_mmhg", 30),
        ("diastolic_mmhg", 160),
        ("bmi_kg_m2", 10),
        ("bmi_kg_m2", 70),
        ("diabetes_duration_years", 0),
        ("diabetes_duration_years", 60),
    ],
)
def test_the_ends_of_a_range_are_plausible(field: str, value: float) -> None:
    assert getattr(parse({field: value}), field) == value


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("hba1c_percent", 3.4, "out-of-range"),
        ("hba1c_percent", 20.1, "wrong-unit"),
        ("hba1c_percent", 53, "wrong-unit"),
        ("hba1c_percent", 195, "wrong-unit"),
        ("hba1c_percent", 196, "out-of-range"),
        ("systolic_mmhg", 59, "out-of-range"),
        ("systolic_mmhg", 261, "out-of-range"),
        ("systolic_mmhg", 120.5, "wrong-type"),
        ("systolic_mmhg", "120", "wrong-type"),
        ("systolic_mmhg", True, "wrong-type"),
        ("diastolic_mmhg", 29, "out-of-range"),
        ("diastolic_mmhg", 161, "out-of-range"),
        ("bmi_kg_m2", 9.9, "out-of-range"),
        ("bmi_kg_m2", 70.1, "out-of-range"),
        ("bmi_kg_m2", float("nan"), "wrong-type"),
        ("diabetes_duration_years", -1, "out-of-range"),
        ("diabetes_duration_years", 61, "contradiction"),
        ("diabetes", "type3", "not-a-choice"),
        ("smoking", 1, "not-a-choice"),
        ("insulin_use", "yes", "wrong-type"),
        ("next_eye_appointment", "1 Dec", "wrong-type"),
        ("next_eye_appointment", "2026-11-22", "date-in-past"),
        ("next_eye_appointment", "2029-11-23", "date-too-far"),
        ("family_history", "glaucoma", "wrong-type"),
        ("family_history", [{"condition": "glaucoma"}], "wrong-type"),
        ("family_history", [{"condition": "glaucoma", "relation": "aunt"}], "not-a-choice"),
        ("family_history", [{"condition": "amd", "relation": "child"}] * 21, "out-of-range"),
        ("symptoms", ["itchy"], "wrong-type"),
        ("iop_mmhg", 14, "unknown-field"),
    ],
)
def test_an_implausible_answer_is_refused_by_name(field: str, value: object, code: str) -> None:
    with pytest.raises(ImplausibleAnswer) as refused:
        parse({field: value})
    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.parametrize("symptom", SYMPTOM_FIELDS)
def test_each_symptom_has_three_states(symptom: str) -> None:
    for value in (True, False, None):
        assert getattr(parse({"symptoms": {symptom: value}}).symptoms, symptom) is value


@pytest.mark.parametrize(("key", "value"), [("headache", True), ("itchy", "a little")])
def test_a_symptom_outside_the_checklist_is_refused(key: str, value: object) -> None:
    with pytest.raises(ImplausibleAnswer) as refused:
        parse({"symptoms": {key: value}})
    assert refused.value.field == f"symptoms.{key}"


def test_diastolic_must_lie_below_systolic() -> None:
    assert parse({"systolic_mmhg": 120, "diastolic_mmhg": 119}).diastolic_mmhg == 119
    for diastolic in (120, 130):
        with pytest.raises(ImplausibleAnswer) as refused:
            parse({"systolic_mmhg": 120, "diastolic_mmhg": diastolic})
        assert refused.value.field == "diastolic_mmhg"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"diabetes": "none", "diabetes_duration_years": 3}, "diabetes_duration_years"),
        ({"diabetes": "none", "insulin_use": True}, "insulin_use"),
        ({"under_eye_care": False, "next_eye_appointment": "2026-12-01"}, "next_eye_appointment"),
    ],
)
def test_answers_that_contradict_each_other_are_refused(answers: dict[str, Any], field: str) -> None:
    with pytest.raises(ImplausibleAnswer) as refused:
        parse(answers)
    assert (refused.value.field, refused.value.code) == (field, "contradiction")


def test_a_man_is_not_pregnant() -> None:
    assert parse({"pregnant": True}).pregnant
    with pytest.raises(ImplausibleAnswer, match=r"^pregnant: contradicts"):
        parse({"pregnant": True}, sex=Sex.MALE)


def test_an_appointment_today_and_one_three_years_ahead_are_plausible() -> None:
    for day in ("2026-11-23", "2029-11-22"):
        assert parse({"next_eye_appointment": day}).next_eye_appointment == date.fromisoformat(day)


def test_an_unknown_age_limits_no_duration() -> None:
    assert parse({"diabetes_duration_years": 65}, age_years=None).diabetes_duration_years == 65


@pytest.mark.parametrize("age_years", [-1, 121])
def test_an_impossible_age_is_refused(age_years: int) -> None:
    with pytest.raises(ImplausibleAnswer) as refused:
        parse({}, age_years=age_years)
    assert refused.value.field == "age_years"


def test_a_refusal_does_not_repeat_the_answer() -> None:
    with pytest.raises(ImplausibleAnswer) as refused:
        parse({"hba1c_percent": 87.125})
    assert "87.125" not in str(refused.value)


def test_measurements_are_read_by_their_names() -> None:
    told = {
        "refraction_right_dioptres": -6,
        "iop_left_mmhg": 21.5,
        "iop_method": "goldmann",
        "low_education": True,
    }
    expected = Measurements(-6.0, None, None, 21.5, IopMethod.GOLDMANN, low_education=True)
    assert parse({"measurements": told | {"iop_right_mmhg": None}}).measurements == expected


@pytest.mark.parametrize(
    ("told", "field", "code", "advice"),
    [
        ({"refraction_left_dioptres": -350}, "refraction_left_dioptres", "wrong-unit", "dioptres"),
        ({"iop_right_mmhg": 2.1}, "iop_right_mmhg", "wrong-unit", "mmHg"),
        ({"iop_right_mmhg": 81}, "iop_right_mmhg", "out-of-range", "3 to 80 mmHg"),
        ({"iop_right_mmhg": True}, "iop_right_mmhg", "wrong-type", "number"),
        ({"iop_method": "thumb"}, "iop_method", "not-a-choice", "goldmann"),
        ({"iop_method": "goldmann"}, "iop_method", "contradiction", "without an eye pressure"),
        ({"low_education": 1}, "low_education", "wrong-type", "true or false"),
        ({"axial_length_mm": 24}, "axial_length_mm", "unknown-field", "remove it"),
    ],
)
def test_an_implausible_measurement_is_refused_by_its_full_name(
    told: dict[str, Any], field: str, code: str, advice: str
) -> None:
    with pytest.raises(ImplausibleAnswer, match=advice) as refused:
        parse({"measurements": told})
    assert (refused.value.field, refused.value.code) == (f"measurements.{field}", code)


@pytest.mark.parametrize(("name", "kilopascal"), [("systolic_mmhg", 19), ("diastolic_mmhg", 11)])
def test_a_blood_pressure_in_kilopascal_is_recognised(name: str, kilopascal: int) -> None:
    with pytest.raises(ImplausibleAnswer, match="kPa; enter mmHg") as refused:
        parse({name: kilopascal})
    assert refused.value.code == "wrong-unit"
