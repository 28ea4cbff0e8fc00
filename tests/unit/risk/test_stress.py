"""Stress of a fusion: other worlds, wrong family answers, every set of missing answers."""

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.domain.epidemiology import PREVALENCE
from risk.fusion.cohort import World, simulate_cohort
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease
from risk.fusion.stress import FLIPPED, QUESTIONS, stress_fusion, subsets, with_family_flipped, without
from screening.domain.findings import Label


def test_questions_together_are_all_columns_each_once() -> None:
    assert sorted(name for names in QUESTIONS.values() for name in names) == sorted(COLUMN_NAMES)


def test_every_set_of_questions_is_tried_once() -> None:
    found = list(subsets())
    assert len(found) == len(set(found)) == 2 ** len(QUESTIONS)
    assert () in found and tuple(QUESTIONS) in found


def test_unanswered_questions_are_unknown_and_all_others_as_they_were() -> None:
    frame = Frame(COLUMN_NAMES, np.arange(2.0 * len(COLUMN_NAMES)).reshape(2, -1))
    values = without(frame, ("HbA1c", "family")).values
    gone = [name.startswith("family") or name == "hba1c_percent" for name in COLUMN_NAMES]
    assert np.isnan(values[:, gone]).all()
    assert (values[:, np.logical_not(gone)] == frame.values[:, np.logical_not(gone)]).all()


def test_one_in_ten_family_answers_is_turned_over_and_nothing_else() -> None:
    values = np.zeros((20_000, len(COLUMN_NAMES)))
    values[:10_000] = np.nan
    flipped = with_family_flipped(Frame(COLUMN_NAMES, values), np.random.default_rng(1))
    assert np.isnan(flipped.values[:10_000]).all()
    for name in COLUMN_NAMES:
        wanted = FLIPPED if name.startswith("family") else 0.0
        assert flipped.column(name)[10_000:].mean() == pytest.approx(wanted, abs=0.02 if wanted else 0)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_a_world_with_more_disease_has_as_much_more(heldout: HeldOut, factor: float) -> None:
    cohort = simulate_cohort(20_000, heldout, np.random.default_rng(3), World(prevalence=factor))
    plain = simulate_cohort(20_000, heldout, np.random.default_rng(3))
    for label in (*PREVALENCE, Label.DIABETES):
        assert cohort.prevalence(label) / plain.prevalence(label) == pytest.approx(factor, rel=0.2)


def test_stress_says_what_is_left_in_every_world(small_release: FusionRelease, heldout: HeldOut) -> None:
    found = stress_fusion(
        small_release.fusions, heldout, np.random.default_rng(4), patients=3000, num_threads=1
    )
    assert len(found["worlds"]) == 6 and found["missing"]["subsets"] == 512
    labels = {label.value for label in FUSED_LABELS}
    assert all(set(world) == labels for world in found["worlds"].values())
    assert found["worlds"]["prevalence x2"]["G"]["mean_risk_by_prevalence"] < 0.8
    assert found["worlds"]["as published"]["D"]["auc_gain"] > 0.02
    assert all(row["auc_gain"] > -0.05 for row in found["missing"]["worst"].values())
