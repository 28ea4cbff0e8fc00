"""Scoring again never postpones, never calls twice for the same, and sees answers as the rules do."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk.domain.disposition import ActionKind
from risk.domain.features import Diabetes, IopMethod, Measurements, RiskFactors
from risk.domain.recall import ATTENDANCE_AFTER_DAYS
from risk.domain.rescoring import due_dates
from risk.domain.rule_view import rule_view
from risk.domain.urgency import Urgency
from screening.domain.findings import LABELS, Label
from tests.unit.risk.cases import HEALTHY, NO_SYMPTOMS, decide, exam

VISIT = date(2026, 11, 2)
REFERRAL, RECALL = ActionKind.REFERRAL, ActionKind.RECALL
DAYS = st.integers(-200, 400).map(lambda days: VISIT + timedelta(days))
MAYBE = st.none() | st.booleans()


@st.composite
def answers(draw: st.DrawFn) -> RiskFactors:
    return RiskFactors(
        age_years=draw(st.none() | st.integers(0, 110)),
        sex=HEALTHY.sex,
        diabetes=draw(st.sampled_from(list(Diabetes))),
        systolic_mmhg=draw(st.none() | st.integers(130, 250)),
        diastolic_mmhg=draw(st.none() | st.integers(60, 129)),
        pregnant=draw(MAYBE),
        symptoms=NO_SYMPTOMS,
        measurements=Measurements(
            iop_right_mmhg=draw(
                st.none() | st.sampled_from([9.0, 21.0, 21.5, 24.0, 25.0, 30.0, 39.5, 40.0, 55.0])
            ),
            iop_method=draw(st.sampled_from(list(IopMethod))),
        ),
    )


@given(answers(), st.sets(st.sampled_from(LABELS), max_size=3))
def test_the_rules_decide_alike_on_answers_and_on_what_they_see_of_them(
    factors: RiskFactors, present: set[Label]
) -> None:
    seen, full = (decide(exam(*sorted(present)), one) for one in (rule_view(factors), factors))
    assert seen == full


@given(DAYS, DAYS)
def test_an_action_that_was_there_is_never_due_later(before: date, today: date) -> None:
    actions = decide(exam(Label.DIABETES)).actions
    due = due_dates(actions, {REFERRAL: before}, visit=VISIT, today=today)
    assert due[REFERRAL] is not None and due[REFERRAL] <= before


def test_a_new_referral_counts_from_today_and_is_followed_up_after_it() -> None:
    today = VISIT + timedelta(days=90)
    decision = decide(exam(Label.DIABETES))
    referral = decision.action(REFERRAL)
    assert referral is not None and referral.due_in_days is not None
    due = due_dates(decision.actions, {}, visit=VISIT, today=today)
    assert due[REFERRAL] == today + timedelta(days=referral.due_in_days)
    assert due[RECALL] == due[REFERRAL] + timedelta(days=ATTENDANCE_AFTER_DAYS[Urgency.URGENT])


def test_a_recall_to_come_back_counts_from_the_visit() -> None:
    decision = decide(exam())
    recall = decision.action(RECALL)
    assert recall is not None and recall.due_in_days is not None
    due = due_dates(decision.actions, {}, visit=VISIT, today=VISIT + timedelta(days=300))
    assert due[RECALL] == VISIT + timedelta(days=recall.due_in_days)
