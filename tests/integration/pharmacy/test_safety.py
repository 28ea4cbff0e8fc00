import pytest
from django.db import IntegrityError, transaction

from pharmacy import selectors, services
from pharmacy.domain.safety_answers import SafetyAnswers as Answers
from pharmacy.models import SafetyAnswers
from records.actor import Actor
from records.models import AuditEvent
from tests.integration.pharmacy.cast import CLEAR, NOW, visit

ANSWERS = Answers(
    allergies=("penicillin", "cmc"),
    current_medicines=(),
    conditions=("asthma", "천식 의심"),
    contact_lenses=True,
    narrow_angle=False,
)


def test_a_questionnaire_is_read_back_as_it_was_answered(screener: Actor) -> None:
    encounter = visit(screener, ANSWERS)
    assert selectors.answers_value(selectors.safety_answers_current(encounter)) == ANSWERS


def test_a_visit_nobody_asked_about_knows_nothing(screener: Actor) -> None:
    encounter = visit(screener, None)
    assert selectors.answers_value(selectors.safety_answers_current(encounter)) == Answers()


def test_a_correction_is_in_force_and_the_first_answers_stay(screener: Actor) -> None:
    encounter = visit(screener, ANSWERS)
    services.safety_answers_record(encounter=encounter, answers=CLEAR, by=screener, now=NOW)
    assert selectors.answers_value(selectors.safety_answers_current(encounter)) == CLEAR
    first = SafetyAnswers.objects.get(encounter=encounter, superseded_at=NOW)
    assert selectors.answers_value(first) == ANSWERS


def test_the_answers_of_a_visit_are_audited_without_what_they_say(screener: Actor) -> None:
    encounter = visit(screener, ANSWERS)
    event = AuditEvent.objects.get(entity__startswith="pharmacy.safetyanswers")
    assert (event.patient_id, event.detail) == (encounter.patient_id, "")


def test_two_questionnaires_in_force_are_refused_by_the_database(screener: Actor) -> None:
    encounter = visit(screener, ANSWERS)
    with pytest.raises(IntegrityError, match="one_current"), transaction.atomic():
        SafetyAnswers.objects.create(
            encounter=encounter, allergies_known=False, current_medicines_known=False, recorded_at=NOW
        )
