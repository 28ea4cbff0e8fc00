"""Measurements of a case: added by those who may correct answers, weighed again, and nothing of before is lost."""

import pytest
from django.test import Client
from django.utils import timezone

import risk.selectors
from config.cancellation import case_cancel
from config.intake.answers_kept import answers_record
from records.actor import Actor
from records.models import WorkItem
from risk.models import RiskFactors
from risk.services import assessment_finalise, risk_factors_record
from screening.models import Encounter
from tests.factories import screening as made
from tests.integration.config.intake import UNKNOWN, address
from tests.unit.risk.cases import HEALTHY

TYPED = {
    "refraction_right_dioptres": "-3,5",
    "refraction_left_dioptres": "",
    "iop_right_mmhg": "17",
    "iop_left_mmhg": "19.5",
    "iop_method": "rebound",
    "low_education": "yes",
    "seen": "0",
}


def current(visit: Encounter) -> RiskFactors:
    row = risk.selectors.risk_factors_current(visit)
    assert row is not None
    return row


def test_measurements_are_stored_and_show_again(nurse: Client, visit: Encounter) -> None:
    assert nurse.post(address("case-measurements", visit), TYPED).status_code == 302
    row = current(visit)
    assert (row.refraction_right_dioptres, row.refraction_left_dioptres) == (-3.5, None)
    assert (row.iop_left_mmhg, row.iop_method, row.low_education) == (19.5, "rebound", True)
    page = nurse.get(address("case-measurements", visit)).content.decode()
    assert 'value="-3.5"' in page and 'value="19.5"' in page


def test_before_any_answer_age_and_sex_are_those_of_the_register(nurse: Client, visit: Encounter) -> None:
    nurse.post(address("case-measurements", visit), TYPED)
    value = risk.selectors.risk_factors_value(current(visit))
    known = risk.selectors.risk_factors_known(visit, now=timezone.now())
    assert (value.age_years, value.sex) == (known.age_years, known.sex)


def test_they_supersede_beside_the_other_answers_and_are_kept_by_the_questionnaire(
    nurse: Client, screener: Actor, visit: Encounter
) -> None:
    first = risk_factors_record(encounter=visit, factors=HEALTHY, by=screener, now=timezone.now())
    nurse.post(address("case-measurements", visit), TYPED | {"seen": str(first.pk)})
    assert (current(visit).systolic_mmhg, current(visit).iop_right_mmhg) == (125, 17.0)
    first.refresh_from_db()
    assert first.superseded_at is not None
    nurse.post(
        address("intake-questions", visit), UNKNOWN | {"smoking": "current", "seen": f"{current(visit).pk}-0"}
    )
    assert (current(visit).smoking, current(visit).iop_right_mmhg) == ("current", 17.0)


def test_the_same_again_stores_nothing_more(nurse: Client, visit: Encounter) -> None:
    for _ in range(2):
        assert nurse.post(address("case-measurements", visit), TYPED).status_code == 302
    assert RiskFactors.objects.count() == 1


def test_an_assessed_case_is_assessed_again(nurse: Client, screener: Actor) -> None:
    outcome = made.outcome(made.submitted_exam(screener), by=screener)
    assessment_finalise(outcome_id=outcome.pk, by=screener, now=timezone.now())
    WorkItem.objects.filter(kind="risk.assess_exam").delete()
    nurse.post(address("case-measurements", outcome.exam.encounter), TYPED)
    assert WorkItem.objects.filter(kind="risk.assess_exam", key=outcome.pk).exists()


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("refraction_right_dioptres", "-350", "dioptres"),
        ("refraction_left_dioptres", "far", "cannot be read"),
        ("iop_right_mmhg", "2.1", "kPa"),
        ("iop_left_mmhg", "300", "3 to 80"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    nurse: Client, visit: Encounter, field: str, typed: str, told: str
) -> None:
    page = nurse.post(address("case-measurements", visit), TYPED | {field: typed})
    assert page.status_code == 422
    assert told in str(page.context["form"].errors[field])
    assert not RiskFactors.objects.exists()


def test_a_way_of_measuring_without_a_pressure_is_refused(nurse: Client, visit: Encounter) -> None:
    page = nurse.post(
        address("case-measurements", visit), TYPED | {"iop_right_mmhg": "", "iop_left_mmhg": ""}
    )
    assert page.status_code == 422 and "iop_method" in page.context["form"].errors


def test_what_somebody_else_stored_meanwhile_is_not_overwritten_unseen(
    nurse: Client, screener: Actor, visit: Encounter
) -> None:
    answers_record(
        visit,
        {"risk": {"measurements": {"iop_right_mmhg": 30}}},
        by=screener,
        now=timezone.now(),
        today=timezone.localdate(),
    )
    page = nurse.post(address("case-measurements", visit), TYPED)
    assert page.status_code == 409 and "meanwhile" in page.content.decode()
    assert current(visit).iop_right_mmhg == 30.0


def test_a_cancelled_visit_is_measured_no_more(nurse: Client, screener: Actor, visit: Encounter) -> None:
    case_cancel(encounter=visit, by=screener, now=timezone.now(), reason="wrong patient")
    assert nurse.post(address("case-measurements", visit), TYPED).status_code == 302
    assert not RiskFactors.objects.exists()
