import pytest

from risk.domain.intervals import wilson
from risk.domain.overrides import Tally


def test_the_share_counts_refused_and_changed_among_the_decided() -> None:
    tally = Tally("PH-10", proposed=10, released=6, refused=1, changed=1)
    assert (tally.decided, tally.overridden, tally.share) == (8, 2, 0.25)


def test_nothing_decided_has_no_share_and_no_interval() -> None:
    tally = Tally("PH-10", proposed=3, released=0, refused=0)
    assert (tally.share, tally.interval) == (None, None)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3: without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    interval = wilson(count, of)
    assert interval == pytest.approx((low, high), abs=5e-5)
