"""Every limit by which a case is decided, on both its sides; the number stands here a second time on purpose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from risk import domain
from risk.domain.bands import FUSED_LABELS
from risk.domain.features import Diabetes, IopMethod, Measurements, RiskFactors
from risk.domain.next_question import OpenQuestion, worth_asking
from risk.domain.rescoring import may_begin
from risk.domain.rule_view import rule_view
from risk.night.fusing import risks_differ
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.domain.severity import Severity
from tests.unit.numbers_of_rules import numbers_in
from tests.unit.risk.cases import HEALTHY, decide, exam, exam_of, eye, told, ungradable_eye
from tests.unit.risk.test_severity_rows import graded
from tests.unit.thresholds import Side, Threshold

FROM, UP_TO, ALONE = Side
NUMBERS = numbers_in(domain)
BANDS: Mapping[str, tuple[float, float]] = {
    "D": (0.10, 0.30),
    "G": (0.12, 0.30),
    "C": (0.35, 0.60),
    "A": (0.30, 0.50),
    "H": (0.15, 0.40),
    "M": (0.10, 0.30),
}


@dataclass(frozen=True)
class Case:
    """What is asked of the rules."""

    factors: RiskFactors = HEALTHY
    exam: ExamResult = field(default_factory=exam)
    more: Mapping[str, Any] = field(default_factory=dict)

    def gives(self, rule: str) -> bool:
        return rule in {reason.code for reason in decide(self.exam, self.factors, **self.more).reasons}


def case(rule: str, name: str, value: float, step: float, side: Side, of: Callable[[Any], Case]) -> Any:
    threshold = Threshold(name, value, step, side, lambda asked: of(asked).gives(rule))
    return pytest.param(threshold, of, id=f"{name} {rule}")


def aged(years: int, factors: RiskFactors = HEALTHY) -> RiskFactors:
    return replace(factors, age_years=years)


def pressure(mmhg: float, method: IopMethod = IopMethod.GOLDMANN) -> Case:
    return Case(replace(HEALTHY, measurements=Measurements(iop_left_mmhg=mmhg, iop_method=method)))


def grade(icdr: int) -> Case:
    severity = Severity(icdr=icdr, macular_oedema=False)
    return Case(exam=exam_of(graded(Laterality.RIGHT, Label.DIABETES, severity=severity)))


def risk(label: str, value: float) -> Case:
    return Case(more={"fused": {Label(label): value}})


def failed_before(times: int) -> Case:
    return Case(
        exam=exam_of(ungradable_eye(), eye(Laterality.LEFT)), more={"previous_ungradable_exams": times}
    )


UNASKED = replace(HEALTHY, diabetes=Diabetes.TYPE2, pregnant=None)
SYSTOLIC = lambda mmhg: Case(replace(HEALTHY, systolic_mmhg=mmhg))  # noqa: E731
DIASTOLIC = lambda mmhg: Case(replace(HEALTHY, diastolic_mmhg=mmhg))  # noqa: E731
CASES = [
    case("RF-11", "red_flags.SEVERE_SYSTOLIC_MMHG", 180, 1, FROM, SYSTOLIC),
    case("RF-11", "red_flags.SEVERE_DIASTOLIC_MMHG", 120, 1, FROM, DIASTOLIC),
    case("RA-03", "decide.HIGH_SYSTOLIC_MMHG", 140, 1, FROM, SYSTOLIC),
    case("RA-03", "decide.HIGH_DIASTOLIC_MMHG", 90, 1, FROM, DIASTOLIC),
    case(
        "RF-08",
        "red_flags.GIANT_CELL_ARTERITIS_FROM_AGE_YEARS",
        50,
        1,
        FROM,
        lambda years: Case(aged(years, told(jaw_pain_or_scalp_tenderness=True))),
    ),
    case(
        "RF-10",
        "red_flags.CHILD_UP_TO_AGE_YEARS",
        17,
        1,
        UP_TO,
        lambda years: Case(aged(years, told(white_pupil=True))),
    ),
    case(
        "RR-04",
        "red_flags.CHILD_UP_TO_AGE_YEARS",
        17,
        1,
        UP_TO,
        lambda years: Case(aged(years), exam(Label.CATARACT)),
    ),
    case(
        "RM-03",
        "red_flags.CHILD_UP_TO_AGE_YEARS",
        17,
        1,
        UP_TO,
        lambda years: Case(aged(years, told(itchy=True, white_pupil=None))),
    ),
    *(
        case(
            "RF-12",
            "eye_pressure.EMERGENCY_FROM_MMHG",
            40.0,
            0.1,
            FROM,
            lambda mmhg, method=method: pressure(mmhg, method),
        )
        for method in IopMethod
    ),
    *(
        case(rule, f"pregnancy.{name}", years, 1, side, lambda years: Case(aged(years, UNASKED)))
        for rule in ("RA-06", "RC-10")
        for name, years, side in (
            ("POSSIBLE_FROM_AGE_YEARS", 12, FROM),
            ("POSSIBLE_UP_TO_AGE_YEARS", 55, UP_TO),
        )
    ),
    case("RR-18", "eye_pressure.PRESSURE_ROWS.RR-18.from_mmhg", 32.0, 0.1, FROM, pressure),
    case("RR-17", "eye_pressure.PRESSURE_ROWS.RR-17.from_mmhg", 24.0, 0.1, FROM, pressure),
    *(
        case(
            rule,
            "eye_pressure.PRESSURE_ROWS.RR-17.from_mmhg",
            24.0,
            0.1,
            FROM,
            lambda mmhg: pressure(mmhg, IopMethod.NON_CONTACT),
        )
        for rule in ("RA-05", "RC-09")
    ),
    case("RR-11", "severity_rows.MILD_ICDR", 1, 1, ALONE, grade),
    case("RR-12", "severity_rows.MODERATE_ICDR", 2, 1, ALONE, grade),
    case("RR-13", "severity_rows.SEVERE_FROM_ICDR", 3, 1, FROM, grade),
    case("RI-02", "referral_need.UNGRADABLE_EXAMS_BEFORE_REFERRAL", 1, 1, FROM, failed_before),
    *(
        case(
            rule,
            f"bands.BANDS.{label}.{name}",
            value,
            1e-6,
            FROM,
            lambda value, label=label: risk(label, value),
        )
        for label, limits in BANDS.items()
        for rule, name, value in zip(("RB-02", "RB-01"), ("raised_from", "high_from"), limits, strict=True)
    ),
]


def questions(count: int) -> list[OpenQuestion]:
    return [OpenQuestion(str(place), Label.DIABETES, 0.0, 0.5, crosses=False) for place in range(count)]


# Limits at which something ends, and those that no decision rests on.
OTHERS = [
    Threshold(
        "referral_need.UNGRADABLE_EXAMS_BEFORE_REFERRAL",
        1,
        1,
        FROM,
        lambda times: not failed_before(times).gives("RI-01"),
    ),
    Threshold("next_question.SHOWN", 3, 1, UP_TO, lambda count: len(worth_asking(questions(count))) == count),
    Threshold(
        "next_question.SMALLEST_SPREAD",
        0.01,
        1e-6,
        FROM,
        lambda spread: worth_asking([OpenQuestion("a", Label.DIABETES, 0.0, spread, crosses=False)]) != (),
    ),
    Threshold(
        "rescoring.WATCH_WAITED_FOR_MINUTES",
        60,
        1,
        FROM,
        lambda minutes: may_begin(watched=False, waited=timedelta(minutes=minutes)),
    ),
    Threshold(
        "rescoring.SMALLEST_CHANGE",
        0.005,
        1e-6,
        UP_TO,
        lambda moved: not risks_differ(np.full((1, 6), moved), np.zeros((1, 6)))[0],
    ),
]
TESTED = {param.values[0].name for param in CASES} | {threshold.name for threshold in OTHERS}


@pytest.mark.parametrize(("threshold", "of"), CASES)
def test_a_decision_changes_exactly_at_its_limit(threshold: Threshold, of: Callable[[Any], Case]) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


@pytest.mark.parametrize("threshold", OTHERS, ids=str)
def test_what_ends_or_is_shown_changes_exactly_at_its_limit(threshold: Threshold) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


@pytest.mark.parametrize(("threshold", "of"), CASES)
def test_the_night_sees_each_limit_where_the_day_does(
    threshold: Threshold, of: Callable[[Any], Case]
) -> None:
    for value in (threshold.value - threshold.step, threshold.value, threshold.value + threshold.step):
        asked = of(value)
        assert decide(asked.exam, rule_view(asked.factors), **asked.more) == decide(
            asked.exam, asked.factors, **asked.more
        )


def test_every_fused_label_has_its_limits_here() -> None:
    assert tuple(map(Label, BANDS)) == FUSED_LABELS
