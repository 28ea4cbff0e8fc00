"""Eye pressure refers by itself where it may, both sides of every limit; else it is measured again."""

from dataclasses import replace

import pytest

from risk.domain.disposition import ActionKind, CaseDecision
from risk.domain.features import IopMethod, Measurements, RiskFactors
from risk.domain.recall import RecallCause, recall_cause
from risk.domain.red_flags import RedFlag
from risk.domain.urgency import Urgency
from screening.domain.findings import Label
from tests.unit.risk.cases import HEALTHY, decide, exam

CONFIRMED = (IopMethod.GOLDMANN, IopMethod.UNKNOWN)
OTHERS = (IopMethod.NON_CONTACT, IopMethod.REBOUND)


def measured(
    mmhg: float | None, method: IopMethod = IopMethod.GOLDMANN, *, left: float | None = 15
) -> RiskFactors:
    return replace(
        HEALTHY, measurements=Measurements(iop_right_mmhg=mmhg, iop_left_mmhg=left, iop_method=method)
    )


def referred(decision: CaseDecision) -> tuple[Urgency, int | None] | None:
    action = decision.action(ActionKind.REFERRAL)
    return None if action is None else (action.urgency, action.due_in_days)


def advice(decision: CaseDecision) -> tuple[bool, int | None]:
    action = decision.action(ActionKind.ADVICE)
    assert action is not None
    return "RA-05" in {reason.code for reason in action.reasons}, action.due_in_days


@pytest.mark.parametrize("method", CONFIRMED)
@pytest.mark.parametrize(
    ("mmhg", "expected"),
    [
        (23.9, None),
        (24.0, (Urgency.ROUTINE, 84)),
        (31.9, (Urgency.ROUTINE, 84)),
        (32.0, (Urgency.URGENT, 14)),
        (39.9, (Urgency.URGENT, 14)),
        (40.0, (Urgency.STAT, 0)),
        (None, None),
    ],
)
def test_by_goldmann_or_unknown_method_a_pressure_refers(
    method: IopMethod, mmhg: float | None, expected: tuple[Urgency, int] | None
) -> None:
    decision = decide(exam(), measured(mmhg, method))
    assert referred(decision) == expected and not advice(decision)[0]


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize(
    ("mmhg", "again", "days"), [(23.9, False, None), (24.0, True, 28), (31.9, True, 28), (32.0, True, 7)]
)
def test_by_another_method_it_is_measured_again_and_refers_nobody(
    method: IopMethod, mmhg: float, again: bool, days: int | None
) -> None:
    decision = decide(exam(), measured(mmhg, method))
    assert referred(decision) is None and advice(decision) == (again, days)


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize(("mmhg", "days"), [(24.0, 28), (32.0, 7)])
def test_whoever_is_to_be_measured_again_is_called_by_that_day(
    method: IopMethod, mmhg: float, days: int
) -> None:
    recall = decide(exam(), measured(mmhg, method)).action(ActionKind.RECALL)
    assert recall is not None
    assert (recall.due_in_days, recall.reasons[0].code, recall_cause(recall)) == (
        days,
        "RC-09",
        RecallCause.INTERVAL,
    )


@pytest.mark.parametrize("method", IopMethod)
def test_from_40_every_method_is_an_emergency(method: IopMethod) -> None:
    decision = decide(exam(), measured(40.0, method))
    action = decision.action(ActionKind.REFERRAL)
    assert action is not None and RedFlag.VERY_HIGH_EYE_PRESSURE in action.red_flags
    assert decision.urgency is Urgency.STAT


def test_the_higher_eye_counts_and_one_unmeasured_eye_hides_nothing() -> None:
    assert referred(decide(exam(), measured(15, left=33))) == (Urgency.URGENT, 14)
    assert referred(decide(exam(), measured(33, left=None))) == (Urgency.URGENT, 14)


def test_pressure_and_finding_are_one_referral_for_glaucoma() -> None:
    action = decide(exam(Label.GLAUCOMA), measured(33)).action(ActionKind.REFERRAL)
    assert action is not None and action.labels == (Label.GLAUCOMA,)
    assert (action.urgency, action.due_in_days) == (Urgency.URGENT, 14)
    assert {"RR-02", "RR-18"} <= {reason.code for reason in action.reasons}


def test_high_blood_pressure_does_not_push_a_second_measurement_back() -> None:
    factors = replace(measured(33, IopMethod.NON_CONTACT), systolic_mmhg=150)
    assert advice(decide(exam(), factors)) == (True, 7)
