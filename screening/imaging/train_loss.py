"""The loss of one branch: weighted binary cross-entropy over what is known."""

import torch
from torch import nn

from screening.domain.findings import LABELS
from screening.imaging.targets import SEVERITIES, TARGETS
from screening.imaging.train_config import TrainConfig


def imbalance_weights(targets: torch.Tensor, *, power: float, limit: float) -> torch.Tensor:
    """Weight of a positive per target: (negatives / positives) ** power, between 1 and `limit`.

    `targets` (n, K) in {0, 1, NaN}; NaN counts on neither side.
    """
    positives = (targets == 1).sum(dim=0).clamp(min=1)
    return ((targets == 0).sum(dim=0) / positives).clamp(min=1.0).pow(power).clamp(max=limit)


def target_weights(config: TrainConfig) -> torch.Tensor:
    """How much each target (K,) counts: labels 1, severity and single findings as the recipe says."""
    findings = len(TARGETS) - len(LABELS) - len(SEVERITIES)
    shares = [1.0] * len(LABELS) + [config.severity_weight] * len(SEVERITIES)
    return torch.tensor(shares + [config.finding_weight] * findings)


class KnownCrossEntropy(nn.Module):
    """Mean over pictures of the weighted cross-entropy of every known target, labels' sum over eight.

    Input: logits (n, K) and answers (n, K) in {0, 1, NaN}; an answer that is NaN gives no gradient.
    """

    positive: torch.Tensor
    share: torch.Tensor

    def __init__(self, positive: torch.Tensor, share: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("positive", positive)
        self.register_buffer("share", share)

    def forward(self, logits: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
        known = ~answers.isnan()
        losses = nn.functional.binary_cross_entropy_with_logits(
            logits, answers.nan_to_num(), pos_weight=self.positive, reduction="none"
        )
        weighted: torch.Tensor = losses * known * self.share
        return weighted.sum() / (len(logits) * len(LABELS))


def criterion_of(targets: torch.Tensor, config: TrainConfig) -> KnownCrossEntropy:
    """The loss for answers (n, K) of the training part."""
    weights = imbalance_weights(targets, power=config.imbalance_power, limit=config.imbalance_limit)
    return KnownCrossEntropy(weights, target_weights(config)).to(config.device)
