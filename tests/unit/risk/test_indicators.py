"""Each limit of the programme is asked on both sides (rules PI)."""

import pytest

from risk import domain
from risk.domain.indicators import FEWEST, LIMITS, Indicator, indicator_figure
from risk.domain.watching import Level
from tests.unit.numbers_of_rules import numbers_in

MANY = 10_000
# Written here a second time on purpose.
DECIDED = {
    "indicators.INDICATOR_DAYS": 90,
    "indicators.RESULT_WITHIN_MINUTES": 30,
    "indicators.FEWEST": 20,
    "indicators.LIMITS.result-in-time.share": 0.90,
    "indicators.LIMITS.uptake.share": 0.75,
    "indicators.LIMITS.referral-sent-in-time.share": 0.95,
    "indicators.LIMITS.referral-seen-in-time.share": 0.80,
    "indicators.LIMITS.read-in-time.share": 0.90,
    "indicators.LIMITS.recalls-overdue.share": 0.10,
    "indicators.LIMITS.referrals-overdue.share": 0.05,
}
TESTED = frozenset(DECIDED)  # days and minutes: tests/integration/config/test_watch.py


@pytest.mark.parametrize("indicator", list(Indicator))
def test_a_share_on_the_wrong_side_of_its_limit_asks_a_person_to_look(indicator: Indicator) -> None:
    limit = LIMITS[indicator]
    at = round(MANY * limit.share)
    wrong = at - 1 if limit.at_least else at + 1
    assert indicator_figure(indicator, at, MANY).level is Level.QUIET
    assert indicator_figure(indicator, wrong, MANY).level is Level.LOOK


@pytest.mark.parametrize(("of", "said"), [(FEWEST, True), (FEWEST - 1, False), (0, False)])
def test_few_people_say_nothing(of: int, said: bool) -> None:
    figure = indicator_figure(Indicator.UPTAKE, 0, of)
    assert (figure.level is not Level.TOO_FEW) is said


def test_no_indicator_holds_a_release() -> None:
    worst = [indicator_figure(one, 0 if LIMITS[one].at_least else MANY, MANY) for one in Indicator]
    assert {figure.level for figure in worst} == {Level.LOOK}


def test_every_number_is_the_one_that_was_decided() -> None:
    numbers = numbers_in(domain)
    assert {name: numbers[name] for name in DECIDED} == DECIDED
