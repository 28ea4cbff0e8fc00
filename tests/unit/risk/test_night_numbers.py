"""Numbers by which the night tells visits apart say as much as what the rules and digests of the day read."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from risk.domain.features import RiskFactors
from risk.domain.rule_view import rule_view
from risk.inference import inputs_digest, inputs_digests
from risk.night.rule_inputs import Numbered, ages_of, of_age
from tests.unit.risk.test_decide_invariants import FACTORS

NAMES = ("age_years", "hba1c_percent", "bmi_kg_m2")
KNOWN = st.just(np.nan) | st.sampled_from([0.0, -0.0, 1.0, 40.0, 1e22, 0.1]) | st.floats(-1e6, 1e6)


@given(FACTORS)
def test_the_class_of_an_age_is_all_that_the_rules_see_of_it(factors: RiskFactors) -> None:
    age = np.nan if factors.age_years is None else float(factors.age_years)
    (place,) = ages_of(np.array([age])).tolist()
    assert of_age(rule_view(factors), place) == rule_view(factors)


@example(np.array([[0.0], [-0.0]]) * np.ones(len(NAMES)))
@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(len(NAMES))), elements=KNOWN))
def test_digests_of_many_are_those_of_each(inputs: np.ndarray) -> None:
    alone = [
        inputs_digest(
            {name: None if np.isnan(value) else value for name, value in zip(NAMES, row, strict=True)}
        )
        for row in inputs.tolist()
    ]
    assert inputs_digests(NAMES, inputs) == alone


@given(st.lists(st.text(max_size=2)))
def test_each_value_has_one_number_and_each_number_its_value(values: list[str]) -> None:
    known = Numbered[str]()
    numbers = [known.number(value) for value in values]
    assert [known.values()[number] for number in numbers] == values
    assert len(known.values()) == len(set(values))
