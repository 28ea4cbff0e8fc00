"""A clinic's own bands: what is refused, and that they only ever add."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.domain.bands import BANDS, FUSED_LABELS, BandRow, Bands, RiskBand, band_of
from risk.domain.features import RiskFactors
from risk.domain.policy import SHIPPED_POLICY, PolicyFault, changed_labels, check_bands
from risk.errors import PolicyInvalid
from screening.domain.exam_result import ExamResult
from screening.domain.findings import Label
from tests.unit.risk.cases import decide
from tests.unit.risk.test_decide_invariants import EXAMS, FACTORS, RISKS, assert_not_lower

LIMIT = st.floats(0.001, 0.999)
BAND = (
    st.tuples(LIMIT, LIMIT).filter(lambda two: two[0] != two[1]).map(lambda two: BandRow(min(two), max(two)))
)
ANY_BANDS = st.fixed_dictionaries(dict.fromkeys(FUSED_LABELS, BAND))


def test_what_is_shipped_is_a_policy_that_may_be() -> None:
    check_bands(SHIPPED_POLICY.bands)
    assert SHIPPED_POLICY.version == 0 and SHIPPED_POLICY.bands == BANDS


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (BandRow(0.2, 0.2), PolicyFault.OUT_OF_ORDER),
        (BandRow(0.3, 0.2), PolicyFault.OUT_OF_ORDER),
        (BandRow(0.0, 0.2), PolicyFault.NOT_A_PROBABILITY),
        (BandRow(0.1, 1.0), PolicyFault.NOT_A_PROBABILITY),
        (BandRow(float("nan"), 0.2), PolicyFault.NOT_A_PROBABILITY),
    ],
    ids=str,
)
def test_impossible_limits_name_label_and_fault(row: BandRow, fault: PolicyFault) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        check_bands({**BANDS, Label.GLAUCOMA: row})
    assert (refused.value.label, refused.value.code) == (Label.GLAUCOMA, fault)


def test_a_label_left_out_and_one_that_is_not_fused_are_refused() -> None:
    without = {label: row for label, row in BANDS.items() if label is not Label.AMD}
    with pytest.raises(PolicyInvalid, match="both limits"):
        check_bands(without)
    with pytest.raises(PolicyInvalid, match="no fused risk"):
        check_bands({**BANDS, Label.OTHER: BandRow(0.1, 0.2)})


def test_what_changed_is_named_in_the_usual_order() -> None:
    other = {**BANDS, Label.MYOPIA: BandRow(0.2, 0.4), Label.DIABETES: BandRow(0.2, 0.4)}
    assert changed_labels(BANDS, other) == (Label.DIABETES, Label.MYOPIA)
    assert changed_labels(BANDS, dict(BANDS)) == ()


@given(EXAMS, FACTORS, RISKS, ANY_BANDS)
@settings(max_examples=150, deadline=None)
def test_no_policy_lowers_what_photographs_and_answers_demand(
    exam: ExamResult, factors: RiskFactors, risks: dict[Label, float], bands: Bands
) -> None:
    assert_not_lower(decide(exam, factors, fused=risks, bands_from=bands), decide(exam, factors))


@given(bands=ANY_BANDS, risks=RISKS, factor=st.floats(0.1, 0.99))
@settings(max_examples=60, deadline=None)
def test_lower_limits_never_refer_fewer(bands: Bands, risks: dict[Label, float], factor: float) -> None:
    lower = {
        label: replace(row, high_from=row.high_from * factor, raised_from=row.raised_from * factor)
        for label, row in bands.items()
    }
    for label, risk in risks.items():
        if band_of(label, risk, bands) is RiskBand.HIGH:
            assert band_of(label, risk, lower) is RiskBand.HIGH
