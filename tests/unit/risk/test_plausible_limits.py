"""Both sides of every range in which an answer is believed, and of every other unit that is recognised."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from risk import domain
from risk.domain.answers import parse_risk_factors
from risk.domain.features import Sex
from risk.domain.plausibility import Implausibility, check_range
from risk.errors import ImplausibleAnswer
from tests.unit.numbers_of_rules import numbers_in
from tests.unit.risk.cases import TODAY
from tests.unit.thresholds import Side, Threshold

NUMBERS = numbers_in(domain)
# Lowest, highest, and how finely the answer is told. Source: facts 1.5.
RANGES: Mapping[str, tuple[float, float, float]] = {
    "age_years": (0, 120, 1),
    "diabetes_duration_years": (0, 70, 0.1),
    "hba1c_percent": (3.5, 20, 0.0001),
    "systolic_mmhg": (60, 260, 1),
    "diastolic_mmhg": (30, 160, 1),
    "bmi_kg_m2": (10, 70, 0.1),
    "refraction_right_dioptres": (-30, 20, 0.01),
    "refraction_left_dioptres": (-30, 20, 0.01),
    "iop_right_mmhg": (3, 80, 0.1),
    "iop_left_mmhg": (3, 80, 0.1),
}
OTHER_UNITS: Mapping[str, tuple[float, float, float]] = {
    "hba1c_percent": (20.0001, 195.0, 0.00005),
    "systolic_mmhg": (8, 35, 1),
    "diastolic_mmhg": (4, 21, 1),
    "iop_right_mmhg": (0.4, 2.9999, 0.00005),
    "iop_left_mmhg": (0.4, 2.9999, 0.00005),
    "refraction_right_dioptres": (-3000, -30.0001, 0.00005),
    "refraction_left_dioptres": (-3000, -30.0001, 0.00005),
}


def refusal(name: str, value: float) -> Implausibility | None:
    try:
        check_range(name, value)
    except ImplausibleAnswer as refused:
        return Implausibility(refused.code)
    return None


def believed(answers: Mapping[str, Any]) -> bool:
    try:
        parse_risk_factors(answers, age_years=60, sex=Sex.FEMALE, today=TODAY)
    except ImplausibleAnswer:
        return False
    return True


def ends(table: str, name: str, limits: tuple[float, float, float], code: Implausibility | None) -> Any:
    low, high, step = limits
    for end, value, side in (("low", low, Side.FROM), ("high", high, Side.UP_TO)):
        yield Threshold(f"{table}.{name}.{end}", value, step, side, lambda told: refusal(name, told) is code)


THRESHOLDS = [
    *(
        limit
        for table in ("plausibility.PLAUSIBLE", "feature_table.FEATURES")
        for name, limits in RANGES.items()
        for limit in ends(table, name, limits, None)
    ),
    *(
        limit
        for name, limits in OTHER_UNITS.items()
        for limit in ends("plausibility.OTHER_UNITS", name, limits, Implausibility.WRONG_UNIT)
    ),
    Threshold(
        "plausibility.HBA1C_MMOL_MOL_UP_TO",
        195.0,
        1,
        Side.UP_TO,
        lambda told: refusal("hba1c_percent", told) is Implausibility.WRONG_UNIT,
    ),
    Threshold(
        "plausibility.APPOINTMENT_WITHIN_DAYS",
        1095,
        1,
        Side.UP_TO,
        lambda days: believed({"next_eye_appointment": TODAY + timedelta(days=days)}),
    ),
    Threshold(
        "plausibility.FAMILY_MEMBERS_UP_TO",
        20,
        1,
        Side.UP_TO,
        lambda count: believed({"family_history": [{"condition": "amd", "relation": "child"}] * count}),
    ),
]
TESTED = {threshold.name for threshold in THRESHOLDS}


@pytest.mark.parametrize("threshold", THRESHOLDS, ids=str)
def test_an_answer_is_believed_exactly_to_its_limit(threshold: Threshold) -> None:
    assert NUMBERS[threshold.name] == threshold.value
    assert threshold.asked == threshold.expected


def test_an_appointment_is_believed_from_today_on() -> None:
    assert believed({"next_eye_appointment": TODAY})
    assert not believed({"next_eye_appointment": TODAY - timedelta(days=1)})
