import pytest

from risk.domain.bands import BANDS, FUSED_LABELS, RiskBand, band_of
from screening.domain.findings import Label


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_a_limit_belongs_to_the_band_it_opens(label: Label) -> None:
    row = BANDS[label]
    assert band_of(label, row.raised_from - 1e-9) is RiskBand.LOW
    assert band_of(label, row.raised_from) is RiskBand.RAISED
    assert band_of(label, row.high_from - 1e-9) is RiskBand.RAISED
    assert band_of(label, row.high_from) is RiskBand.HIGH
    assert band_of(label, 0.0) is RiskBand.LOW
    assert band_of(label, 1.0) is RiskBand.HIGH


@pytest.mark.parametrize("risk", [-0.01, 1.01, float("nan")])
def test_a_risk_is_a_probability(risk: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        band_of(Label.DIABETES, risk)


@pytest.mark.parametrize("label", [Label.NORMAL, Label.OTHER])
def test_normal_and_other_are_not_fused(label: Label) -> None:
    with pytest.raises(ValueError, match="not fused"):
        band_of(label, 0.5)
