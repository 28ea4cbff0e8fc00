"""The operating curves of the fusion in force, read from its card: no model is loaded for it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionReleaseInvalid
from risk.fusion_release import FUSION_RELEASE
from screening.domain.findings import Label


@dataclass(frozen=True)
class OperatingCurve:
    """One label on simulated patients, `prevalence` of whom have it: sensitivity and specificity at `thresholds`."""

    thresholds: tuple[float, ...]
    prevalence: float
    sensitivity: tuple[float, ...]
    specificity: tuple[float, ...]

    def at(self, threshold: float) -> int:
        """The place on the curve that is nearest to a threshold."""
        return min(range(len(self.thresholds)), key=lambda i: abs(self.thresholds[i] - threshold))


def curves_in_force() -> dict[Label, OperatingCurve]:
    """By fused label. Raises FusionReleaseInvalid where the release has none: train it again."""
    return _read(settings.FUSION_RELEASES_DIR / FUSION_RELEASE / "card.json")


@lru_cache(maxsize=2)
def _read(card: Path) -> dict[Label, OperatingCurve]:
    try:
        raw = json.loads(card.read_text(encoding="utf-8"))["operating_curves_on_simulated_data"]
        thresholds = tuple(raw["thresholds"])
        return {
            label: OperatingCurve(
                thresholds,
                raw["labels"][label.value]["prevalence"],
                tuple(raw["labels"][label.value]["sensitivity"]),
                tuple(raw["labels"][label.value]["specificity"]),
            )
            for label in FUSED_LABELS
        }
    except (OSError, KeyError, ValueError) as error:
        raise FusionReleaseInvalid(
            f"{card.parent.name} has no operating curves; run: manage.py train_fusion"
        ) from error
