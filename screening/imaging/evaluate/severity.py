"""How far a disease went, as the release grades it, against the doctors' keywords."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Decision, Label
from screening.domain.severity import UNSTATED, AmdStage
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.evaluate.calibration import wilson
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.evaluate.patients import Eye
from screening.imaging.resampled import bootstrap_counts, once, share_where
from screening.imaging.targets import RELEASED, SeverityTarget, split_keywords, targets_of

_WORST = 3  # grades 3 and 4, severe and proliferative, are one: keywords seldom tell them apart
_FROM = {"moderate_or_worse": 2, "severe_or_worse": 3}
_STAGES = {AmdStage.DRY: SeverityTarget.AMD_DRY, AmdStage.WET: SeverityTarget.AMD_WET}


def describe_severity(eyes: Sequence[Eye], *, resamples: int, seed: int) -> dict[str, Any]:
    """Grades of retinopathy and forms of AMD by eye; {"left_out": reason} where there is nothing to compare."""
    if any(eye.photograph.keywords is None for eye in eyes):
        return {"left_out": "labels.csv has no column eye_keywords, and no other column tells the severity"}
    if all(eye.result.severity == UNSTATED for eye in eyes):
        return {"left_out": "this release gives no severity"}
    truth = np.array([_targets(eye) for eye in eyes])
    return {
        "unit": "eyes",
        "truth": "the doctors' keywords, which were never an input",
        "retinopathy": _retinopathy(eyes, truth, resamples, seed),
        "amd": _amd(eyes, truth, resamples, seed),
    }


def _targets(eye: Eye) -> tuple[float, ...]:
    """The same as training learns: a disease that is told without its severity is not known to be none."""
    told = eye.photograph
    labels = told.eye_labels or (0,) * len(LABELS)
    return targets_of(labels, split_keywords(told.keywords or ""))[len(LABELS) : len(RELEASED)]


def _column(truth: Doubles, target: SeverityTarget) -> Doubles:
    return np.asarray(truth[:, RELEASED.index(target) - len(LABELS)])


def _retinopathy(eyes: Sequence[Eye], truth: Doubles, resamples: int, seed: int) -> dict[str, Any]:
    at_least = (SeverityTarget.DR_MILD, SeverityTarget.DR_MODERATE, SeverityTarget.DR_SEVERE)
    grade = np.sum([_column(truth, target) for target in at_least], axis=0)
    given = np.array([_grade(eye) for eye in eyes])
    known = ~np.isnan(grade) & ~np.isnan(given)
    out = {
        "grades": "0 none, 1 mild, 2 moderate, 3 severe or proliferative",
        "eyes_graded_by_both": int(known.sum()),
        "eyes_of_unknown_truth": int(np.isnan(grade).sum()),
        "eyes_without_a_machine_grade": int(np.isnan(given).sum()),
        "quadratic_kappa": _kappa(grade, given, known, eyes, resamples, seed),
        "baselines": {"none in every eye": {"quadratic_kappa": 0.0, "sensitivity": 0.0, "specificity": 1.0}},
    }
    for name, lowest in _FROM.items():
        flags = np.where(np.isnan(given), np.nan, given >= lowest)
        out[name] = _found(flags, grade >= lowest, ~np.isnan(grade), eyes, resamples, seed)
    return out


def _grade(eye: Eye) -> float:
    icdr = eye.result.severity.icdr
    return float("nan") if icdr is None else float(min(icdr, _WORST))


def _kappa(
    grade: Doubles, given: Doubles, known: Flags, eyes: Sequence[Eye], resamples: int, seed: int
) -> dict[str, Any]:
    """Quadratically weighted kappa of eyes graded by both, resampled by patient."""
    confusion = np.zeros((_WORST + 1, _WORST + 1, len(eyes)))
    rows = np.flatnonzero(known)
    confusion[grade[rows].astype(int), given[rows].astype(int), rows] = 1.0
    if not len(rows):
        return {"value": None, "interval_95": None}
    counts = np.vstack([once(len(eyes)), _counts(eyes, resamples, seed)])
    kappas = _quadratic(confusion @ counts.T)
    return {"value": rounded(kappas[0]), "interval_95": interval_95(kappas[1:])}


def _quadratic(tables: Doubles) -> Doubles:
    """Quadratic kappa of tables (4, 4, b)."""
    size = len(tables)
    cost = (np.subtract.outer(np.arange(size), np.arange(size)) ** 2)[:, :, None]
    total = tables.sum(axis=(0, 1))
    by_chance = tables.sum(axis=1)[:, None] * tables.sum(axis=0)[None] / np.maximum(total, 1)
    expected = (cost * by_chance).sum(axis=(0, 1))
    observed = (cost * tables).sum(axis=(0, 1))
    return np.asarray(1 - np.divide(observed, expected, out=np.full(len(total), np.nan), where=expected > 0))


def _amd(eyes: Sequence[Eye], truth: Doubles, resamples: int, seed: int) -> dict[str, Any]:
    out: dict[str, Any] = {
        "baselines": {"none in every eye": {"sensitivity": 0.0, "specificity": 1.0}},
    }
    for stage, target in _STAGES.items():
        answer = _column(truth, target)
        flags = np.array([_form(eye, stage) for eye in eyes])
        out[stage.value] = _found(flags, answer == 1, ~np.isnan(answer), eyes, resamples, seed)
    return out


def _form(eye: Eye, stage: AmdStage) -> float:
    """1 where the release says this form; unknown where nothing could be judged, or AMD is suspected in no form."""
    suspected = eye.result.decision(Label.AMD) in (Decision.ABSTAIN, Decision.PRESENT)
    told = eye.result.severity.amd is not None
    return float(eye.result.severity.amd is stage) if told or (eye.judged and not suspected) else float("nan")


def _found(
    flags: Doubles, ill: Flags, known: Flags, eyes: Sequence[Eye], resamples: int, seed: int
) -> dict[str, Any]:
    """Sensitivity and specificity; a severity the machine leaves unknown counts as serious, and is left out."""
    unknown = np.isnan(flags)
    both_ways = (("unknown_as_serious", known), ("unknown_excluded", known & ~unknown))
    counts = _counts(eyes, resamples, seed)
    out: dict[str, Any] = {"eyes": int((ill & known).sum())}
    for name, rows in both_ways:
        called = (np.where(unknown, 1.0, flags) >= 1).astype(np.float64)
        out[name] = {
            "sensitivity": _share(called, (ill & rows).astype(np.float64), counts),
            "specificity": _share(1 - called, (~ill & rows).astype(np.float64), counts),
        }
    return out


def _share(flags: Doubles, among: Doubles, counts: Doubles) -> dict[str, Any]:
    n = among.sum()
    if not n:
        return {"value": None, "interval_95": None, "wilson_95": None}
    low, high = wilson(np.array([(flags * among).sum()]), np.array([n]))
    return {
        "value": rounded(share_where(flags, among, once(len(flags)))[0]),
        "interval_95": interval_95(share_where(flags, among, counts)),
        "wilson_95": [rounded(low[0]), rounded(high[0])],
    }


def _counts(eyes: Sequence[Eye], resamples: int, seed: int) -> Doubles:
    """Resamples by patient, (resamples, n eyes)."""
    _, people = np.unique([eye.photograph.patient_id for eye in eyes], return_inverse=True)
    return bootstrap_counts(int(people.max()) + 1, resamples, np.random.default_rng(seed))[:, people]
