"""The table a fusion model reads: one row a patient, columns in one fixed order, NaN for unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    Hypertension,
    Relation,
    RiskFactors,
    Sex,
    Smoking,
)
from risk.errors import FrameMismatch

Floats = NDArray[np.float64]
UNKNOWN = float("nan")
# A child's glaucoma says next to nothing of the parent's (odds ratio 1.12, facts 1.3).
RELATIVES_THAT_COUNT = (Relation.PARENT, Relation.SIBLING)


@dataclass(frozen=True)
class Column:
    """One input: its unit and how it is read from the risk factors (NaN when unknown)."""

    name: str
    unit: str
    read: Callable[[RiskFactors], float]


@dataclass(frozen=True)
class Frame:
    """`values` is float64 (n_patients, n_columns) in the order of `columns`."""

    columns: tuple[str, ...]
    values: Floats

    def column(self, name: str) -> Floats:
        """One column, (n_patients,)."""
        values: Floats = self.values[:, self.columns.index(name)]
        return values


def _number(value: float | None) -> float:
    return UNKNOWN if value is None else float(value)


def _female(factors: RiskFactors) -> float:
    return {Sex.FEMALE: 1.0, Sex.MALE: 0.0}.get(factors.sex, UNKNOWN)


def _diabetes(factors: RiskFactors) -> float:
    return _number(factors.has_diabetes())


def _type1(factors: RiskFactors) -> float:
    return UNKNOWN if factors.diabetes is Diabetes.UNKNOWN else float(factors.diabetes is Diabetes.TYPE1)


def _hypertension(factors: RiskFactors) -> float:
    if factors.hypertension is Hypertension.UNKNOWN:
        return UNKNOWN
    return float(factors.hypertension is not Hypertension.NONE)


def _untreated(factors: RiskFactors) -> float:
    if factors.hypertension is Hypertension.UNKNOWN:
        return UNKNOWN
    return float(factors.hypertension is Hypertension.UNTREATED)


def _of_either_eye(worst: Callable[[Sequence[float]], float], *names: str) -> Callable[[RiskFactors], float]:
    """The worse of the eyes that were measured."""

    def read(factors: RiskFactors) -> float:
        told = [getattr(factors.measurements, name) for name in names]
        measured = [value for value in told if value is not None]
        return float(worst(measured)) if measured else UNKNOWN

    return read


def _smoking(factors: RiskFactors) -> float:
    known = {Smoking.NEVER: 0.0, Smoking.FORMER: 1.0, Smoking.CURRENT: 2.0}
    return known.get(factors.smoking, UNKNOWN)


def _relatives(condition: FamilyCondition) -> Callable[[RiskFactors], float]:
    def read(factors: RiskFactors) -> float:
        if factors.family_history is None:
            return UNKNOWN
        counted = [m for m in factors.family_history if m.relation in RELATIVES_THAT_COUNT]
        return float(min(2, sum(m.condition is condition for m in counted)))

    return read


COLUMNS: tuple[Column, ...] = (
    Column("age_years", "years", lambda factors: _number(factors.age_years)),
    Column("female", "0 or 1", _female),
    Column("diabetes", "0 or 1", _diabetes),
    Column("diabetes_type1", "0 or 1", _type1),
    Column("diabetes_duration_years", "years", lambda factors: _number(factors.diabetes_duration_years)),
    Column("hba1c_percent", "% (NGSP)", lambda factors: _number(factors.hba1c_percent)),
    Column("insulin_use", "0 or 1", lambda factors: _number(factors.insulin_use)),
    Column("hypertension", "0 or 1", _hypertension),
    Column("systolic_mmhg", "mmHg", lambda factors: _number(factors.systolic_mmhg)),
    Column("diastolic_mmhg", "mmHg", lambda factors: _number(factors.diastolic_mmhg)),
    Column("smoking", "0 never, 1 former, 2 current", _smoking),
    Column("bmi_kg_m2", "kg/m²", lambda factors: _number(factors.bmi_kg_m2)),
    Column("steroid_use", "0 or 1", lambda factors: _number(factors.steroid_use)),
    Column("family_glaucoma", "relatives, at most 2", _relatives(FamilyCondition.GLAUCOMA)),
    Column("family_amd", "relatives, at most 2", _relatives(FamilyCondition.AMD)),
    Column("family_high_myopia", "relatives, at most 2", _relatives(FamilyCondition.HIGH_MYOPIA)),
    Column("family_diabetes", "relatives, at most 2", _relatives(FamilyCondition.DIABETES)),
    Column("hypertension_untreated", "0 or 1", _untreated),
    Column(
        "refraction_dioptres",
        "dioptres, the more short-sighted eye",
        _of_either_eye(min, "refraction_right_dioptres", "refraction_left_dioptres"),
    ),
    Column("iop_mmhg", "mmHg, the higher eye", _of_either_eye(max, "iop_right_mmhg", "iop_left_mmhg")),
    Column("low_education", "0 or 1", lambda factors: _number(factors.measurements.low_education)),
)
COLUMN_NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)


def frame_of(patients: Sequence[RiskFactors]) -> Frame:
    """The frame of these patients, in their order."""
    rows = [[column.read(factors) for column in COLUMNS] for factors in patients]
    return Frame(COLUMN_NAMES, np.array(rows, np.float64).reshape(len(rows), len(COLUMNS)))


def unknown_frame(rows: int) -> Frame:
    """A frame of patients of whom nothing is known."""
    return Frame(COLUMN_NAMES, np.full((rows, len(COLUMNS)), np.nan))


def check_frame(frame: Frame, columns: Sequence[str]) -> None:
    """Raise FrameMismatch unless `frame` has exactly these columns in this order, as float64 without infinity."""
    if frame.columns != tuple(columns):
        missing, extra = set(columns) - set(frame.columns), set(frame.columns) - set(columns)
        what = (
            f"missing {sorted(missing)}, unexpected {sorted(extra)}" if missing or extra else "another order"
        )
        raise FrameMismatch(f"the model was trained on other columns ({what}); build the frame with frame_of")
    if frame.values.dtype != np.float64 or frame.values.ndim != 2 or frame.values.shape[1] != len(columns):
        raise FrameMismatch("a frame holds float64 values of shape (patients, columns)")
    if np.isinf(frame.values).any():
        raise FrameMismatch("a frame holds no infinite value; unknown is NaN")
