from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from records.actor import Actor, software
from records.errors import RecordNotFound
from records.models import AuditEvent, Patient
from risk import selectors, services
from risk.domain.features import RiskFactors
from risk.errors import RecallClosed
from risk.models import ContactAttempt, Recall, RecallState
from screening.domain.laterality import Laterality
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW
from tests.unit.risk.cases import HEALTHY, told

TODAY = NOW.date()


def assessed(by: Actor, factors: RiskFactors = HEALTHY, patient: Patient | None = None) -> Recall:
    exam = made.submitted_exam(by, patient)
    services.risk_factors_record(encounter=exam.encounter, factors=factors, by=by, now=NOW)
    outcome = made.outcome(exam, made.eye(Laterality.RIGHT), made.eye(Laterality.LEFT), by=by)
    assessor = software("risk.assessor", by.organization_id)
    assessment = services.assessment_finalise(outcome_id=outcome.pk, by=assessor, now=NOW)
    assert assessment is not None
    return Recall.objects.get(assessment=assessment)


def contact(recall: Recall, result: str, by: Actor) -> ContactAttempt:
    return services.recall_contact_record(recall_id=recall.pk, channel="phone", result=result, by=by, now=NOW)


def test_a_recall_is_overdue_the_day_after_it_was_due(screener: Actor) -> None:
    recall = assessed(screener)
    assert selectors.recalls_overdue(by=screener, today=recall.due_by) == []
    assert selectors.recalls_overdue(by=screener, today=recall.due_by + timedelta(1)) == [recall]


def test_the_longest_overdue_comes_first(screener: Actor) -> None:
    later = assessed(screener)
    sooner = assessed(screener, told(sudden_vision_loss=True))
    assert selectors.recalls_overdue(by=screener, today=TODAY + timedelta(2000)) == [sooner, later]


def test_recalls_of_another_organization_stay_hidden(screener: Actor) -> None:
    recall = assessed(screener)
    stranger = cast.actor(cast.clinic())
    assert selectors.recalls_overdue(by=stranger, today=recall.due_by + timedelta(1)) == []
    with pytest.raises(RecordNotFound):
        contact(recall, "reached", stranger)


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("reached", RecallState.OPEN),
        ("not-reached", RecallState.OPEN),
        ("declined", RecallState.DECLINED),
        ("attended", RecallState.ATTENDED),
    ],
)
def test_a_contact_closes_a_recall_only_when_it_settles_it(
    screener: Actor, result: str, state: RecallState
) -> None:
    recall = assessed(screener)
    attempt = contact(recall, result, screener)
    recall.refresh_from_db()
    assert recall.state == state
    assert (recall.closed_at is None) == (state == RecallState.OPEN)
    assert attempt.attempted_by_id == screener.practitioner_id


def test_a_contact_attempt_is_audited(screener: Actor) -> None:
    recall = assessed(screener)
    contact(recall, "not-reached", screener)
    event = AuditEvent.objects.get(entity=f"risk.recall:{recall.pk}")
    assert (event.detail, event.patient_id) == ("contact phone not-reached", recall.patient_id)


def test_a_closed_recall_takes_no_further_contact(screener: Actor) -> None:
    recall = assessed(screener)
    contact(recall, "declined", screener)
    with pytest.raises(RecallClosed, match="newest"):
        contact(recall, "reached", screener)
    assert ContactAttempt.objects.count() == 1


def test_an_unknown_channel_or_result_is_refused(screener: Actor) -> None:
    recall = assessed(screener)
    with pytest.raises(IntegrityError, match="contact_result"), transaction.atomic():
        contact(recall, "maybe", screener)
    with pytest.raises(IntegrityError, match="contact_channel"), transaction.atomic():
        services.recall_contact_record(
            recall_id=recall.pk, channel="pigeon", result="reached", by=screener, now=NOW
        )


def test_coming_back_answers_the_recall_of_the_last_visit(screener: Actor) -> None:
    patient = cast.patient(screener)
    first = assessed(screener, patient=patient)
    second = assessed(screener, patient=patient)
    first.refresh_from_db()
    assert (first.state, second.state) == (RecallState.ATTENDED, RecallState.OPEN)


def test_coming_back_does_not_answer_whether_the_hospital_saw_the_patient(screener: Actor) -> None:
    patient = cast.patient(screener)
    referred = assessed(screener, told(sudden_vision_loss=True), patient)
    assessed(screener, patient=patient)
    referred.refresh_from_db()
    assert (referred.state, referred.cause) == (RecallState.OPEN, "attendance")


def test_another_patients_recall_is_left_alone(screener: Actor) -> None:
    other = assessed(screener)
    assessed(screener)
    other.refresh_from_db()
    assert other.state == RecallState.OPEN


def test_a_closed_recall_has_a_date_of_closing(screener: Actor) -> None:
    recall = assessed(screener)
    for columns in ({"state": "attended"}, {"closed_at": NOW}):
        with pytest.raises(IntegrityError, match="recall_closed_at"), transaction.atomic():
            Recall.objects.filter(pk=recall.pk).update(**columns)
