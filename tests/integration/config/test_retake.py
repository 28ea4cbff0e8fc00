"""A visit is all of its photographs: a retake of one eye neither hides nor loses what the other one showed."""

from typing import Any

import pytest
from django.utils import translation

import screening.services
from config.case import case_outcome
from config.case_list import CaseState, case_rows
from records.actor import Actor
from records.models import WorkItem
from risk.domain.features import RiskFactors, Symptoms
from risk.models import RiskAssessment
from risk.services import assessment_finalise, risk_factors_record
from risk.tasks import assess_exam
from screening.domain.laterality import Laterality
from screening.models import Exam
from tests.factories import photographs
from tests.factories import screening as made
from tests.factories.records import NOW

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture
def referred(screener: Actor) -> Exam:
    """The right eye shows diabetes, the left one is blurred."""
    exam = made.submitted_exam(screener)
    _result(exam, screener, made.eye(RIGHT, D=0.9), made.ungradable(LEFT))
    return exam


def _result(exam: Exam, by: Actor, *eyes: Any) -> RiskAssessment:
    outcome = made.outcome(exam, *eyes, by=by)
    assessed = assessment_finalise(outcome_id=outcome.pk, by=by, now=NOW)
    assert assessed
    return assessed


def _retake(exam: Exam, by: Actor, eye: Laterality, seed: int) -> Exam:
    again = screening.services.exam_open(encounter=exam.encounter, by=by, now=NOW)
    screening.services.image_add(exam=again, laterality=eye, data=photographs.jpeg(seed), by=by, now=NOW)
    return screening.services.exam_submit(exam=again, by=by, now=NOW)


def test_a_normal_retake_of_the_other_eye_keeps_the_referral(referred: Exam, screener: Actor) -> None:
    assessed = _result(_retake(referred, screener, LEFT, 5), screener, made.eye(LEFT))
    assert (assessed.disposition, assessed.urgency) == ("refer", "urgent")
    eyes = {eye["laterality"]: eye["gradability"] for eye in case_outcome(referred.encounter)["exam"]["eyes"]}
    assert eyes == {"R": "gradable", "L": "gradable"}


def test_a_normal_retake_of_the_same_eye_does_not_clear_what_was_seen(
    referred: Exam, screener: Actor
) -> None:
    assert _result(_retake(referred, screener, RIGHT, 5), screener, made.eye(RIGHT)).disposition == "refer"


def test_only_one_assessment_of_a_visit_is_current(referred: Exam, screener: Actor) -> None:
    _result(_retake(referred, screener, LEFT, 5), screener, made.eye(LEFT))
    assert RiskAssessment.objects.filter(encounter=referred.encounter, superseded_at=None).count() == 1


def test_an_open_retake_does_not_hide_the_referral(referred: Exam, screener: Actor) -> None:
    screening.services.exam_open(encounter=referred.encounter, by=screener, now=NOW)
    WorkItem.objects.all().delete()
    outcome = case_outcome(referred.encounter)
    assert outcome["assessment"]["disposition"] == "refer"
    (row,) = case_rows([referred.encounter])
    assert (row.state, row.disposition, row.urgency) == (CaseState.RESULTED, "refer", "urgent")


def test_a_red_flag_shows_before_any_result_and_when_scoring_failed(screener: Actor) -> None:

    exam = made.submitted_exam(screener)
    flagged = RiskFactors(symptoms=Symptoms(sudden_vision_loss=True))
    risk_factors_record(encounter=exam.encounter, factors=flagged, by=screener, now=NOW)
    assert "Red flag" in _next_step_in_english(exam)
    WorkItem.objects.update(failed_at=NOW, reason="ReleaseUnknown: no release is active")
    assert _next_step_in_english(exam).startswith("Red flag")
    (row,) = case_rows([exam.encounter])
    assert row.urgency == "stat"


def test_a_failed_side_step_does_not_hide_the_next_step(referred: Exam, screener: Actor) -> None:
    WorkItem.objects.filter(kind=assess_exam.name).delete()
    WorkItem.objects.filter(kind="screening.make_derivatives").update(failed_at=NOW, reason="disk full")
    WorkItem.objects.filter(failed_at=None).delete()
    assert "hospital" in _next_step_in_english(referred)


def _next_step_in_english(exam: Exam) -> str:

    with translation.override("en"):
        return str(case_outcome(exam.encounter)["next_step"])
