"""Rare labels weigh more; what is not known weighs nothing."""

import pytest
import torch

from screening.imaging.targets import TARGETS
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_loss import KnownCrossEntropy, imbalance_weights, target_weights

UNKNOWN = float("nan")


def test_rare_labels_weigh_more_within_limits() -> None:
    targets = torch.zeros(100, 4)
    targets[:50, 0] = targets[:10, 1] = targets[:1, 2] = 1
    assert imbalance_weights(targets, power=0.5, limit=4.0).tolist() == pytest.approx([1.0, 3.0, 4.0, 4.0])


def test_an_answer_that_is_not_known_counts_on_neither_side() -> None:
    targets = torch.tensor([[1.0], [0.0], [0.0], [UNKNOWN], [UNKNOWN]])
    assert imbalance_weights(targets, power=1.0, limit=9.0).tolist() == [2.0]


def test_an_answer_that_is_not_known_gives_no_gradient() -> None:
    logits = torch.zeros(2, 2, requires_grad=True)
    criterion = KnownCrossEntropy(torch.ones(2), torch.ones(2))
    criterion(logits, torch.tensor([[1.0, UNKNOWN], [UNKNOWN, 0.0]])).backward()
    assert logits.grad is not None
    assert (logits.grad != 0).tolist() == [[True, False], [False, True]]


def test_labels_count_whole_and_the_rest_as_the_recipe_says() -> None:
    weights = target_weights(TrainConfig(severity_weight=0.5, finding_weight=0.25)).tolist()
    assert weights == [1.0] * 8 + [0.5] * 5 + [0.25] * (len(TARGETS) - 13)
