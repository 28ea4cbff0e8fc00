"""Both eyes as one patient: the way serving, training of the fusion and evaluation share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain.both_eyes import BothEyes, fuse_eyes, pair_eyes
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Decision, Finding, Label
from screening.domain.joined_logits import joined_logits
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
SPREAD = np.random.default_rng(4)
FUSION = BothEyes(SPREAD.normal(size=(8, 17)), SPREAD.normal(size=(8, 10)), SPREAD.normal(size=8))
logits = st.lists(st.floats(-12, 12), min_size=8, max_size=8)


def eye(laterality: Laterality, values: list[float]) -> EyeResult:
    findings = tuple(
        Finding(label, 0.5, value, 0.5, Decision.PRESENT) for label, value in zip(LABELS, values, strict=True)
    )
    return EyeResult(laterality, Gradability.GRADABLE, (), findings)


def blurred(laterality: Laterality) -> EyeResult:
    return EyeResult(laterality, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())


def exam(*eyes: EyeResult) -> ExamResult:
    return ExamResult(eyes, "r")


@given(logits, logits)
def test_two_eyes_are_joined_as_evaluation_joins_them(one: list[float], other: list[float]) -> None:
    served = joined_logits(exam(eye(RIGHT, one), eye(LEFT, other)), FUSION)
    evaluated = fuse_eyes(FUSION, pair_eyes(["p", "p"], ["R", "L"], np.array([one, other]))).log_odds[0]
    assert list(served.values()) == pytest.approx(list(evaluated), abs=1e-12)


@given(logits, logits)
def test_without_a_fusion_the_worse_eye_counts_and_for_normal_the_less_normal(
    one: list[float], other: list[float]
) -> None:
    served = joined_logits(exam(eye(RIGHT, one), eye(LEFT, other)), None)
    assert served[Label.AMD] == max(one[4], other[4])
    assert served[Label.NORMAL] == min(one[0], other[0])


def test_an_eye_that_could_not_be_judged_says_no_more_than_a_missing_one() -> None:
    values = [0.5] * 8
    alone = joined_logits(exam(eye(LEFT, values)), FUSION)
    assert joined_logits(exam(blurred(RIGHT), eye(LEFT, values)), FUSION) == alone
    assert joined_logits(exam(blurred(RIGHT), eye(LEFT, values)), None)[Label.AMD] == 0.5
    single = fuse_eyes(FUSION, pair_eyes(["p"], ["L"], np.array([values]))).log_odds[0]
    assert list(alone.values()) == pytest.approx(list(single))


@pytest.mark.parametrize("eyes", [(), (blurred(RIGHT),), (blurred(RIGHT), blurred(LEFT))])
def test_without_a_judged_eye_nothing_is_known(eyes: tuple[EyeResult, ...]) -> None:
    assert set(joined_logits(exam(*eyes), FUSION).values()) == {None}


def test_a_suspicion_that_a_person_could_not_judge_is_not_lost() -> None:
    suspected = EyeResult(
        RIGHT,
        Gradability.UNGRADABLE,
        (QualityReason.BLURRED,),
        (Finding(Label.GLAUCOMA, 0.9, 40.0, 0.5, Decision.PRESENT),),
        read=True,
    )
    assert joined_logits(exam(suspected), FUSION)[Label.GLAUCOMA] == 40.0
    assert joined_logits(exam(suspected), FUSION)[Label.AMD] is None
    assert joined_logits(exam(suspected, eye(LEFT, [0.0] * 8)), FUSION)[Label.GLAUCOMA] == 40.0


def test_a_finding_that_only_a_person_saw_has_no_logit_to_join() -> None:
    seen = tuple(Finding(label, None, None, None, Decision.ABSENT) for label in LABELS)
    read = EyeResult(RIGHT, Gradability.GRADABLE, (), seen, read=True)
    assert set(joined_logits(exam(read), FUSION).values()) == {None}
