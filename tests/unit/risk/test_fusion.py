"""The trained fusion as a whole: what it does with answers, without them, and with a spoilt release."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.domain.features import RiskFactors
from risk.errors import FrameMismatch, FusionReleaseInvalid
from risk.fusion.booster import FALLING, MONOTONE, fuse
from risk.fusion.calibration import fit_image_calibration, log_odds, probabilities
from risk.fusion.cohort import simulate_cohort
from risk.fusion.explain import PHOTOGRAPH, explain
from risk.fusion.frame import COLUMN_NAMES, Frame, frame_of, unknown_frame
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease, load_release
from risk.fusion_release import FUSION_RELEASE
from screening.domain.findings import Label
from tests.unit.risk.cases import HEALTHY
from tests.unit.risk.made_up import small_releases, train_small_release

LOGITS = np.array([[-2.0, 0.3, -1.0, 2.5, -4.0, 0.0]])
PATIENT = replace(HEALTHY, age_years=67, hba1c_percent=8.4)


def test_without_any_answer_the_fusion_is_the_photograph(small_release: FusionRelease) -> None:
    fused = fuse(small_release.fusions, frame_of([RiskFactors()]), LOGITS, num_threads=1)
    np.testing.assert_allclose(fused.fused_risks, fused.image_risks, rtol=0, atol=1e-15)


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_the_booster_itself_learnt_that_no_answer_says_nothing(
    small_release: FusionRelease, label: Label
) -> None:
    raw = small_release.fusions[label].booster.predict(unknown_frame(1).values, raw_score=True)
    assert abs(raw[0]) < 0.06


def test_without_photograph_or_answers_the_prevalence_is_left(small_release: FusionRelease) -> None:
    nothing = np.full((1, len(FUSED_LABELS)), np.nan)
    fused = fuse(small_release.fusions, unknown_frame(1), nothing, num_threads=1)
    expected = [small_release.fusions[label].calibration.community_prevalence for label in FUSED_LABELS]
    np.testing.assert_allclose(fused.fused_risks[0], expected)


def test_the_mean_risk_is_the_prevalence_of_unseen_patients(
    small_release: FusionRelease, heldout: HeldOut
) -> None:
    cohort = simulate_cohort(30_000, heldout, np.random.default_rng(77))
    fused = fuse(small_release.fusions, cohort.frame, cohort.image_logits, num_threads=1).fused_risks
    for i, label in enumerate(FUSED_LABELS):
        assert fused[:, i].mean() == pytest.approx(cohort.prevalence(label), rel=0.10)


def test_the_line_learnt_on_the_cohort_is_the_analytic_shift_of_the_prior() -> None:
    rng = np.random.default_rng(8)
    logits = {truth: rng.normal(2.0 if truth else 0.0, 1.0, 40_000) for truth in (True, False)}

    def line(prevalence: float) -> tuple[float, float]:
        truth = rng.random(40_000) < prevalence
        fitted = fit_image_calibration(
            np.where(truth, logits[True], logits[False]), truth, independent_patients=40_000
        )
        return fitted.slope, fitted.intercept

    hospital, community = line(0.33), line(0.03)
    assert community[0] == pytest.approx(hospital[0], rel=0.1)
    assert community[1] - hospital[1] == pytest.approx(log_odds(0.03) - log_odds(0.33), abs=0.2)


def test_few_real_positives_do_not_make_a_line_that_is_sure_of_itself() -> None:
    truth = np.arange(1000) < 50
    apart = np.where(truth, 3.0, -3.0)
    few, many = (fit_image_calibration(apart, truth, independent_patients=n) for n in (100, 100_000))
    assert few.slope < many.slope
    assert probabilities(few.community_logits(apart)).mean() == pytest.approx(0.05, rel=0.01)


def test_scores_that_point_the_wrong_way_are_not_turned_around() -> None:
    truth = np.arange(1000) < 100
    line = fit_image_calibration(np.where(truth, -1.0, 1.0), truth, independent_patients=1000)
    assert (line.slope, line.intercept) == (0.0, pytest.approx(log_odds(0.1)))


@pytest.mark.parametrize("label", FUSED_LABELS)
def test_a_higher_image_score_never_lowers_its_risk(small_release: FusionRelease, label: Label) -> None:
    steps = np.linspace(-20, 20, 41)
    logits = np.repeat(LOGITS, len(steps), axis=0)
    column = FUSED_LABELS.index(label)
    logits[:, column] = steps
    frame = frame_of([PATIENT] * len(steps))
    risks = fuse(small_release.fusions, frame, logits, num_threads=1).fused_risks[:, column]
    assert (np.diff(risks) >= 0).all()


def risks_along(release: FusionRelease, label: Label, name: str, values: np.ndarray) -> np.ndarray:
    """The fused risk of a label as one answer goes through `values`."""
    rows = np.repeat(frame_of([PATIENT]).values, len(values), axis=0)
    rows[:, COLUMN_NAMES.index(name)] = values
    frame, logits = Frame(COLUMN_NAMES, rows), np.repeat(LOGITS, len(values), axis=0)
    return fuse(release.fusions, frame, logits, num_threads=1).fused_risks[:, FUSED_LABELS.index(label)]


@pytest.mark.parametrize(("label", "name"), [(label, name) for label in MONOTONE for name in MONOTONE[label]])
def test_what_medicine_knows_to_raise_a_risk_never_lowers_it(
    small_release: FusionRelease, label: Label, name: str
) -> None:
    assert (np.diff(risks_along(small_release, label, name, np.linspace(0, 240, 60))) >= 0).all()


@pytest.mark.parametrize(("label", "name"), [(label, name) for label in FALLING for name in FALLING[label]])
def test_the_more_short_sighted_the_higher_the_risk(
    small_release: FusionRelease, label: Label, name: str
) -> None:
    assert (np.diff(risks_along(small_release, label, name, np.linspace(-20, 10, 60))) <= 0).all()


def test_every_risk_lies_within_its_interval_and_both_ends_rise_with_it(small_release: FusionRelease) -> None:
    logits = np.linspace(-9, 9, 40)[:, None] * np.ones((1, len(FUSED_LABELS)))
    fused = fuse(small_release.fusions, unknown_frame(40), logits, num_threads=1)
    assert ((fused.low >= 0) & (fused.low <= fused.fused_risks)).all()
    assert ((fused.fused_risks <= fused.high) & (fused.high <= 1)).all()
    assert (np.diff(fused.low, axis=0) >= 0).all() and (np.diff(fused.high, axis=0) >= 0).all()


def test_known_diabetes_and_a_high_hba1c_raise_the_risk_of_retinopathy(small_release: FusionRelease) -> None:
    none, poor = HEALTHY, replace(HEALTHY, diabetes="type2", diabetes_duration_years=20.0, hba1c_percent=10.0)
    fused = fuse(small_release.fusions, frame_of([none, poor]), np.repeat(LOGITS, 2, axis=0), num_threads=1)
    assert fused.fused_risks[1, 0] > 3 * fused.fused_risks[0, 0]


def test_logits_of_another_shape_are_refused(small_release: FusionRelease) -> None:
    for wrong in (LOGITS[:, :5], LOGITS[0], np.repeat(LOGITS, 2, axis=0)):
        with pytest.raises(FrameMismatch, match="one row a frame row"):
            fuse(small_release.fusions, frame_of([PATIENT]), wrong, num_threads=1)


@pytest.mark.parametrize("label", FUSED_LABELS)
@pytest.mark.parametrize("logit", [None, -1.2, 3.0])
def test_contributions_add_up_to_the_fused_risk(
    small_release: FusionRelease, label: Label, logit: float | None
) -> None:
    frame = frame_of([PATIENT])
    logits = np.full((1, len(FUSED_LABELS)), np.nan if logit is None else logit)
    fused = fuse(small_release.fusions, frame, logits, num_threads=1)
    why = explain(small_release.fusions[label], frame, logit, num_threads=1)
    total = log_odds(why.community_prevalence) + sum(one.log_odds for one in why.contributions)
    column = FUSED_LABELS.index(label)
    assert probabilities(np.array([total]))[0] == pytest.approx(fused.fused_risks[0, column], abs=1e-9)
    assert why.fused_risk == pytest.approx(fused.fused_risks[0, column], abs=1e-9)
    if logit is None:
        assert why.image_alone_risk is None
        assert PHOTOGRAPH not in [one.name for one in why.contributions]
    else:
        assert why.image_alone_risk == pytest.approx(fused.image_risks[0, column])


def test_contributions_come_from_the_strongest_down(small_release: FusionRelease) -> None:
    why = explain(small_release.fusions[Label.DIABETES], frame_of([PATIENT]), 1.0, num_threads=1)
    sizes = [abs(one.log_odds) for one in why.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert why.contributions[0].log_odds != 0


@pytest.fixture
def spoilt(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the test's own."""
    trained = small_releases(tmp_path_factory, patients=4_000) / FUSION_RELEASE
    return Path(shutil.copytree(trained, tmp_path / FUSION_RELEASE))


def test_a_release_says_that_it_learnt_from_simulation(small_release: FusionRelease) -> None:
    assert small_release.card["data"] == "learnt from simulated data"
    assert set(small_release.card["measures_on_simulated_data"]) == {label.value for label in FUSED_LABELS}


def test_training_twice_gives_the_same_bytes(spoilt: Path, tmp_path: Path) -> None:
    again = tmp_path / "again" / FUSION_RELEASE
    train_small_release(again, patients=4_000)
    for path in sorted(spoilt.iterdir()):
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_a_changed_booster_is_refused(spoilt: Path) -> None:
    booster = spoilt / "booster_G.txt"
    booster.write_text(booster.read_text().replace("shrinkage=0.08", "shrinkage=0.80", 1))
    with pytest.raises(FusionReleaseInvalid, match=r"booster_G\.txt is not the file"):
        load_release(spoilt)


def test_a_release_trained_on_other_columns_is_refused(spoilt: Path) -> None:
    card = json.loads((spoilt / "card.json").read_text())
    card["columns"][0]["unit"] = "months"
    (spoilt / "card.json").write_text(json.dumps(card))
    with pytest.raises(FusionReleaseInvalid, match="other columns"):
        load_release(spoilt)


def test_a_booster_trained_on_other_columns_is_refused_though_its_hash_is_right(spoilt: Path) -> None:
    text = (spoilt / "booster_G.txt").read_text().replace("=age_years female ", "=female age_years ", 1)
    written_as_its_card_names(spoilt, text)
    with pytest.raises(FusionReleaseInvalid, match=r"booster_G\.txt was trained on other columns"):
        load_release(spoilt)


def test_a_file_that_is_no_booster_is_refused_though_its_hash_is_right(spoilt: Path) -> None:
    written_as_its_card_names(spoilt, "no trees")
    with pytest.raises(FusionReleaseInvalid, match=r"booster_G\.txt is no booster"):
        load_release(spoilt)


def written_as_its_card_names(release: Path, text: str) -> None:
    (release / "booster_G.txt").write_text(text)
    card = json.loads((release / "card.json").read_text())
    card["labels"]["G"]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (release / "card.json").write_text(json.dumps(card))


@pytest.mark.parametrize("content", ["{", "{}", "[]", "null"])
def test_a_damaged_card_is_refused(spoilt: Path, content: str) -> None:
    (spoilt / "card.json").write_text(content)
    with pytest.raises(FusionReleaseInvalid, match=r"card of .* is damaged"):
        load_release(spoilt)


@pytest.mark.parametrize("name", ["card.json", "booster_D.txt"])
def test_a_release_with_a_missing_file_is_refused(spoilt: Path, name: str) -> None:
    (spoilt / name).unlink()
    with pytest.raises(FusionReleaseInvalid, match=f"has no {name}"):
        load_release(spoilt)
