"""Each limit of the quality rules, on both sides, and what a person is told to do."""

import json
from dataclasses import asdict, replace

import pytest

from screening.domain.fundus_likeness import Feature, FundusLikeness
from screening.domain.quality import (
    RETAKE_ACTIONS,
    RULES,
    Gradability,
    Judgement,
    QualityMeasures,
    QualityReason,
    QualityThresholds,
    judge_quality,
    thresholds_from_json,
)

# One feature that counts as it is, so that a test can say how much a picture looks like a fundus.
LIKENESS = FundusLikeness(0.0, 0.0, (Feature("looks", mean=0.0, spread=1.0, slope=1.0),), ())
T = QualityThresholds(likeness=LIKENESS, likeness_doubt=-5.0)
LIKE, DOUBTFUL, UNLIKE = {"looks": 3.0}, {"looks": -3.0}, {"looks": -7.0}
GOOD = QualityMeasures(
    sharpness=0.8, detail=0.02, median=90.0, p95=140.0, clipped=0.0, roundness=0.99, features=LIKE
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
    ("median", T.median_limited, -1, LIM, DARK),
    ("median", T.median_min, -1, U, DARK),
    ("p95", T.p95_min, -1, U, DARK),
    ("median", T.median_max_limited, +1, LIM, BRIGHT),
    ("median", T.median_max, +1, U, BRIGHT),
    ("clipped", T.clipped_limited, +1, LIM, BRIGHT),
    ("clipped", T.clipped_max, +1, U, BRIGHT),
    ("roundness", T.roundness_limited, -1, LIM, CUT),
    ("roundness", T.roundness_min, -1, U, CUT),
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
    assert judge_quality(replace(GOOD, median=3.0, features=UNLIKE, roundness=0.2), T).reasons == (DARK,)


def test_what_looks_less_like_a_fundus_than_the_limit_is_none() -> None:
    at, past = (replace(GOOD, features={"looks": T.likeness_min - less}) for less in (0.0, TINY))
    assert judge_quality(at, T).gradability is G
    assert judge_quality(past, T) == Judgement(U, (NO_FUNDUS,))


@pytest.mark.parametrize(("spoilt", "reason"), [({"sharpness": 0.1}, BLURRED), ({"median": 220.0}, BRIGHT)])
def test_a_spoilt_photograph_that_is_in_doubt_is_called_spoilt(
    spoilt: dict[str, float], reason: QualityReason
) -> None:
    assert judge_quality(replace(GOOD, features=DOUBTFUL, **spoilt), T).reasons == (reason,)
    assert judge_quality(replace(GOOD, features=UNLIKE, **spoilt), T).reasons == (NO_FUNDUS,)


def test_a_synthetic_picture_is_not_asked_whether_it_is_a_fundus() -> None:
    assert judge_quality(replace(GOOD, features=UNLIKE), T, synthetic=True).gradability is G


def test_limits_come_back_from_a_card_as_they_were_written() -> None:
    assert thresholds_from_json(json.loads(json.dumps(asdict(T)))) == T


def test_a_card_from_before_the_likeness_takes_the_general_one() -> None:
    found = thresholds_from_json({"sharpness_min": 0.3, "fill_max": 0.97, "red_min": 0.355})
    assert found == QualityThresholds(sharpness_min=0.3)


def test_a_limit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="sharpnes_min"):
        thresholds_from_json({"sharpnes_min": 0.3})


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
