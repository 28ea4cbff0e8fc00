from dataclasses import replace

import pytest

from risk.domain.features import RiskFactors
from risk.domain.red_flags import RED_FLAGS, RedFlag, red_flags_raised, red_flags_unanswered
from risk.domain.urgency import Urgency
from tests.unit.risk.cases import HEALTHY, told


def flags(factors: RiskFactors) -> list[RedFlag]:
    return [row.flag for row in red_flags_raised(factors)]


@pytest.mark.parametrize(
    ("symptom", "flag"),
    [
        ("sudden_vision_loss", RedFlag.SUDDEN_VISION_LOSS),
        ("curtain_or_flashes_with_floaters", RedFlag.CURTAIN_OR_FLASHES),
        ("painful_red_eye", RedFlag.PAINFUL_RED_EYE),
        ("halos_with_headache", RedFlag.HALOS_WITH_HEADACHE),
        ("trauma_or_chemical", RedFlag.TRAUMA_OR_CHEMICAL),
        ("double_vision", RedFlag.DOUBLE_VISION),
        ("distorted_lines", RedFlag.DISTORTED_LINES),
        ("jaw_pain_or_scalp_tenderness", RedFlag.GIANT_CELL_ARTERITIS),
        ("pain_after_eye_surgery", RedFlag.PAIN_AFTER_SURGERY),
    ],
)
def test_a_symptom_raises_its_flag_only_when_present(symptom: str, flag: RedFlag) -> None:
    assert flags(told(**{symptom: True})) == [flag]
    assert flags(told(**{symptom: False})) == []
    assert flags(told(**{symptom: None})) == []


def test_nothing_known_raises_no_flag_and_says_what_was_not_asked() -> None:
    assert flags(RiskFactors()) == []
    assert len(red_flags_unanswered(RiskFactors())) == 10
    assert red_flags_unanswered(told(double_vision=None)) == ("double_vision",)


@pytest.mark.parametrize(("age", "open_question"), [(17, True), (18, False), (None, True)])
def test_a_white_pupil_nobody_asked_about_is_open_where_it_could_raise_its_flag(
    age: int | None, open_question: bool
) -> None:
    factors = replace(told(white_pupil=None), age_years=age)
    assert red_flags_unanswered(factors) == (("white_pupil",) if open_question else ())


@pytest.mark.parametrize(
    ("systolic", "diastolic", "raised"),
    [
        (179, 119, False),
        (180, 119, True),
        (179, 120, True),
        (180, None, True),
        (None, 120, True),
        (179, None, False),
        (None, 119, False),
        (None, None, False),
    ],
)
def test_severe_blood_pressure_begins_at_180_over_120(
    systolic: int | None, diastolic: int | None, raised: bool
) -> None:
    factors = replace(HEALTHY, systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    assert (RedFlag.SEVERE_BLOOD_PRESSURE in flags(factors)) is raised


@pytest.mark.parametrize(("age", "raised"), [(49, False), (50, True), (None, True)])
def test_jaw_pain_counts_from_fifty_years(age: int | None, raised: bool) -> None:
    factors = replace(told(jaw_pain_or_scalp_tenderness=True), age_years=age)
    assert (RedFlag.GIANT_CELL_ARTERITIS in flags(factors)) is raised


@pytest.mark.parametrize(("age", "raised"), [(17, True), (18, False), (None, True)])
def test_a_white_pupil_counts_under_eighteen_years(age: int | None, raised: bool) -> None:
    factors = replace(told(white_pupil=True), age_years=age)
    assert (RedFlag.WHITE_PUPIL_IN_CHILD in flags(factors)) is raised


def test_stat_means_the_same_day_and_only_stat_does() -> None:
    for row in RED_FLAGS:
        assert (row.urgency is Urgency.STAT) == (row.due_in_days == 0)


def test_the_table_has_each_flag_once() -> None:
    assert [row.flag for row in RED_FLAGS] == list(RedFlag)
