"""Two eyes become one patient; one eye and no eye each have their own way, and none of them is zero."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.domain import both_eyes
from screening.domain.both_eyes import BothEyes, BothEyesInvalid, EyesSeen, Paired, fuse_eyes, pair_eyes
from screening.imaging.arrays import Doubles
from screening.imaging.both_eyes_choice import CrossFitted, compare, fit_joined_eyes
from screening.imaging.both_eyes_fit import deal_rows, fit_both_eyes, maximum_of, nothing_learned
from screening.imaging.ensemble import sigmoid
from screening.imaging.metrics import macro_auc, patient_maximum

NAN = float("nan")


def cohort(seed: int, patients: int = 300) -> tuple[list[str], list[str], Doubles, Doubles]:
    """(patient ids, eyes, log-odds, patient labels) of eyes; every disease shows in one eye or both."""
    rng = np.random.default_rng(seed)
    in_eye = rng.random((2, patients, 8)) < 0.15
    in_eye[:, :, 0] = ~in_eye[:, :, 1:].any(axis=2)
    labels = in_eye.any(axis=0)
    labels[:, 0] = in_eye[:, :, 0].all(axis=0)
    logits = rng.normal(-1.5, 1.2, in_eye.shape) + 2.5 * in_eye
    ids = [f"p{i}" for i in range(patients)] * 2
    eyes = ["left"] * patients + ["right"] * patients
    logits[1, :20] = NAN  # one eye could not be judged
    logits[:, 20:23] = NAN  # neither could
    return ids, eyes, logits.reshape(-1, 8), np.vstack([labels, labels]).astype(float)


def fitted(seed: int = 3) -> tuple[BothEyes, Paired, Doubles]:
    ids, eyes, logits, labels = cohort(seed)
    paired = pair_eyes(ids, eyes, logits)
    truth = labels[: len(paired.ids)]
    return fit_both_eyes(paired, truth, seed=1), paired, truth


def patients(log_odds: Doubles) -> Paired:
    """Eyes (2, p, 8) that were all photographed."""
    return Paired(tuple(map(str, range(log_odds.shape[1]))), log_odds, np.ones(log_odds.shape[:2], bool))


def test_eyes_of_a_patient_meet_whatever_their_order() -> None:
    values = np.arange(24.0).reshape(3, 8)
    paired = pair_eyes(["b", "a", "b"], ["right", "left", "left"], values)
    assert paired.ids == ("b", "a")
    assert paired.log_odds[:, 0].tolist() == [values[2].tolist(), values[0].tolist()]
    assert paired.log_odds[0, 1].tolist() == values[1].tolist() and np.isnan(paired.log_odds[1, 1]).all()


def test_a_missing_eye_is_not_an_ungradable_one() -> None:
    paired = pair_eyes(["a", "b", "b"], ["left", "left", "right"], np.array([[1.0] * 8] * 2 + [[NAN] * 8]))
    assert paired.seen.tolist() == [1, 1] and paired.waits.tolist() == [False, True]


def test_the_same_eye_twice_names_the_patient() -> None:
    with pytest.raises(BothEyesInvalid, match="patient a has the left eye twice"):
        pair_eyes(["a", "a"], ["left", "left"], np.zeros((2, 8)))


def test_a_third_eye_is_refused() -> None:
    with pytest.raises(BothEyesInvalid, match="two eyes"):
        pair_eyes(["a", "a", "a"], ["left", "right", "middle"], np.zeros((3, 8)))


def test_the_plain_maximum_is_the_one_of_the_metrics() -> None:
    ids, eyes, logits, _ = cohort(1)
    paired = pair_eyes(ids, eyes, logits)
    seen = ~np.isnan(logits[:, 0])
    order, joined = patient_maximum([p for p, yes in zip(ids, seen, strict=True) if yes], logits[seen])
    rows = [paired.ids.index(patient) for patient in order]
    assert both_eyes.plain_maximum(paired)[rows] == pytest.approx(joined)


def test_each_number_of_judged_eyes_has_its_own_way() -> None:
    fusion, paired, _ = fitted()
    fused = fuse_eyes(fusion, paired)
    assert fused.seen[:24].tolist() == [EyesSeen.ONE] * 20 + [EyesSeen.NEITHER] * 3 + [EyesSeen.BOTH]
    assert not np.isnan(fused.log_odds).any()
    assert (fused.log_odds[20:23] == fusion.neither).all()
    assert fusion.one is not None and fusion.both is not None
    only = np.append(paired.log_odds[0, 0], 1.0)  # the other eye could not be judged
    assert fused.log_odds[0] == pytest.approx(only @ fusion.one[:, 1:].T + fusion.one[:, 0])
    assert not np.allclose(fused.log_odds[0], both_eyes.plain_maximum(paired)[0])


def test_who_could_not_be_judged_is_not_normal_and_nothing_is_named_where_nothing_was_learned() -> None:
    _, _, truth = fitted()
    neither = sigmoid(nothing_learned(truth).neither)
    assert neither[0] < 1e-9 and (neither[1:] > 0.01).all() and (neither < 0.5).all()


def test_what_hides_the_fundus_is_learned_from_patients_with_an_ungradable_eye() -> None:
    _, paired, truth = fitted()
    hides = truth.copy()
    hides[:23] = [0, 0, 0, 1, 0, 0, 0, 0]
    assert sigmoid(maximum_of(paired, hides).neither)[3] > 0.5 > sigmoid(maximum_of(paired, hides).neither)[1]
    fusion = fit_both_eyes(paired, hides, seed=1)
    clear = Paired(("x",), np.stack([np.full((1, 8), -3.0), np.full((1, 8), NAN)]), np.ones((2, 1), bool))
    missing = Paired(clear.ids, clear.log_odds, np.array([[True], [False]]))
    with_cataract, without = (fuse_eyes(fusion, eyes).log_odds[0, 3] for eyes in (clear, missing))
    assert with_cataract > without + 1


@given(st.integers(0, 1000))
def test_swapping_the_eyes_changes_nothing(seed: int) -> None:
    fusion, paired, _ = FITTED
    moved = paired.log_odds + np.random.default_rng(seed).normal(0, 1, paired.log_odds.shape)
    swapped = Paired(paired.ids, moved[::-1], paired.tried[::-1])
    here, there = fuse_eyes(fusion, Paired(paired.ids, moved, paired.tried)), fuse_eyes(fusion, swapped)
    assert here.log_odds == pytest.approx(there.log_odds)


FITTED = fitted()


def test_a_second_eye_that_is_clear_lowers_what_one_eye_alone_left_open() -> None:
    fusion, _, _ = FITTED
    clear = np.full((2, 1, 8), -3.0)
    alone, together = (
        sigmoid(fuse_eyes(fusion, pair_eyes("aa"[:n], "lr"[:n], clear[:n, 0])).log_odds[0, 1:])
        for n in (1, 2)
    )
    assert together.mean() < alone.mean()


def test_a_rare_label_keeps_the_plain_maximum() -> None:
    _, paired, truth = fitted()
    rare = truth.copy()
    rare[:, 5] = 0
    rare[30, 5] = 1
    fusion = fit_both_eyes(paired, rare, seed=1)
    assert fuse_eyes(fusion, paired).log_odds[30:, 5] == pytest.approx(
        both_eyes.plain_maximum(paired)[30:, 5]
    )


def test_numbers_survive_the_card() -> None:
    fusion, paired, truth = FITTED
    for each in (fusion, maximum_of(paired, truth)):
        again = both_eyes.from_json(json.loads(json.dumps(both_eyes.as_json(each))))
        assert fuse_eyes(again, paired).log_odds == pytest.approx(fuse_eyes(each, paired).log_odds, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"both": [[1.0]]}, "both"),
        ({"one": [["x"] * 10] * 8}, "one"),
        ({"neither": None}, "neither"),
        ({"neither": [float("inf")] * 8}, "neither"),
    ],
)
def test_a_card_with_other_numbers_names_the_field(change: dict[str, object], named: str) -> None:
    raw = both_eyes.as_json(FITTED[0]) | change
    with pytest.raises(BothEyesInvalid, match=named):
        both_eyes.from_json(raw)


def answers(log_odds: Doubles) -> CrossFitted:
    return CrossFitted(log_odds, sigmoid(log_odds))


def test_the_same_answers_are_no_worse_and_noise_is() -> None:
    _, paired, truth = fitted()
    folds = list(deal_rows(len(truth), 5, 1))
    plain = fuse_eyes(maximum_of(paired, truth), paired).log_odds
    same = compare(truth, answers(plain), answers(plain), folds, resamples=100, seed=1)
    assert same["kept"] and same["final"] == 0 and same["macro_auc_interval_95"] == [0, 0]
    noise = np.random.default_rng(1).normal(0, 3, plain.shape)
    worse = compare(truth, answers(plain + noise), answers(plain), folds, resamples=100, seed=1)
    assert not worse["kept"] and worse["macro_auc_interval_95"][1] < 0


def test_where_nothing_can_be_compared_no_fusion_is_kept() -> None:
    truth, folds = np.zeros((20, 8)), list(deal_rows(20, 5, 1))
    same = answers(np.zeros((20, 8)))
    compared = compare(truth, same, same, folds, resamples=20, seed=1)
    assert (
        not compared["kept"] and compared["macro_auc"] is None and compared["macro_auc_interval_95"] is None
    )


def test_every_patient_is_answered_by_a_fit_that_never_saw_it() -> None:
    parts = list(deal_rows(23, 5, 4))
    assert sorted(row for _, test in parts for row in test) == list(range(23))
    assert all(not set(train) & set(test) for train, test in parts)


def test_the_choice_says_what_it_rests_on_and_is_repeatable() -> None:
    ids, eyes, logits, labels = cohort(5, patients=200)
    chosen, again = (
        fit_joined_eyes(ids, eyes, logits, labels, seed=2, resamples=50, new_patients=100) for _ in range(2)
    )
    evidence = chosen.evidence
    assert evidence == again.evidence and chosen.study == again.study
    assert evidence["patients_by_eyes_judged"] == {"neither": 3, "one": 20, "both": 177}
    assert (evidence["chosen"] == "fusion") == evidence["fusion_minus_maximum"]["kept"]
    assert (chosen.fusion.both is not None) == (evidence["chosen"] == "fusion")
    for expected in evidence["cross_fitted"].values():
        low, high = expected["prediction_interval_95"]
        assert low < expected["final"] < high


def test_related_labels_of_the_fellow_eye_help_where_they_carry_something() -> None:
    rng = np.random.default_rng(8)
    cause = rng.random(600) < 0.3
    truth = np.zeros((600, 8))
    truth[:, 1] = cause
    truth[:, 2] = rng.random(600) < 0.3
    eyes = rng.normal(0, 1, (2, 600, 8))
    eyes[:, :, 3] += 2.5 * cause  # another label shows what this one does not
    fitted_on, measured = patients(eyes[:, :300]), patients(eyes[:, 300:])
    fusion = fit_both_eyes(fitted_on, truth[:300], seed=1)
    fused = fuse_eyes(fusion, measured).log_odds[:, [1]]
    plain = both_eyes.plain_maximum(measured)[:, [1]]
    assert macro_auc(truth[300:, [1]], fused) > macro_auc(truth[300:, [1]], plain) + 0.2
