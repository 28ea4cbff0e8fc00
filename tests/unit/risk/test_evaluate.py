"""What evaluate_fusion measures, on numbers counted by hand and on a small release."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.cohort import Cohort, simulate_cohort
from risk.fusion.evaluate.coverage import measure_coverage
from risk.fusion.evaluate.real import measure_real, read_real
from risk.fusion.evaluate.simulated import WORLDS, measure_labels, measure_missing, measure_worlds
from risk.fusion.evaluate.tables import BEGIN, END, replace_tables
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.fusion.heldout import HeldOut
from risk.fusion.interval import WEIGHT_OF_PATIENT, fit_interval
from risk.fusion.measure import calibration_line, net_benefit, risks_of
from risk.fusion.release import FusionRelease
from screening.domain.findings import LABELS


@pytest.fixture(scope="module")
def cohort(heldout: HeldOut) -> Cohort:
    return simulate_cohort(8_000, heldout, np.random.default_rng(11))


@pytest.fixture(scope="module")
def missing(small_release: FusionRelease, cohort: Cohort) -> dict[str, Any]:
    return measure_missing(small_release.fusions, cohort, num_threads=1)


def test_net_benefit_is_found_less_weighted_false_alarms() -> None:
    truth, risks = np.array([1.0, 1.0, 0.0, 0.0, 0.0]), np.array([0.9, 0.1, 0.3, 0.2, 0.1])
    assert net_benefit(truth, risks, 0.2) == pytest.approx(1 / 5 - 2 / 5 * 0.25)
    assert net_benefit(truth, np.ones(5), 0.5) == pytest.approx(2 / 5 - 3 / 5)


@pytest.mark.parametrize(("stretch", "shift"), [(1.0, 0.0), (2.0, 0.0), (1.0, 0.7)])
def test_calibration_is_told_by_slope_and_intercept(stretch: float, shift: float) -> None:
    rng = np.random.default_rng(2)
    places = rng.normal(-1, 1.5, 60_000)
    truth = (rng.random(60_000) < 1 / (1 + np.exp(-places))).astype(float)
    told = 1 / (1 + np.exp(-(stretch * places - shift)))
    line = calibration_line(truth, told)
    assert line["calibration_slope"] == pytest.approx(1 / stretch, abs=0.05)
    if stretch == 1:
        assert line["calibration_intercept"] == pytest.approx(shift, abs=0.05)


def test_every_label_stands_beside_photograph_answers_and_prevalence(
    small_release: FusionRelease, cohort: Cohort
) -> None:
    measured = measure_labels(small_release.fusions, cohort, num_threads=1)
    for row in measured.values():
        assert row["prevalence_alone"]["auc"] == 0.5
        assert row["prevalence_alone"]["brier"] == pytest.approx(
            row["prevalence"] * (1 - row["prevalence"]), abs=1e-3
        )
        curve = row["decision_curve"]
        assert {len(curve[way]) for way in curve} == {len(curve["thresholds"])}


def test_in_every_world_the_fusion_is_no_worse_than_the_photograph(
    small_release: FusionRelease, heldout: HeldOut
) -> None:
    worlds = measure_worlds(small_release.fusions, heldout, patients=8_000, seed=3, num_threads=1)
    assert set(worlds) == set(WORLDS)
    for world in worlds.values():
        for row in world.values():
            assert row["fused"]["auc"] > row["photograph"]["auc"] - 0.01


def test_without_any_answer_the_fusion_is_the_photograph(missing: dict[str, Any]) -> None:
    for row in missing["without all"].values():
        assert row["largest_difference_from_photograph"] < 1e-12
        assert row["fused"] == row["photograph"]


def test_whatever_is_missing_the_fusion_is_no_worse_than_the_photograph(
    small_release: FusionRelease, cohort: Cohort, missing: dict[str, Any]
) -> None:
    for part in missing.values():
        for row in part.values():
            assert row["fused"]["auc"] > row["photograph"]["auc"] - 0.01
    rng = np.random.default_rng(4)
    for _ in range(12):
        values = cohort.frame.values.copy()
        values[:, rng.random(len(COLUMN_NAMES)) < 0.5] = np.nan
        some = Cohort(cohort.exposures, Frame(COLUMN_NAMES, values), cohort.labels, cohort.image_logits)
        risks = risks_of(small_release.fusions, some, num_threads=1)
        gap = (risks["fused"] - cohort.labels) ** 2 - (risks["photograph"] - cohort.labels) ** 2
        assert (gap.mean(axis=0) < 0.001).all()


def covered_of_population(weight_of_patient: float) -> float:
    """Share of places where the interval from few real image scores holds the truth of endlessly many."""
    rng, found = np.random.default_rng(8), []
    for _ in range(10):
        ill = rng.random(500) < 0.12
        few = rng.normal(np.where(ill, 1.0, -1.5), 1.2)
        truth = rng.random(20_000) < 0.05
        drawn = np.where(truth, rng.choice(few[ill], 20_000), rng.choice(few[~ill], 20_000))
        table = fit_interval(drawn, truth, independent_patients=500, weight_of_patient=weight_of_patient)
        everybody = rng.normal(np.where(rng.random(9_000) < 0.05, 1.0, -1.5), 1.2)
        places = np.quantile(everybody, np.linspace(0.02, 0.98, 40))
        odds = 0.05 / 0.95 * np.exp(((places + 1.5) ** 2 - (places - 1.0) ** 2) / (2 * 1.2**2))
        low, high = (np.interp(places, table.log_odds, part) for part in (table.low, table.high))
        found.append(((low <= odds / (1 + odds)) & (odds / (1 + odds) <= high)).mean())
    return float(np.mean(found))


def test_the_interval_holds_the_truth_of_a_population_more_often_than_not() -> None:
    proper, shipped = covered_of_population(1.0), covered_of_population(WEIGHT_OF_PATIENT)
    assert 0.6 < proper < shipped


def test_coverage_is_measured_for_every_label(small_release: FusionRelease, heldout: HeldOut) -> None:
    found = measure_coverage(
        small_release.fusions, heldout, patients=1_500, seed=5, num_threads=1, halvings=2
    )
    for label in FUSED_LABELS:
        assert 0.2 < found[label.value]["coverage"] <= 1
        assert 0 < found[label.value]["mean_width"] < found[label.value]["mean_width_of_highest_tenth"]


def write_people(path: Path, *, age_matters: bool, patients: int = 700) -> Path:
    """Held-out patients with one photographed eye; cataract goes with age, or not."""
    rng = np.random.default_rng(12)
    names = [f"{part}_{label}" for part in ("patient", "logit") for label in LABELS]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["patient_id", "eye", "age", "sex", *names])
        for patient in range(patients):
            age = int(rng.integers(30, 90))
            ill = rng.random(len(LABELS)) < 0.15
            if age_matters:
                ill[LABELS.index("C")] = rng.random() < 1 / (1 + np.exp(-(age - 75) / 5))
            logits = rng.normal(np.where(ill, 0.5, -0.5), 1.0).round(3)
            writer.writerow([f"p{patient}", "left", age, "Female", *ill.astype(int), *logits])
    return path


@pytest.mark.parametrize("age_matters", [True, False])
def test_the_real_gain_of_age_is_found_where_there_is_one_and_only_there(
    small_release: FusionRelease, tmp_path: Path, age_matters: bool
) -> None:
    real = read_real(write_people(tmp_path / "people.csv", age_matters=age_matters), None)
    found = measure_real(small_release.fusions, real, resamples=200, seed=1, num_threads=1)
    gain = found["labels"]["C"]["gain_with_age_and_sex"]["auc"]
    low, high = gain["interval_95"]
    assert low <= gain["difference"] <= high
    assert low > 0.1 if age_matters else low < 0.01
    assert found["data"] == "real"


def test_an_age_of_one_is_unknown_and_a_table_without_people_is_refused(tmp_path: Path) -> None:
    path = write_people(tmp_path / "people.csv", age_matters=False)
    lines = path.read_text().splitlines()
    first = lines[1].split(",")
    lines[1] = ",".join([*first[:2], "1", *first[3:]])
    path.write_text("\n".join(lines))
    assert np.isnan(read_real(path, None).age_years[0])
    path.write_text("\n".join(line.replace("age", "years", 1) for line in lines))
    with pytest.raises(FusionTrainingDataInvalid, match="no column age"):
        read_real(path, None)


def test_a_page_without_a_place_for_tables_is_left_alone() -> None:
    with pytest.raises(ValueError, match="no place for tables"):
        replace_tables(f"{BEGIN} twice {BEGIN} {END}", {})
