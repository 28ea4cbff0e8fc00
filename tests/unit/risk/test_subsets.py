"""Every set of unanswered questions is tried, and the worst is told."""

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.fusion.cohort import simulate_cohort
from risk.fusion.evaluate import subsets as tried
from risk.fusion.evaluate.subsets import QUESTIONS, measure_subsets, subsets, without
from risk.fusion.frame import COLUMN_NAMES
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease


def test_the_questions_are_all_columns_each_once() -> None:
    assert sorted(name for names in QUESTIONS.values() for name in names) == sorted(COLUMN_NAMES)


def test_every_set_is_tried_once() -> None:
    found = list(subsets())
    assert len(found) == len(set(found)) == 2 ** len(QUESTIONS)
    assert () in found and tuple(QUESTIONS) in found


def test_unanswered_is_unknown_and_all_else_as_it_was() -> None:
    values = np.arange(2.0 * len(COLUMN_NAMES)).reshape(2, -1)
    left = without(values, ("HbA1c", "family")).values
    gone = [name.startswith("family") or name == "hba1c_percent" for name in COLUMN_NAMES]
    assert np.isnan(left[:, gone]).all() and not np.isnan(values).any()
    assert (left[:, np.logical_not(gone)] == values[:, np.logical_not(gone)]).all()


@pytest.mark.slow
def test_no_set_makes_the_fusion_much_worse_than_the_photograph(
    small_release: FusionRelease, heldout: HeldOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tried, "PATIENTS", 600)
    cohort = simulate_cohort(600, heldout, np.random.default_rng(4))
    found = measure_subsets(small_release.fusions, cohort, num_threads=1)
    assert (found["patients"], found["subsets"]) == (600, 512)
    assert set(found["worst"]) == {label.value for label in FUSED_LABELS}
    assert all(-0.1 < row["auc_gain"] <= 0.001 for row in found["worst"].values())
