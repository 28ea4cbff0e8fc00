import pytest

from risk.domain.intervals import byar, wilson


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Exact limits of a Poisson count, as any table of them prints.
    [(0, 0.0, 3.69), (1, 0.03, 5.57), (5, 1.62, 11.67), (20, 12.22, 30.89), (100, 81.36, 121.63)],
)
def test_byar_is_near_the_exact_interval_of_a_count(count: int, low: float, high: float) -> None:
    found = byar(count)
    assert found == (pytest.approx(low, abs=0.05), pytest.approx(high, abs=0.05))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (10, 10, 0.722, 1.0)]
)
def test_wilson_holds_at_the_ends(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_nobody_has_no_share() -> None:
    assert wilson(0, 0) is None
