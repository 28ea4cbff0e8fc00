import math

import pytest

from screening.domain.exam_result import EyeResult, merge_photographs
from screening.domain.findings import LABELS, Label, OperatingPoint, decide_finding
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason

POINT = OperatingPoint(threshold=0.5, abstain_below=0.4)
BLURRED = EyeResult(Laterality.RIGHT, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())


def _eye(gradability: Gradability = Gradability.GRADABLE, **scores: float) -> EyeResult:
    values = {label: scores.get(label.value, 0.1) for label in LABELS}
    findings = tuple(decide_finding(label, s, math.log(s / (1 - s)), POINT) for label, s in values.items())
    return EyeResult(Laterality.RIGHT, gradability, (), findings)


def _score(eye: EyeResult, label: Label) -> float:
    return next(finding.score for finding in eye.findings if finding.label is label)


def test_a_sharp_retake_replaces_a_blurred_photograph() -> None:
    assert merge_photographs([BLURRED, _eye(D=0.2)]) == _eye(D=0.2)


def test_a_blurred_retake_does_not_replace_a_sharp_photograph() -> None:
    assert merge_photographs([_eye(D=0.8), BLURRED]) == _eye(D=0.8)


def test_an_eye_that_was_never_gradable_stays_ungradable() -> None:
    assert merge_photographs([BLURRED, BLURRED]) == BLURRED


@pytest.mark.parametrize("order", [(0.9, 0.2), (0.2, 0.9)])
def test_a_disease_keeps_its_highest_score_whichever_photograph_came_first(
    order: tuple[float, float],
) -> None:
    assert _score(merge_photographs([_eye(G=order[0]), _eye(G=order[1])]), Label.GLAUCOMA) == 0.9


@pytest.mark.parametrize("order", [(0.9, 0.2), (0.2, 0.9)])
def test_normal_keeps_its_lowest_score(order: tuple[float, float]) -> None:
    assert _score(merge_photographs([_eye(N=order[0]), _eye(N=order[1])]), Label.NORMAL) == 0.2


def test_the_newest_gradable_photograph_says_how_well_the_eye_can_be_judged() -> None:
    assert merge_photographs([_eye(), _eye(Gradability.LIMITED)]).gradability is Gradability.LIMITED
