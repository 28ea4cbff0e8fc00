"""Age and sex on the real photographs' set, as odds ratios: measured by `manage.py analyse_factors --data`, kept as
figures because the photographs are not part of the project.
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.factors import ADJUSTED_FOR, FactorOdds, factor_odds
from risk.fusion.frame import Frame
from screening.domain.findings import Label

FIGURES = Path(__file__).with_suffix(".json")


def measure_real(data: Path) -> list[FactorOdds]:
    """Odds ratios of age and sex from `data`/labels.csv, a row an eye, of patients of whom every disease is told.

    Raises FusionTrainingDataInvalid.
    """
    # How the set tells sex and age is known where its patients are evaluated; that takes scikit-learn along.
    from risk.fusion.evaluate.real import SEXES, UNKNOWN_AGES

    path = data / "labels.csv"
    try:
        with path.open(newline="", encoding="utf-8") as file:
            people = {row["patient_id"]: row for row in csv.DictReader(file) if _is_told(row)}
        told = [
            ("nan" if row["age"] in UNKNOWN_AGES else row["age"], SEXES.get(row["sex"].lower(), np.nan))
            for row in people.values()
        ]
        values = np.array(told, np.float64).reshape(-1, len(ADJUSTED_FOR))
        ill = {
            label: np.array([row[f"patient_{label}"] == "1" for row in people.values()])
            for label in FUSED_LABELS
        }
    except (OSError, KeyError, ValueError) as error:
        raise FusionTrainingDataInvalid(
            f"{path} cannot be read: {error}; it needs patient_id, age, sex and patient_D to patient_M"
        ) from error
    return factor_odds(Frame(ADJUSTED_FOR, values), ill)


def _is_told(row: Mapping[str, str]) -> bool:
    """An empty cell is a label that nobody told; counted as absent it would move the odds."""
    return all(row[f"patient_{label}"] for label in FUSED_LABELS)


def write_real(odds: list[FactorOdds], path: Path = FIGURES) -> None:
    rows = [
        {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(one).items()}
        for one in odds
    ]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read_real_figures() -> list[FactorOdds]:
    """The figures that were kept."""
    rows = json.loads(FIGURES.read_text(encoding="utf-8"))
    return [FactorOdds(**row | {"label": Label(row["label"])}) for row in rows]
