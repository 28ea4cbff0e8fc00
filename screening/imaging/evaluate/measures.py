"""Every number about one set of answers: with its interval by patient, and beside what no image would give."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from screening.domain.findings import LABELS, Label, OperatingPoint
from screening.imaging.arrays import Doubles
from screening.imaging.evaluate.answers import Answers, trivial_answers
from screening.imaging.evaluate.calibration import calibration_error, expected_error
from screening.imaging.evaluate.numbers import interval_95, rounded
from screening.imaging.metrics import called, official_scores
from screening.imaging.resampled import (
    auc,
    average_precision,
    balanced_accuracy,
    bootstrap_counts,
    count_cells,
    mean_of_known,
    once,
    rank_curve,
    sensitivity_at,
    share_where,
)

SPECIFICITY = 0.90

Numbers = dict[tuple[str, ...], Doubles]


def measure(answers: Answers, weights: Doubles) -> Numbers:
    """Each measure, named by its path in the document, for each weighting (b, n) of the answers."""
    out: Numbers = {
        ("official", name): value
        for name, value in official_scores(answers.truth, answers.study, weights).items()
    }
    out["hard_auc",] = balanced_accuracy(count_cells(answers.truth, called(answers.study), weights))
    for column, label in enumerate(LABELS):
        for path, value in _measure_label(answers, column, weights).items():
            out["labels", str(label), *path] = value
    for name in ("auc", "ap"):
        out[f"macro_{name}",] = mean_of_known(np.stack([out["labels", str(label), name] for label in LABELS]))
    return out


def _measure_label(answers: Answers, column: int, weights: Doubles) -> Numbers:
    truth, score, decided = (part[:, column] for part in (answers.truth, answers.score, answers.decided))
    curve = rank_curve(truth, answers.log_odds[:, column], weights)
    present, flagged = (decided >= 1).astype(np.float64), (decided > 0).astype(np.float64)
    return {
        ("auc",): auc(curve),
        ("ap",): average_precision(curve),
        ("sensitivity_at_specificity_90",): sensitivity_at(curve, SPECIFICITY),
        ("operating_point", "sensitivity"): share_where(present, truth, weights),
        ("operating_point", "sensitivity_with_band"): share_where(flagged, truth, weights),
        ("operating_point", "specificity"): share_where(1 - present, 1 - truth, weights),
        ("operating_point", "specificity_with_band"): share_where(1 - flagged, 1 - truth, weights),
        ("brier",): share_where((score - truth) ** 2, np.ones_like(truth), weights),
    }


def describe(
    answers: Answers,
    points: Mapping[Label, OperatingPoint],
    *,
    resamples: int,
    seed: int,
    unit: str = "patients",
) -> dict[str, Any]:
    """The part of the document about one set of answers; `unit` names what a row of it is."""
    rng = np.random.default_rng(seed)
    counts = bootstrap_counts(int(answers.people.max()) + 1, resamples, rng)[:, answers.people]
    document = _document(measure(answers, once(len(answers.truth))))
    for column, label in enumerate(LABELS):
        document["labels"][label] |= _calibration(answers, column, rng)
    document |= {
        unit: len(answers.truth),
        "intervals_95": _tree(
            {path: interval_95(values) for path, values in measure(answers, counts).items()}
        ),
        "baselines": {
            name: _document(measure(trivial, once(len(answers.truth)))) | {"labels": _trivial_labels(trivial)}
            for name, trivial in trivial_answers(answers, points).items()
        },
    }
    return document


def _trivial_labels(trivial: Answers) -> dict[str, Any]:
    labels: dict[str, Any] = _document(measure(trivial, once(len(trivial.truth))))["labels"]
    for column, label in enumerate(LABELS):
        error = calibration_error(trivial.truth[None, :, column], trivial.score[:, column])
        labels[label]["ece"] = rounded(error[0])
    return labels


def _calibration(answers: Answers, column: int, rng: np.random.Generator) -> dict[str, Any]:
    truth, score = answers.truth[:, column], answers.score[:, column]
    expected = expected_error(score, rng)
    return {
        "positives": int(truth.sum()),
        "ece": rounded(calibration_error(truth[None], score)[0]),
        "ece_of_a_perfect_model": rounded(expected.mean),
        "ece_of_a_perfect_model_upper_95": rounded(expected.upper_95),
    }


def _document(numbers: Numbers) -> dict[str, Any]:
    return _tree({path: rounded(value[0]) for path, value in numbers.items()})


def _tree(values: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """{("labels", "N", "auc"): v} to {"labels": {"N": {"auc": v}}}."""
    out: dict[str, Any] = {}
    for path, value in values.items():
        place = out
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return out
