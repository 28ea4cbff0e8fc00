"""A fusion release on disk: one booster a label, and a card that names, dates and hashes everything."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionReleaseInvalid
from risk.fusion.booster import LabelFusion
from risk.fusion.calibration import ImageCalibration
from risk.fusion.frame import COLUMNS
from risk.fusion.interval import IntervalTable
from risk.fusion.openmp import lightgbm
from screening.domain.both_eyes import BothEyes, from_json
from screening.domain.findings import Label

CARD = "card.json"
LEARNT_FROM = "learnt from simulated data"


@dataclass(frozen=True)
class FusionRelease:
    """A loaded release; `name` and `card_sha256` are stored with every risk it gave.

    `both_eyes`: how the eyes of a patient are joined, as in the held-out scores it was trained on; None for the
    plain maximum.
    """

    name: str
    card_sha256: str
    card: Mapping[str, Any]
    fusions: Mapping[Label, LabelFusion]
    both_eyes: BothEyes | None


def save_release(folder: Path, fusions: Mapping[Label, LabelFusion], facts: Mapping[str, object]) -> None:
    """Write boosters and card into `folder`; `facts` (data, seed, measures) go into the card as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = {label.value: _save_label(folder, label, fusions[label]) for label in FUSED_LABELS}
    columns = [{"name": column.name, "unit": column.unit} for column in COLUMNS]
    card = {"name": folder.name, "data": LEARNT_FROM, **facts, "columns": columns, "labels": labels}
    (folder / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_release(folder: Path) -> FusionRelease:
    """Load and verify a release.

    Raises
    ------
    FusionReleaseInvalid
        When the card or a booster is missing or damaged, a booster's SHA-256 differs from the card, or the release or
        a booster was trained on other columns than this code reads.
    """
    content = _read(folder / CARD)
    try:
        return _loaded(folder, content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FusionReleaseInvalid(
            f"the card of {folder.name} is damaged or lacks a field ({error}); restore the release"
        ) from error


def _loaded(folder: Path, content: bytes) -> FusionRelease:
    card = json.loads(content)
    if card["columns"] != [{"name": column.name, "unit": column.unit} for column in COLUMNS]:
        raise FusionReleaseInvalid(f"{folder.name} was trained on other columns; run: manage.py train_fusion")
    fusions = {label: _load_label(folder, card["labels"][label.value]) for label in FUSED_LABELS}
    both_eyes = from_json(card["both_eyes"]) if card.get("both_eyes") else None
    return FusionRelease(card["name"], hashlib.sha256(content).hexdigest(), card, fusions, both_eyes)


def _save_label(folder: Path, label: Label, fusion: LabelFusion) -> dict[str, object]:
    text = fusion.booster.model_to_string().encode("utf-8")
    path = folder / f"booster_{label.value}.txt"
    path.write_bytes(text)
    calibration = asdict(fusion.calibration)
    return {
        "file": path.name,
        "sha256": hashlib.sha256(text).hexdigest(),
        "calibration": calibration,
        "interval": asdict(fusion.interval),
    }


def _load_label(folder: Path, entry: Mapping[str, Any]) -> LabelFusion:
    content = _read(folder / entry["file"])
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise FusionReleaseInvalid(f"{entry['file']} is not the file its card names; restore {folder.name}")
    try:
        booster = lightgbm.Booster(model_str=content.decode("utf-8"))
    except lightgbm.basic.LightGBMError as error:
        raise FusionReleaseInvalid(
            f"{entry['file']} is no booster ({error}); restore {folder.name}"
        ) from error
    if booster.feature_name() != [column.name for column in COLUMNS]:
        raise FusionReleaseInvalid(
            f"{entry['file']} was trained on other columns; run: manage.py train_fusion"
        )
    interval = IntervalTable(**{name: tuple(values) for name, values in entry["interval"].items()})
    return LabelFusion(ImageCalibration(**entry["calibration"]), booster, interval)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FusionReleaseInvalid(
            f"{path.parent.name} has no {path.name}; run: manage.py train_fusion"
        ) from None
