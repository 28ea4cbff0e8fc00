"""Answers as the rules see them: every value between two thresholds is the same to them.

Many patients then share one decision, which need not be made for each. A test compares the decisions of both.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from risk.domain.decide import HIGH_DIASTOLIC_MMHG, HIGH_SYSTOLIC_MMHG
from risk.domain.eye_pressure import EMERGENCY_FROM_MMHG, PRESSURE_ROWS
from risk.domain.features import Hypertension, Measurements, RiskFactors, Sex, Smoking
from risk.domain.pregnancy import POSSIBLE_FROM_AGE_YEARS, POSSIBLE_UP_TO_AGE_YEARS
from risk.domain.red_flags import (
    CHILD_UP_TO_AGE_YEARS,
    GIANT_CELL_ARTERITIS_FROM_AGE_YEARS,
    SEVERE_DIASTOLIC_MMHG,
    SEVERE_SYSTOLIC_MMHG,
)

Number = TypeVar("Number", int, float)

AGES = (
    0,
    POSSIBLE_FROM_AGE_YEARS,
    CHILD_UP_TO_AGE_YEARS + 1,
    GIANT_CELL_ARTERITIS_FROM_AGE_YEARS,
    POSSIBLE_UP_TO_AGE_YEARS + 1,
)
SYSTOLIC = (0, HIGH_SYSTOLIC_MMHG, SEVERE_SYSTOLIC_MMHG)
DIASTOLIC = (0, HIGH_DIASTOLIC_MMHG, SEVERE_DIASTOLIC_MMHG)
EYE_PRESSURE = (0.0, *sorted((EMERGENCY_FROM_MMHG, *(row.from_mmhg for row in PRESSURE_ROWS))))


def rule_view(factors: RiskFactors) -> RiskFactors:
    """The same answers with each number at the lower end of its class; what no rule reads is unknown."""
    return RiskFactors(
        age_years=_step(factors.age_years, AGES),
        sex=factors.sex if factors.sex is Sex.MALE else Sex.UNKNOWN,
        diabetes=factors.diabetes,
        hypertension=Hypertension.UNKNOWN,
        systolic_mmhg=_step(factors.systolic_mmhg, SYSTOLIC),
        diastolic_mmhg=_step(factors.diastolic_mmhg, DIASTOLIC),
        smoking=Smoking.UNKNOWN,
        pregnant=factors.pregnant,
        under_eye_care=factors.under_eye_care,
        next_eye_appointment=factors.next_eye_appointment,
        symptoms=factors.symptoms,
        measurements=_measured(factors.measurements),
    )


def _measured(known: Measurements) -> Measurements:
    right, left = (_step(value, EYE_PRESSURE) for value in (known.iop_right_mmhg, known.iop_left_mmhg))
    return replace(Measurements(), iop_right_mmhg=right, iop_left_mmhg=left, iop_method=known.iop_method)


def _step(value: Number | None, steps: Sequence[Number]) -> Number | None:
    return None if value is None else max(step for step in steps if step <= value)
