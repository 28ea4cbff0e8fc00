"""Measure a release on labelled photographs: the whole document of one evaluation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from screening.domain.both_eyes import EyesSeen
from screening.imaging.card import Card
from screening.imaging.evaluate.answers import Answers
from screening.imaging.evaluate.labels import LabelledPhotograph, data_name, read_labelled
from screening.imaging.evaluate.measures import describe
from screening.imaging.evaluate.patients import Eye, Patients, answer_eyes, answer_patients, merge_eyes
from screening.imaging.evaluate.score import score_photographs
from screening.imaging.evaluate.severity import describe_severity
from screening.imaging.evaluate.ungradable import count_eyes, referral
from screening.imaging.scorer import open_scorer

ENGINE = "openvino"  # as the service asks it: in the precision that the card proved safe
_SUBGROUP_SHARE = 0.3  # of the resamples: there are many subgroups, and their intervals are wide anyway
_AGE_BANDS = ((0, 49, "under 50"), (50, 59, "50 to 59"), (60, 69, "60 to 69"), (70, 200, "70 and over"))
_LEARNED = "as the card learned from patients with an ungradable eye"
_NOT_LEARNED = (
    "not normal and nothing named, each disease as frequent as in this set's patients with a disease"
)


@dataclass(frozen=True)
class Evaluation:
    """The document, and the patients it is about, from which plots and table are drawn."""

    document: dict[str, Any]
    patients: Patients


def evaluate_release(
    folder: Path,
    data: Path,
    *,
    cache_dir: Path | None,
    threads: int,
    resamples: int,
    seed: int,
    progress: bool = True,
) -> Evaluation:
    """Score every photograph of `data` with the release in `folder`, through the serving code, and measure.

    Raises LabelsInvalid, CardInvalid, WeightsMismatch; labels and release are checked before anything is scored.
    """
    photographs = read_labelled(data)
    scorer = open_scorer(folder, engine=ENGINE, cache_dir=cache_dir, threads=threads)
    results = score_photographs(scorer, photographs, progress=progress)
    eyes = merge_eyes(photographs, results)
    evaluated = {
        "release": scorer.card.name,
        "card_sha256": scorer.card.sha256,
        "engine": scorer.engine.name,
        "trained_on": scorer.card.data_version,
        "data": data_name(data),
        "photographs": len(photographs),
        "resamples": resamples,
        "seed": seed,
    }
    return evaluate_eyes(eyes, scorer.card, evaluated, resamples=resamples, seed=seed)


def evaluate_eyes(
    eyes: Sequence[Eye], card: Card, evaluated: dict[str, Any], *, resamples: int, seed: int
) -> Evaluation:
    """The document of eyes that were scored; `evaluated` says what was measured on what."""
    patients = answer_patients(eyes, card)

    def described(answers: Answers, *, share: float = 1.0, unit: str = "patients") -> dict[str, Any]:
        draws = max(20, round(share * resamples))
        return describe(answers, card.operating_points, resamples=draws, seed=seed, unit=unit)

    everybody = described(patients.answers)
    judged = np.flatnonzero(patients.seen != EyesSeen.NEITHER)
    of_eyes = answer_eyes(eyes)
    document = {
        "intended_use": "evaluation only, not a medical device",
        "evaluated": evaluated | _how(card) | _warning(evaluated),
        **everybody,
        "ungradable": count_eyes(eyes, patients)
        | {
            "as_referral": everybody,
            "excluded": described(patients.answers.among(judged)) if len(judged) else None,
        },
        "referral": referral(patients, resamples=resamples, seed=seed),
        "eyes": described(of_eyes, unit="eyes")
        if of_eyes
        else {"left_out": "labels.csv has no labels of single eyes, or no eye was judged"},
        "severity": describe_severity(eyes, resamples=resamples, seed=seed),
        "subgroups": _subgroups(patients, lambda part: described(part, share=_SUBGROUP_SHARE)),
    }
    return Evaluation(document, patients)


def _warning(evaluated: dict[str, Any]) -> dict[str, str]:
    seen = evaluated["data"] == evaluated["trained_on"]
    text = "the release was trained on patients of this very table: these numbers say nothing of new patients"
    return {"warning": text} if seen else {}


def _how(card: Card) -> dict[str, Any]:
    fused = card.both_eyes is not None and card.both_eyes.both is not None
    return {
        "both_eyes": "fusion of the card" if fused else "larger score of both eyes, smaller for normal",
        "scores": "study calibration of the card, no shift to another prevalence"
        if card.study
        else "calibrated scores; this card has no study calibration",
        "patients_without_a_judged_eye": _LEARNED if card.both_eyes else _NOT_LEARNED,
        "operating_points": "decisions of the service; a patient without a judged eye counts as left to a grader",
    }


def _subgroups(patients: Patients, described: Callable[[Answers], dict[str, Any]]) -> dict[str, Any]:
    groups = {
        "sex": [one.sex for one in patients.first],
        "age_band": [age_band(one) for one in patients.first],
    }
    return {
        kind: {
            name: described(patients.answers.among(np.flatnonzero(np.array(values) == name)))
            for name in sorted(set(values))
        }
        for kind, values in groups.items()
    }


def age_band(photograph: LabelledPhotograph) -> str:
    """Unknown is a band of its own."""
    age = photograph.age_years
    if age is None:
        return "unknown"
    return next(name for lowest, highest, name in _AGE_BANDS if lowest <= age <= highest)
