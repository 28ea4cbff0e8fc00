"""Each limit of the quality rules, on both sides, and what a person is told to do."""

from dataclasses import replace

import pytest

from screening.domain.quality import (
    RETAKE_ACTIONS,
    RULES,
    Gradability,
    Judgement,
    QualityMeasures,
    QualityReason,
    QualityThresholds,
    judge_quality,
)

T = QualityThresholds()
GOOD = QualityMeasures(
    sharpness=0.8,
    detail=0.02,
    median=90.0,
    p95=140.0,
    clipped=0.0,
    roundness=0.99,
    fill=0.785,
    red=0.5,
    blue=0.17,
    warm=1.0,
    texture=0.02,
)
TINY = 1e-6
G, LIM, U = Gradability.GRADABLE, Gradability.LIMITED, Gradability.UNGRADABLE
BLURRED, DARK, BRIGHT = QualityReason.BLURRED, QualityReason.TOO_DARK, QualityReason.TOO_BRIGHT
CUT, NO_FUNDUS = QualityReason.FIELD_CUT_OFF, QualityReason.NOT_A_FUNDUS

# (measure, last value that passes, first value that does not is TINY further, judgement beyond, reason)
LIMITS = [
    ("sharpness", T.sharpness_limited, -1, LIM, BLURRED),
    ("sharpness", T.sharpness_min, -1, U, BLURRED),
    ("detail", T.detail_limited, -1, LIM, BLURRED),
    ("detail", T.detail_min, -1, U, BLURRED),
    ("detail", T.detail_max, +1, U, NO_FUNDUS),
    ("median", T.median_limited, -1, LIM, DARK),
    ("median", T.median_min, -1, U, DARK),
    ("p95", T.p95_min, -1, U, DARK),
    ("median", T.median_max_limited, +1, LIM, BRIGHT),
    ("median", T.median_max, +1, U, BRIGHT),
    ("clipped", T.clipped_limited, +1, LIM, BRIGHT),
    ("clipped", T.clipped_max, +1, U, BRIGHT),
    ("roundness", T.roundness_limited, -1, LIM, CUT),
    ("roundness", T.roundness_min, -1, U, CUT),
    ("fill", T.fill_max, +1, U, NO_FUNDUS),
    ("red", T.red_min, -1, U, NO_FUNDUS),
    ("blue", T.blue_max, +1, U, NO_FUNDUS),
    ("warm", T.warm_min, -1, U, NO_FUNDUS),
    ("texture", T.texture_max, +1, U, NO_FUNDUS),
]
WORSE = [G, LIM, U]


def test_a_good_photograph_is_gradable_without_reason() -> None:
    assert judge_quality(GOOD, T) == Judgement(G, ())


@pytest.mark.parametrize(("measure", "limit", "direction", "beyond", "reason"), LIMITS)
def test_the_limit_itself_passes_and_a_hair_beyond_does_not(
    measure: str, limit: float, direction: int, beyond: Gradability, reason: QualityReason
) -> None:
    at = judge_quality(replace(GOOD, **{measure: limit}), T)
    past = judge_quality(replace(GOOD, **{measure: limit + direction * TINY}), T)
    assert past == Judgement(beyond, (reason,))
    assert WORSE.index(at.gradability) < WORSE.index(past.gradability)


def test_all_reasons_of_the_worst_level_are_given() -> None:
    bad = replace(GOOD, sharpness=0.1, roundness=0.3)
    assert judge_quality(bad, T) == Judgement(U, (BLURRED, CUT))


def test_a_milder_reason_is_not_mixed_into_a_severe_one() -> None:
    assert judge_quality(replace(GOOD, sharpness=0.1, median=T.median_limited - 1), T).reasons == (BLURRED,)


def test_in_the_dark_nothing_else_is_claimed() -> None:
    assert judge_quality(replace(GOOD, median=3.0, red=0.33, roundness=0.2), T).reasons == (DARK,)


def test_an_overexposed_round_field_is_too_bright_rather_than_no_fundus() -> None:
    burnt = replace(GOOD, red=0.33, median=200.0)
    assert judge_quality(burnt, T).reasons == (BRIGHT,)
    assert judge_quality(replace(burnt, fill=1.0), T).reasons == (NO_FUNDUS,)


@pytest.mark.parametrize("measure", ["fill", "red", "blue", "warm", "texture"])
def test_a_synthetic_picture_is_not_asked_whether_it_is_a_fundus(measure: str) -> None:
    odd = replace(GOOD, **{measure: 0.0 if measure in {"red", "warm"} else 1.0})
    assert judge_quality(odd, T).reasons == (NO_FUNDUS,)
    assert judge_quality(odd, T, synthetic=True).gradability is G


def test_every_reason_has_an_action() -> None:
    assert set(RETAKE_ACTIONS) == set(QualityReason)


@pytest.mark.parametrize(("gradability", "reasons"), [(G, (BLURRED,)), (LIM, ()), (U, ())])
def test_a_judgement_and_its_reasons_must_fit(
    gradability: Gradability, reasons: tuple[QualityReason, ...]
) -> None:
    with pytest.raises(ValueError, match="reason"):
        Judgement(gradability, reasons)


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
