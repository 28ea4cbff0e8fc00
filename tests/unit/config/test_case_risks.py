"""The steps from the photograph's risk to the fused one add up and are told in order."""

import itertools
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.case_risks import LITTLE, SHOWN, log_odds, probability, steps_of
from risk.fusion.explain import PHOTOGRAPH

RISK = st.floats(0.001, 0.999)
PARTS = st.lists(
    st.tuples(st.sampled_from(["age_years", "diabetes", "smoking"]), st.floats(-2, 2)), max_size=6
)


def parts(*given: tuple[str, float]) -> list[SimpleNamespace]:
    return [SimpleNamespace(name=name, log_odds=value) for name, value in given]


def test_each_answer_moves_the_photographs_risk_to_the_fused_one() -> None:
    fused = probability(log_odds(0.12) + 0.9 - 0.3)
    with translation.override("en"):
        steps = steps_of(
            {"image_risk": 0.12, "fused_risk": fused},
            parts((PHOTOGRAPH, 1.5), ("diabetes", 0.9), ("smoking", -0.3)),
        )
    assert [round(step.before, 3) for step in steps] == [0.12, 0.251]
    assert steps[-1].after == pytest.approx(fused)
    assert "Diabetes" in steps[0].text and "lowers" in steps[1].text


def test_what_is_not_told_by_itself_is_one_last_step() -> None:
    with translation.override("en"):
        steps = steps_of({"image_risk": 0.1, "fused_risk": 0.3}, parts(("diabetes", 0.5), ("smoking", 0.01)))
    assert [step.text for step in steps][-1] == "All other answers together"
    assert steps[-1].after == 0.3


def test_without_a_photograph_the_steps_still_end_at_the_fused_risk() -> None:
    (step,) = steps_of({"image_risk": None, "fused_risk": 0.3}, parts(("diabetes", 0.5)))
    assert step.before < step.after == pytest.approx(0.3)


def test_no_answer_no_step() -> None:
    assert steps_of({"image_risk": 0.2, "fused_risk": 0.2}, parts((PHOTOGRAPH, 2.0))) == []


@given(RISK, RISK, PARTS)
def test_steps_follow_one_another_and_none_is_lost(image: float, fused: float, given_parts: list) -> None:
    steps = steps_of({"image_risk": image, "fused_risk": fused}, parts(*given_parts))
    assert len(steps) <= SHOWN + 1
    for one, following in itertools.pairwise(steps):
        assert one.after == pytest.approx(following.before)
    if steps:
        assert steps[0].before == pytest.approx(image)
        assert abs(log_odds(steps[-1].after) - log_odds(fused)) < LITTLE + 1e-6
