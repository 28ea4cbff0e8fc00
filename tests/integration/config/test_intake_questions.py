"""The questionnaire: stored once, refused beside its control, and no answer of another way is lost."""

import pytest
from django.test import Client
from django.utils import timezone

from config.intake.answers_kept import answers_record
from pharmacy.models import SafetyAnswers
from pharmacy.selectors import policy_of
from records.actor import Actor
from records.models import Patient
from risk.models import RiskFactors
from screening.models import Encounter
from tests.integration.config.intake import UNKNOWN, address


def test_answers_are_stored_once_and_a_double_click_stores_nothing_more(
    nurse: Client, visit: Encounter
) -> None:
    told = UNKNOWN | {"sees": "double", "pressure": "148/86", "medicines": "timolol, aspirin"}
    for _ in range(2):
        assert nurse.post(address("intake-questions", visit), told).status_code == 302
    stored = RiskFactors.objects.get()
    assert (stored.double_vision, stored.distorted_lines, stored.systolic_mmhg) == (True, False, 148)
    assert stored.sudden_vision_loss is None
    assert SafetyAnswers.objects.get().medicines.count() == 2
    assert "Double vision" in nurse.get(address("intake-photographs", visit)).content.decode()


@pytest.mark.parametrize(
    ("control", "value"),
    [
        ("pressure", "86/148"),
        ("pressure", "high"),
        ("pressure", "900/80"),
        ("hba1c", "64"),
        ("bmi", "200"),
        ("appointment", "20200101"),
        ("allergies", "x" * 200),
        ("feels", "sad"),
    ],
)
def test_an_implausible_answer_is_refused_beside_its_control_and_nothing_is_stored(
    nurse: Client, visit: Encounter, control: str, value: str
) -> None:
    page = nurse.post(address("intake-questions", visit), UNKNOWN | {control: value})
    assert page.status_code == 422
    assert page.context["form"].errors[control]
    assert not RiskFactors.objects.exists()


@pytest.mark.parametrize(("years", "asked"), [(17, True), (18, True), (19, False)])
def test_a_guardian_is_asked_for_as_long_as_the_rules_of_the_country_want_one(
    nurse: Client, visit: Encounter, years: int, *, asked: bool
) -> None:
    today = timezone.localdate()
    Patient.objects.update(birth_date=today.replace(year=today.year - years))
    page = nurse.get(address("intake-questions", visit))
    assert ("guardian_present" in page.context["form"].fields) is asked
    policy = policy_of(visit.organization)
    assert policy is not None and policy.is_under_age(years) is asked


def test_answers_that_somebody_else_stored_meanwhile_are_not_overwritten_unseen(
    nurse: Client, visit: Encounter
) -> None:
    nurse.post(address("intake-questions", visit), UNKNOWN | {"smoking": "never"})
    answer = nurse.post(address("intake-questions", visit), UNKNOWN | {"smoking": "current"})
    assert answer.status_code == 409
    assert RiskFactors.objects.get().smoking == "never"


def test_red_flags_show_while_the_questions_are_answered(nurse: Client, visit: Encounter) -> None:
    typed = {"sight": "loss", "pressure": "190/100"}
    page = nurse.post(address("intake-red-flags", visit), typed).content.decode()
    assert "Sudden loss of sight" in page
    assert "Very high blood pressure" in page
    assert not RiskFactors.objects.exists()


@pytest.mark.parametrize("pressure", ["990/10", "261/90", "100/125", "190/200"])
def test_a_pressure_that_is_refused_raises_no_red_flag(
    nurse: Client, visit: Encounter, pressure: str
) -> None:
    typed = UNKNOWN | {"pressure": pressure}
    flags = nurse.post(address("intake-red-flags", visit), typed).content.decode()
    page = nurse.post(address("intake-questions", visit), typed)
    assert page.context["form"].errors["pressure"]
    assert "Very high blood pressure" not in flags + page.content.decode()


def test_what_is_wrong_is_listed_above_the_questions_with_a_way_to_each(
    nurse: Client, visit: Encounter
) -> None:
    wrong = {"pressure": "990/10", "hba1c": "much", "family": ["none", "amd:parent"], "bmi": "2"}
    answer = nurse.post(address("intake-questions", visit), UNKNOWN | wrong)
    assert set(answer.context["form"].errors) == set(wrong)
    page = answer.content.decode()
    for control in wrong:
        target = f"id_{control}_0" if control == "family" else f"id_{control}"
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page
    assert "“None” is ticked and something is named" in page
    page = nurse.post(address("intake-questions", visit), UNKNOWN | {"feels": "sad"}).content.decode()
    assert 'href="#id_feels_0"' in page


def test_answers_that_came_another_way_stay_where_the_page_does_not_ask_for_them(
    nurse: Client, visit: Encounter, by: Actor
) -> None:
    told = {"symptoms": {"double_vision": True}, "under_eye_care": False, "bmi_kg_m2": 22.0}
    sent = {"risk": told, "safety": {"conditions": ["asthma"]}}
    answers_record(visit, sent, by=by, now=timezone.now(), today=timezone.localdate())
    page = nurse.get(address("intake-questions", visit))
    shown = {name: value for name, value in page.context["form"].initial.items() if value}
    again = shown | {"seen": page.context["seen"], "smoking": "never"}
    assert nurse.post(address("intake-questions", visit), again).status_code == 302
    stored = RiskFactors.objects.get(superseded_at=None)
    assert (stored.double_vision, stored.distorted_lines) == (True, None)
    assert (stored.under_eye_care, stored.bmi_kg_m2, stored.smoking) == (False, 22.0, "never")
    safety = SafetyAnswers.objects.get(superseded_at=None)
    assert [one.name for one in safety.conditions.all()] == ["asthma"]
