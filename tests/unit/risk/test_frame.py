import numpy as np
import pytest

from risk.domain.features import (
    Diabetes,
    FamilyCondition,
    FamilyMember,
    Hypertension,
    Measurements,
    Relation,
    RiskFactors,
    Sex,
    Smoking,
)
from risk.errors import FrameMismatch
from risk.fusion.frame import COLUMN_NAMES, Frame, check_frame, frame_of, unknown_frame


def test_a_patient_of_whom_nothing_is_known_is_a_row_of_nan() -> None:
    assert np.isnan(frame_of([RiskFactors()]).values).all()


@pytest.mark.parametrize(
    ("factors", "column", "value"),
    [
        (RiskFactors(age_years=0), "age_years", 0.0),
        (RiskFactors(sex=Sex.FEMALE), "female", 1.0),
        (RiskFactors(sex=Sex.MALE), "female", 0.0),
        (RiskFactors(sex=Sex.OTHER), "female", np.nan),
        (RiskFactors(diabetes=Diabetes.NONE), "diabetes", 0.0),
        (RiskFactors(diabetes=Diabetes.GESTATIONAL), "diabetes", 1.0),
        (RiskFactors(diabetes=Diabetes.TYPE1), "diabetes_type1", 1.0),
        (RiskFactors(hypertension=Hypertension.TREATED), "hypertension", 1.0),
        (RiskFactors(hypertension=Hypertension.NONE), "hypertension", 0.0),
        (RiskFactors(smoking=Smoking.NEVER), "smoking", 0.0),
        (RiskFactors(smoking=Smoking.CURRENT), "smoking", 2.0),
        (RiskFactors(steroid_use=False), "steroid_use", 0.0),
        (RiskFactors(family_history=()), "family_amd", 0.0),
        (RiskFactors(hypertension=Hypertension.UNTREATED), "hypertension_untreated", 1.0),
        (RiskFactors(hypertension=Hypertension.TREATED), "hypertension_untreated", 0.0),
        (RiskFactors(measurements=Measurements(low_education=True)), "low_education", 1.0),
        (RiskFactors(measurements=Measurements(refraction_left_dioptres=-4.5)), "refraction_dioptres", -4.5),
        (RiskFactors(measurements=Measurements(-7.0, 1.0)), "refraction_dioptres", -7.0),
        (RiskFactors(measurements=Measurements(iop_right_mmhg=12, iop_left_mmhg=25)), "iop_mmhg", 25.0),
    ],
)
def test_each_answer_has_its_column(factors: RiskFactors, column: str, value: float) -> None:
    np.testing.assert_equal(frame_of([factors]).column(column)[0], value)


def test_affected_parents_and_siblings_are_counted_up_to_two() -> None:
    def count(*relations: Relation) -> float:
        family = tuple(FamilyMember(FamilyCondition.GLAUCOMA, relation) for relation in relations)
        return float(frame_of([RiskFactors(family_history=family)]).column("family_glaucoma")[0])

    assert count(Relation.CHILD) == 0
    assert count(Relation.PARENT) == 1
    assert count(Relation.PARENT, Relation.PARENT, Relation.SIBLING) == 2


def test_no_patients_make_an_empty_frame() -> None:
    assert frame_of([]).values.shape == (0, len(COLUMN_NAMES))


def test_a_frame_with_other_columns_is_refused() -> None:
    values = unknown_frame(1).values
    swapped = (COLUMN_NAMES[1], COLUMN_NAMES[0], *COLUMN_NAMES[2:])
    for columns, told in (
        (swapped, "another order"),
        ((*COLUMN_NAMES[:-1], "axial_length_mm"), "unexpected"),
        (COLUMN_NAMES[:-1], "missing"),
    ):
        with pytest.raises(FrameMismatch, match=told):
            check_frame(Frame(columns, values), COLUMN_NAMES)


def test_a_frame_of_another_type_or_shape_is_refused() -> None:
    values = unknown_frame(2).values
    for wrong in (values.astype(np.float32), values[:, :3], values[0]):
        with pytest.raises(FrameMismatch, match="float64"):
            check_frame(Frame(COLUMN_NAMES, wrong), COLUMN_NAMES)
    with pytest.raises(FrameMismatch, match="infinite"):
        check_frame(Frame(COLUMN_NAMES, np.full_like(values, np.inf)), COLUMN_NAMES)
