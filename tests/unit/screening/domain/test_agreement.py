"""Cohen's kappa against scikit-learn, its bounds, and when it says that it cannot tell."""

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from screening.domain.agreement import Pair, agreement

GRADES = st.tuples(st.integers(0, 4), st.integers(0, 4))
VISITS = st.lists(st.lists(GRADES, min_size=1, max_size=2), min_size=1, max_size=30)


@given(VISITS, st.booleans())
def test_kappa_is_that_of_scikit_learn(visits: list[list[Pair]], quadratic: bool) -> None:
    one, other = zip(*(pair for visit in visits for pair in visit), strict=True)
    assume(len({*one, *other}) > 1)
    weights = "quadratic" if quadratic else None
    expected = cohen_kappa_score(one, other, labels=list(range(5)), weights=weights)
    kappa = agreement(visits, categories=5, quadratic=quadratic).kappa
    assert kappa is not None
    assert isclose(kappa, expected, abs_tol=1e-9)


@given(VISITS, st.booleans())
def test_kappa_and_its_interval_lie_between_minus_one_and_one(
    visits: list[list[Pair]], quadratic: bool
) -> None:
    found = agreement(visits, categories=5, quadratic=quadratic)
    assert found.n == sum(map(len, visits))
    if found.kappa is not None:
        assert -1 - 1e-9 <= found.kappa <= 1 + 1e-9
    if found.low is not None and found.high is not None and found.kappa is not None:
        assert -1 <= found.low <= found.kappa + 1e-9
        assert found.kappa - 1e-9 <= found.high <= 1


@given(VISITS)
def test_it_does_not_matter_who_is_called_the_first_reader(visits: list[list[Pair]]) -> None:
    turned = [[(other, one) for one, other in visit] for visit in visits]
    one, other = agreement(visits, categories=5).kappa, agreement(turned, categories=5).kappa
    assert one == pytest.approx(other) if one is not None else other is None


def test_perfect_agreement_is_one_and_no_interval_is_made_of_a_single_visit() -> None:
    found = agreement([[(0, 0), (1, 1)]], categories=2)
    assert (found.kappa, found.low, found.n, found.agreed) == (1.0, None, 2, 2)


def test_nothing_is_claimed_where_kappa_is_not_defined() -> None:
    assert agreement([], categories=2).kappa is None
    assert agreement([[(0, 0)], [(0, 0)]], categories=2).kappa is None


def test_two_alike_eyes_of_a_patient_do_not_narrow_the_interval() -> None:
    pairs = [(0, 0)] * 12 + [(1, 1)] * 5 + [(0, 1)] * 3
    single = agreement([[pair] for pair in pairs], categories=2)
    doubled = agreement([[pair, pair] for pair in pairs], categories=2)
    assert single.low is not None
    assert doubled.low is not None
    assert isclose(single.low, doubled.low, abs_tol=1e-9)
