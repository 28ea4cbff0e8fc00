"""From the results of photographs to the answers about their eyes and their patients."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from screening.domain.both_eyes import Counts, fuse_eyes, pair_eyes
from screening.domain.exam_result import EyeResult, merge_photographs
from screening.domain.findings import LABELS
from screening.domain.quality import Gradability
from screening.imaging.arrays import Doubles, Flags
from screening.imaging.both_eyes_fit import nothing_learned
from screening.imaging.card import Card
from screening.imaging.ensemble import sigmoid
from screening.imaging.evaluate.answers import LEVELS, NORMAL, Answers
from screening.imaging.evaluate.labels import LabelledPhotograph
from screening.imaging.study import calibrated_log_odds, study_log_odds

_OPEN = 0.5


@dataclass(frozen=True)
class Eye:
    """One photographed eye: its row in labels.csv (the first, where it was photographed twice) and its result."""

    photograph: LabelledPhotograph
    result: EyeResult

    @property
    def judged(self) -> bool:
        return self.result.gradability is not Gradability.UNGRADABLE


@dataclass(frozen=True)
class Patients:
    """Answers about p patients; `first`: a photograph of each; `seen` (p,) of EyesSeen; `waits` (p,): whether
    an eye of the patient was photographed and could not be judged, so that a person looks in any case.
    """

    answers: Answers
    first: tuple[LabelledPhotograph, ...]
    seen: Counts
    waits: Flags


def merge_eyes(photographs: Sequence[LabelledPhotograph], results: Sequence[EyeResult]) -> list[Eye]:
    """One entry an eye; several photographs of it are merged as the service merges them."""
    by_eye: dict[tuple[str, str], list[tuple[LabelledPhotograph, EyeResult]]] = {}
    for photograph, result in zip(photographs, results, strict=True):
        by_eye.setdefault((photograph.patient_id, photograph.laterality), []).append((photograph, result))
    return [Eye(many[0][0], _merged([result for _, result in many])) for many in by_eye.values()]


def _merged(of_one_eye: Sequence[EyeResult]) -> EyeResult:
    """The service forgets the machine's severity when it merges; here that of the latest judged one is kept."""
    merged = merge_photographs(of_one_eye)
    judged = [one for one in of_one_eye if one.gradability is not Gradability.UNGRADABLE]
    return replace(merged, severity=judged[-1].severity) if judged else merged


def answer_patients(eyes: Sequence[Eye], card: Card) -> Patients:
    """The patients of eyes, joined as the card says.

    A patient without a judged eye is answered as the card says (`both_eyes.neither`), or, by a card that does not
    say, with the shares among this set's patients who are not normal: as "not normal, nothing named".
    """
    paired = pair_eyes(
        [eye.photograph.patient_id for eye in eyes],
        [eye.photograph.laterality for eye in eyes],
        np.stack([_logits(eye) for eye in eyes]),
    )
    first = {eye.photograph.patient_id: eye.photograph for eye in reversed(eyes)}
    truth = np.array([first[patient].patient_labels for patient in paired.ids], np.float64)
    fused = fuse_eyes(card.both_eyes or nothing_learned(truth), paired)
    calibrated = calibrated_log_odds(card.study, fused) if card.study else fused.log_odds
    study = study_log_odds(card.study, fused) if card.study else fused.log_odds
    return Patients(
        Answers(truth, calibrated, sigmoid(study), _decided(eyes, paired.ids), np.arange(len(truth))),
        tuple(first[patient] for patient in paired.ids),
        fused.seen,
        paired.waits,
    )


def answer_eyes(eyes: Sequence[Eye]) -> Answers | None:
    """Answers about the judged eyes against the labels of each eye; None where the table does not give them."""
    judged = [eye for eye in eyes if eye.judged]
    if not judged or any(eye.photograph.eye_labels is None for eye in judged):
        return None
    logits = np.stack([_logits(eye) for eye in judged])
    truth = np.array([eye.photograph.eye_labels for eye in judged], np.float64)
    decided = np.stack([_levels(eye) for eye in judged])
    _, people = np.unique([eye.photograph.patient_id for eye in judged], return_inverse=True)
    return Answers(truth, logits, sigmoid(logits), decided, people)


def _logits(eye: Eye) -> Doubles:
    if not eye.judged:
        return np.full(len(LABELS), np.nan)
    logit_of = {finding.label: finding.logit for finding in eye.result.findings}
    return np.array([logit_of[label] for label in LABELS], np.float64)


def _levels(eye: Eye) -> Doubles:
    decision_of = {finding.label: finding.decision for finding in eye.result.findings}
    return np.array([LEVELS[decision_of[label]] for label in LABELS])


def _decided(eyes: Sequence[Eye], ids: Sequence[str]) -> Doubles:
    """Patient-level decisions: a disease as in the worse eye, normal only where every judged eye is.

    Of whom no eye was judged: normal is not claimed, and every disease is left to a grader.
    """
    row_of = {patient: row for row, patient in enumerate(ids)}
    worst = np.full((len(ids), len(LABELS)), -1.0)
    normal = np.full(len(ids), 2.0)
    for eye in (eye for eye in eyes if eye.judged):
        row, levels = row_of[eye.photograph.patient_id], _levels(eye)
        worst[row] = np.maximum(worst[row], levels)
        normal[row] = min(normal[row], levels[NORMAL])
    unseen = worst[:, NORMAL] < 0
    worst[unseen] = _OPEN
    worst[:, NORMAL] = np.where(unseen, 0.0, normal)
    return worst
