"""The patient's log-odds as served are those that evaluation measured: the card's fusion of both eyes."""

import numpy as np
import pytest

from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.imaging.both_eyes import BothEyes, fuse_eyes, pair_eyes
from screening.imaging.patient_logits import patient_logits

RNG = np.random.default_rng(4)
FUSION = BothEyes(RNG.normal(size=(8, 17)), RNG.normal(size=(8, 10)), RNG.normal(size=8))
LEFT, RIGHT = RNG.normal(size=(2, 8))


def eye(side: Laterality, logits: np.ndarray | None, *, missing: Label | None = None) -> EyeResult:
    if logits is None:
        return EyeResult(side, Gradability.UNGRADABLE, (), ())
    findings = tuple(
        Finding(label, 0.5, None if label is missing else float(logit), 0.5, Decision.ABSENT)
        for label, logit in zip(LABELS, logits, strict=True)
    )
    return EyeResult(side, Gradability.GRADABLE, (), findings)


def exam(*eyes: EyeResult) -> ExamResult:
    return ExamResult(eyes, "release")


@pytest.mark.parametrize("left", [LEFT, None])
def test_two_photographed_eyes_are_joined_by_the_cards_fusion(left: np.ndarray | None) -> None:
    found = patient_logits(exam(eye(Laterality.RIGHT, RIGHT), eye(Laterality.LEFT, left)), FUSION)
    rows = np.stack([RIGHT, np.full(8, np.nan) if left is None else left])
    wanted = fuse_eyes(FUSION, pair_eyes(["p", "p"], ["right", "left"], rows)).log_odds[0]
    assert list(found.values()) == pytest.approx(wanted.tolist())


def test_an_only_eye_goes_its_own_way_which_an_ungradable_fellow_eye_changes() -> None:
    alone = patient_logits(exam(eye(Laterality.LEFT, LEFT)), FUSION)
    beside = patient_logits(exam(eye(Laterality.LEFT, LEFT), eye(Laterality.RIGHT, None)), FUSION)
    gaps = [(beside[label] or 0) - (alone[label] or 0) for label in LABELS]
    assert FUSION.one is not None and gaps == pytest.approx(FUSION.one[:, -1].tolist())


def test_without_a_gradable_eye_nothing_is_said() -> None:
    assert set(patient_logits(exam(eye(Laterality.LEFT, None)), FUSION).values()) == {None}
    assert set(patient_logits(exam(), FUSION).values()) == {None}


def test_without_a_fusion_on_the_card_the_worse_eye_speaks() -> None:
    found = patient_logits(exam(eye(Laterality.LEFT, LEFT), eye(Laterality.RIGHT, RIGHT)), None)
    assert found[Label.AMD] == max(LEFT[4], RIGHT[4]) and found[Label.NORMAL] == min(LEFT[0], RIGHT[0])


def test_where_a_person_left_an_eye_without_log_odds_the_worse_eye_speaks() -> None:
    read = exam(eye(Laterality.LEFT, LEFT, missing=Label.AMD), eye(Laterality.RIGHT, RIGHT))
    found = patient_logits(read, FUSION)
    assert found[Label.AMD] == RIGHT[4] and found[Label.CATARACT] == max(LEFT[3], RIGHT[3])
