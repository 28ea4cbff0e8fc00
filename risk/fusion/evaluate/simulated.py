"""The fusion on simulated patients: each label beside photograph, answers and prevalence, and under stress."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from risk.domain.bands import FUSED_LABELS
from risk.fusion.booster import LabelFusion
from risk.fusion.cohort import PUBLISHED, Cohort, World, simulate_cohort
from risk.fusion.frame import COLUMN_NAMES, Floats, Frame
from risk.fusion.heldout import HeldOut
from risk.fusion.measure import DIGITS, Risks, net_benefit, ranked, risks_of, scored
from risk.fusion.missing import MISSING
from screening.domain.findings import Label

THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
WAYS = ("fused", "photograph", "answers")
WORLDS: dict[str, World] = {
    "as published": PUBLISHED,
    "effects x 0.5": World(effects=0.5),
    "effects x 1.5": World(effects=1.5),
    "prevalence x 0.5": World(prevalence=0.5),
    "prevalence x 2": World(prevalence=2.0),
    "family history flipped in 10 %": World(family_flipped=0.10),
}
# Questions, each the columns that go missing with it; age and sex are one, known to every register.
GROUPS: dict[str, tuple[str, ...]] = {
    "age and sex": ("age_years", "female"),
    "diabetes": ("diabetes", "diabetes_type1", "diabetes_duration_years", "insulin_use"),
    **{names[0]: names for names in MISSING if len(names) != 4 or names[0].startswith("family")},
}
Fusions = Mapping[Label, LabelFusion]
Document = dict[str, Any]


def measure_labels(fusions: Fusions, cohort: Cohort, *, num_threads: int) -> Document:
    """Per label: prevalence, every way measured, what the prevalence alone gives, and the decision curve."""
    risks = risks_of(fusions, cohort, num_threads=num_threads)
    return {
        label.value: _label(cohort.labels[:, i].astype(np.float64), {way: risks[way][:, i] for way in WAYS})
        for i, label in enumerate(FUSED_LABELS)
    }


def _label(truth: Floats, risks: Risks) -> Document:
    prevalence = truth.mean()
    trivial = scored(truth, np.full_like(truth, prevalence))
    return {
        "prevalence": round(float(prevalence), DIGITS),
        **{way: scored(truth, risks[way]) for way in WAYS},
        "prevalence_alone": {name: value for name, value in trivial.items() if name != "calibration_slope"},
        "decision_curve": {
            "thresholds": list(THRESHOLDS),
            **{way: [net_benefit(truth, risks[way], at) for at in THRESHOLDS] for way in WAYS},
            "everybody": [net_benefit(truth, np.ones_like(truth), at) for at in THRESHOLDS],
            "nobody": [0.0 for _ in THRESHOLDS],
        },
    }


def measure_worlds(
    fusions: Fusions, heldout: HeldOut, *, patients: int, seed: int, num_threads: int
) -> Document:
    """Per world and label: what fusion and photograph reach where the community is not the published one."""
    out: Document = {}
    for name, world in WORLDS.items():
        cohort = simulate_cohort(patients, heldout, np.random.default_rng(seed), world)
        risks = risks_of(fusions, cohort, num_threads=num_threads)
        out[name] = {
            label.value: _short(cohort.labels[:, i].astype(np.float64), risks, i)
            for i, label in enumerate(FUSED_LABELS)
        }
    return out


def measure_missing(fusions: Fusions, cohort: Cohort, *, num_threads: int) -> Document:
    """Per label: with each question unknown to everybody, with each alone known, and with none."""
    out: Document = {}
    for name, columns in {**GROUPS, "all": COLUMN_NAMES}.items():
        others = tuple(column for column in COLUMN_NAMES if column not in columns)
        out[f"without {name}"] = _with_unknown(fusions, cohort, columns, num_threads)
        if name != "all":
            out[f"{name} alone"] = _with_unknown(fusions, cohort, others, num_threads)
    return out


def _with_unknown(fusions: Fusions, cohort: Cohort, columns: tuple[str, ...], num_threads: int) -> Document:
    values = cohort.frame.values.copy()
    values[:, [COLUMN_NAMES.index(column) for column in columns]] = np.nan
    less = Cohort(cohort.exposures, Frame(COLUMN_NAMES, values), cohort.labels, cohort.image_logits)
    risks = risks_of(fusions, less, num_threads=num_threads)
    return {
        label.value: _short(cohort.labels[:, i].astype(np.float64), risks, i)
        | {"largest_difference_from_photograph": _gap(risks, i)}
        for i, label in enumerate(FUSED_LABELS)
    }


def _gap(risks: Risks, column: int) -> float:
    return float(np.abs(risks["fused"][:, column] - risks["photograph"][:, column]).max())


def _short(truth: Floats, risks: Risks, column: int) -> Document:
    return {
        "prevalence": round(float(truth.mean()), DIGITS),
        "mean_fused_risk": round(float(risks["fused"][:, column].mean()), DIGITS),
        "fused": ranked(truth, risks["fused"][:, column]),
        "photograph": ranked(truth, risks["photograph"][:, column]),
    }
