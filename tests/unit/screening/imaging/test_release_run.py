"""A finished run becomes a release: measured through the serving code, whole, and without what only training needs."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from screening.domain.findings import LABELS
from screening.domain.laterality import Laterality
from screening.imaging.card import read_card
from screening.imaging.engines_agree import EXPORTED
from screening.imaging.held_out import PATIENT_FILE
from screening.imaging.make_release import ReleaseExists
from screening.imaging.release_fit import ReleaseTargets
from screening.imaging.release_run import release_run
from screening.imaging.scorer import PhotographBytes, open_scorer
from screening.imaging.targets import RELEASED
from tests.unit.screening.imaging.photographs import CONFIG, PATIENTS
from tests.unit.screening.imaging.tiny_release import BACKBONE


@pytest.fixture(scope="module")
def made(run: Path, photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases") / "made"
    return release_run([run, run], photographs, folder, ReleaseTargets(resamples=20)).parent


def test_the_card_reads_back_with_severity_both_eyes_and_the_studys_cut(made: Path) -> None:
    card = read_card(made)
    assert card.backbone == BACKBONE and card.preprocess == CONFIG.spec
    assert card.severity and card.both_eyes and card.study
    for label, point in card.operating_points.items():
        assert 0 <= point.abstain_below <= point.threshold <= 1, label


def test_weights_carry_the_released_outputs_and_no_more(made: Path) -> None:
    for branch in ("colour", "grey"):
        weights = load_file(made / f"{branch}.safetensors")
        for member in range(read_card(made).members):
            assert weights[f"{member}.classifier.weight"].shape[0] == len(RELEASED) == read_card(made).outputs


def test_people_read_on_the_card_how_it_was_made_and_measured(made: Path) -> None:
    card = json.loads((made / "card.json").read_text())
    assert card["intended_use"] == "evaluation only, not a medical device"
    assert [recipe["initial_weights"] for recipe in card["recipes"]] == ["random", "random"]
    assert [epoch["size"] for epoch in card["recipes"][0]["epochs"]["fold0"]["grey"]] == [48.0, 64.0]
    metrics = card["metrics"]
    assert metrics["patients"] == PATIENTS // 2 and "fold 0" in metrics["measured_on"]
    foretold = {"kappa", "f1", "auc", "final", "prediction_interval_95", "macro_auc", "hard_auc"}
    assert foretold <= set(metrics["official"])
    assert set(metrics["eyes_calibration_cross_fitted"]) == set(LABELS)
    assert metrics["eyes_severity"]["eyes_by_grade"][2] == 2 and metrics["trivial"]
    assert metrics["other_frames"]["4:3"]["mean"] < 0.01


def test_the_card_says_how_engines_agree_and_whether_maps_point_at_what_matters(made: Path) -> None:
    card = json.loads((made / "card.json").read_text())
    drawn = card["engines"]["drawn_photographs"]
    assert drawn["openvino-f32"]["max_difference"] <= 0.02 and "openvino-bf16" in drawn
    assert set(drawn["logit_from_map_differs_by"]) == set(EXPORTED)
    maps, eyes = card["metrics"]["maps"], card["metrics"]["eyes_at_operating_points"]
    assert {label: row["eyes"] for label, row in maps.items()} == {
        label: row["positives"] for label, row in eyes.items()
    }


def test_both_tables_of_held_out_logits_tell_the_same_and_the_shipped_one_no_person(
    run: Path, made: Path
) -> None:
    patients = (run / PATIENT_FILE).read_text().splitlines()
    shipped = (made / PATIENT_FILE).read_text().splitlines()
    assert len(patients) == len(shipped) == 1 + PATIENTS
    assert patients[0].startswith("patient_id,eye,age,sex,patient_N")
    assert shipped[0].startswith("patient_id,eye,patient_N")
    assert sorted(line.split(",")[4:12] for line in patients[1:]) == sorted(
        line.split(",")[2:10] for line in shipped[1:]
    )
    assert {line.split(",")[0] for line in shipped[1:]} == {str(n) for n in range(PATIENTS // 2)}


def test_a_release_is_never_written_over(made: Path, run: Path, photographs: Path) -> None:
    before = (made / "card.json").read_bytes()
    with pytest.raises(ReleaseExists, match="made is a release already"):
        release_run([run], photographs, made, ReleaseTargets(resamples=20))
    assert (made / "card.json").read_bytes() == before


@pytest.mark.parametrize("engine", ["torch-f32", "openvino-f32"])
def test_the_release_scores_a_photograph_and_grades_it(
    made: Path, fundus_jpeg: bytes, engine_cache: Path, engine: str
) -> None:
    scorer = open_scorer(made, engine=engine, cache_dir=engine_cache)
    (result,) = scorer.score([PhotographBytes(Laterality.RIGHT, fundus_jpeg)])
    assert [finding.label for finding in result.findings] == list(LABELS)
    assert all(np.isfinite(finding.logit or 0.0) for finding in result.findings)
    assert result.severity.icdr in {None, 0, 1, 2, 3}
