"""Odds ratios that were put in come out again, and what cannot be estimated is left out."""

from math import exp
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from risk.errors import FusionReleaseInvalid
from risk.fusion.factors import OUTCOMES_PER_FACTOR, factor_odds, global_importance
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.fusion.release import load_release
from risk.fusion_release import FUSION_RELEASE
from screening.domain.findings import Label

PATIENTS = 20_000
COLUMNS = ("age_years", "female", "family_glaucoma")


def drawn(*, effect: float = float(np.log(3.0))) -> tuple[Frame, dict[Label, np.ndarray]]:
    """Ill by age (1.05 a year), sex (0.7) and family; family history grows with age, so that it is confounded."""
    rng = np.random.default_rng(1)
    age, female = rng.uniform(40, 80, PATIENTS), rng.integers(0, 2, PATIENTS).astype(float)
    family = (rng.random(PATIENTS) < 0.05 + 0.004 * (age - 40)).astype(float)
    logit = -3 + np.log(1.05) * (age - 60) + np.log(0.7) * female + effect * family
    ill = rng.random(PATIENTS) < 1 / (1 + np.exp(-logit))
    return Frame(COLUMNS, np.stack([age, female, family], axis=1)), {Label.GLAUCOMA: ill}


def test_each_interval_holds_the_odds_ratio_that_was_put_in() -> None:
    found = {one.column: one for one in factor_odds(*drawn())}
    for column, truth in (("age_years", 1.05), ("female", 0.7), ("family_glaucoma", 3.0)):
        assert found[column].low < truth < found[column].high, column
        assert found[column].high / found[column].low < 1.4


def test_a_factor_without_effect_is_told_to_have_none() -> None:
    (one,) = (one for one in factor_odds(*drawn(effect=0.0)) if one.column == "family_glaucoma")
    assert one.low < 1 < one.high


def test_ratio_and_interval_are_those_of_a_table_of_four() -> None:
    cells = {(1, 1): 60, (1, 0): 140, (0, 1): 40, (0, 0): 260}
    table = np.array([row for row, count in cells.items() for _ in range(count)], float)
    (one,) = factor_odds(Frame(("diabetes",), table[:, :1]), {Label.CATARACT: table[:, 1] > 0})
    ratio, error = 60 * 260 / (140 * 40), (1 / 60 + 1 / 140 + 1 / 40 + 1 / 260) ** 0.5
    assert (one.odds_ratio, one.low, one.high) == pytest.approx(
        (ratio, ratio * exp(-1.96 * error), ratio * exp(1.96 * error)), rel=1e-3
    )
    assert (one.patients, one.cases) == (500, 100)


def test_patients_of_whom_a_factor_is_unknown_are_left_out_of_its_ratio_alone() -> None:
    frame, ill = drawn()
    frame.values[: PATIENTS // 2, 2] = np.nan
    found = {one.column: one.patients for one in factor_odds(frame, ill)}
    assert found == {"age_years": PATIENTS, "female": PATIENTS, "family_glaucoma": PATIENTS // 2}


@pytest.mark.parametrize(
    ("cases", "told"), [(3 * OUTCOMES_PER_FACTOR - 1, False), (3 * OUTCOMES_PER_FACTOR, True)]
)
def test_ten_ill_for_each_fitted_factor_are_needed(cases: int, told: bool) -> None:
    frame, ill = drawn()
    few = np.zeros(PATIENTS, bool)
    few[np.flatnonzero(ill[Label.GLAUCOMA])[:cases]] = True
    found = {one.column for one in factor_odds(frame, {Label.GLAUCOMA: few})}
    assert ("family_glaucoma" in found) == told


def test_a_factor_that_never_varies_or_separates_ill_from_well_gives_no_ratio() -> None:
    frame, ill = drawn()
    for values in (np.ones(PATIENTS), ill[Label.GLAUCOMA].astype(float)):
        frame.values[:, 2] = values
        assert "family_glaucoma" not in {one.column for one in factor_odds(frame, ill)}


def test_shares_read_as_text_are_those_that_lightgbm_tells() -> None:
    folder = settings.FUSION_RELEASES_DIR / FUSION_RELEASE
    for label, fusion in load_release(folder).fusions.items():
        gains = fusion.booster.feature_importance(importance_type="gain")
        told = dict(zip(COLUMN_NAMES, (gains / gains.sum()).tolist(), strict=True))
        assert dict(global_importance(folder)[label]) == pytest.approx(told, abs=1e-6)


def test_a_release_without_a_booster_is_named(tmp_path: Path) -> None:
    with pytest.raises(FusionReleaseInvalid, match=r"booster_D\.txt"):
        global_importance(tmp_path)


def test_nobody_gives_no_ratio() -> None:
    assert factor_odds(Frame(COLUMNS, np.empty((0, 3))), {Label.GLAUCOMA: np.empty(0, bool)}) == []
