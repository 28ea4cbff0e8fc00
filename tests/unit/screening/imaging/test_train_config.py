"""A recipe is data that fits together; the study's is there beside ours."""

from dataclasses import replace

import pytest

from screening.imaging.preprocess import PreprocessSpec
from screening.imaging.train_config import PRESETS, Phase, Plateau, TrainConfig


def test_the_studys_recipe_is_the_one_it_printed() -> None:
    study = PRESETS["wang2020"]
    assert (study.backbone, study.initial_weights) == ("tf_efficientnet_b3", "hub")
    assert (study.optimiser, study.learning_rate, study.batch, study.dropout) == ("adam", 1e-3, 15, 0.5)
    assert study.phases == (Phase(30, 229), Phase(10, 448)) and study.folds == 10
    assert study.plateau == Plateau(factor=0.2, patience=4, min_delta=0.001, stop_after=5)
    varied = study.augmentation
    assert varied.rotation_degrees > 0 and not (varied.zoom or varied.brightness or varied.flip_horizontal)


@pytest.mark.parametrize(
    "phases", [(Phase(1, 96), Phase(1, 64)), (Phase(1, 64), Phase(1, 64)), (Phase(1, 32),), ()]
)
def test_phases_that_do_not_grow_to_the_releases_size_are_refused(phases: tuple[Phase, ...]) -> None:
    with pytest.raises(ValueError, match=r"spec\.size 64"):
        TrainConfig(spec=PreprocessSpec(size=64), phases=phases)


@pytest.mark.parametrize("fold", [-1, 5])
def test_a_fold_that_does_not_exist_is_refused(fold: int) -> None:
    with pytest.raises(ValueError, match=f"fold {fold}"):
        replace(TrainConfig(), fold=fold)


def test_going_on_is_shorter_and_held_back_more_than_beginning() -> None:
    begun, further = PRESETS["default"], PRESETS["finetune"]
    assert sum(phase.epochs for phase in further.phases) < sum(phase.epochs for phase in begun.phases)
    assert further.mixup > begun.mixup == 0 and further.learning_rate < begun.learning_rate
    assert further.spec == begun.spec


def test_a_member_draws_otherwise_and_holds_out_the_same_patients() -> None:
    first, second = TrainConfig(), replace(TrainConfig(), member=1)
    assert first.draw_seed == first.seed != second.draw_seed
    assert first.seed == second.seed


def test_a_member_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="member -1"):
        replace(TrainConfig(), member=-1)
