"""The card of a release: everything about a model that is not a weight. Readable without torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from screening.domain import both_eyes
from screening.domain.both_eyes import BothEyes
from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.domain.quality import QualityThresholds, thresholds_from_json
from screening.imaging import study
from screening.imaging.preprocess import PreprocessSpec, spec_from_json
from screening.imaging.severity_heads import SeverityHeads, severity_from_json
from screening.imaging.study import Study
from screening.imaging.targets import SEVERITIES

BRANCHES: tuple[str, ...] = ("colour", "grey")
CARD_FILE = "card.json"


class CardInvalid(ValueError):
    """The card of a release cannot be used; the message names the field."""


class WeightsMismatch(ValueError):
    """A file of the release is missing or is not the one the card was written for."""


@dataclass(frozen=True)
class WeightsFile:
    """A weights file and the SHA-256 it must have."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Calibration:
    """Platt's line of one label: log-odds of the score = slope * log-odds of the mean sigmoid + intercept."""

    slope: float
    intercept: float


@dataclass(frozen=True)
class Card:
    """A release as data. `precision`: what the OpenVINO engine may use, f32 or bf16.

    `both_eyes`: how two eyes are joined, None for the plain maximum. `study`: the patient's log-odds as the study
    scores them, None for a release without. `severity`: the heads after the eight labels, None for a release
    that has none. `members`: networks in each branch whose mean logit is the branch's.
    """

    name: str
    sha256: str
    backbone: str
    data_version: str
    weights: Mapping[str, WeightsFile]
    preprocess: PreprocessSpec
    calibration: Mapping[Label, Calibration]
    operating_points: Mapping[Label, OperatingPoint]
    quality: QualityThresholds
    precision: str
    both_eyes: BothEyes | None = None
    study: Study | None = None
    severity: SeverityHeads | None = None
    members: int = 1

    @property
    def outputs(self) -> int:
        """How many logits each branch gives."""
        return len(LABELS) + (len(SEVERITIES) if self.severity else 0)


def read_card(folder: Path, *, card_sha256: str | None = None) -> Card:
    """Read and check `folder`/card.json.

    Raises WeightsMismatch when it is missing or is not the card with `card_sha256`, CardInvalid when a field
    is missing or impossible.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        raise WeightsMismatch(f"{folder.name} has no {CARD_FILE}; install the whole release folder")
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    if card_sha256 is not None and sha256 != card_sha256:
        raise WeightsMismatch(
            f"{folder.name}/{CARD_FILE} is not the registered card; restore it or activate another release"
        )
    return parse_card(data, sha256=sha256, where=folder.name)


def parse_card(data: bytes, *, sha256: str, where: str) -> Card:
    """The card in `data`. Raises CardInvalid naming the field."""
    try:
        raw = json.loads(data)
        if raw["labels"] != list(LABELS):
            raise CardInvalid(f"{where}: labels are {raw['labels']}, this system needs {list(LABELS)}")
        return _card(raw, sha256)
    except CardInvalid:
        raise
    except KeyError as missing:
        raise CardInvalid(f"{where}: field {missing} is missing from the card") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise CardInvalid(f"{where}: the card cannot be read: {error}") from None


def _card(raw: dict[str, Any], sha256: str) -> Card:
    weights = {branch: WeightsFile(**raw["weights"][branch]) for branch in BRANCHES}
    calibration = {label: Calibration(**raw["calibration"][label]) for label in LABELS}
    if any(line.slope <= 0 for line in calibration.values()):
        raise CardInvalid("calibration: a slope must be positive")
    points = {
        label: OperatingPoint(
            raw["operating_points"][label]["threshold"], raw["operating_points"][label]["abstain_below"]
        )
        for label in LABELS
    }
    if raw["precision"] not in {"f32", "bf16"}:
        raise CardInvalid("precision must be f32 or bf16")
    return Card(
        name=str(raw["name"]),
        sha256=sha256,
        backbone=str(raw["backbone"]),
        data_version=str(raw["data_version"]),
        weights=MappingProxyType(weights),
        preprocess=spec_from_json(raw["preprocess"]),
        calibration=MappingProxyType(calibration),
        operating_points=MappingProxyType(points),
        quality=thresholds_from_json(raw["quality"]),
        precision=str(raw["precision"]),
        both_eyes=both_eyes.from_json(raw["both_eyes"]) if "both_eyes" in raw else None,
        study=study.from_json(raw["study"]) if "study" in raw else None,
        severity=severity_from_json(raw["severity"]) if "severity" in raw else None,
        members=_members(raw),
    )


def _members(raw: dict[str, Any]) -> int:
    members = raw.get("members", 1)
    if not isinstance(members, int) or members < 1:
        raise CardInvalid("members must be a whole number from 1")
    return members


def verify_weights(folder: Path, card: Card) -> dict[str, Path]:
    """The weights files of a release, each read and compared with its hash before anything uses it.

    Raises WeightsMismatch naming the file.
    """
    paths = {}
    for branch, expected in card.weights.items():
        path = folder / expected.file
        if path.parent != folder or not path.is_file():
            raise WeightsMismatch(
                f"{folder.name}/{expected.file} is missing; install the whole release folder"
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected.sha256:
            raise WeightsMismatch(
                f"{folder.name}/{expected.file} differs from the hash on its card; install the release again"
            )
        paths[branch] = path
    return paths


def recipes_on(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How each network of a branch that a card ships was trained; nothing where it does not say.

    Where others of the recipe were measured, those that are shipped; a card of a single one may hold it as `recipe`.
    """
    one = card.get("recipe")
    return card.get("shipped_recipes") or card.get("recipes") or ([one] if one else [])
