"""No number of a rule without a test: whoever adds one to risk.domain adds it to a table of these tests."""

from risk import domain
from tests.unit.numbers_of_rules import literals_in, numbers_in, unexplained
from tests.unit.risk import (
    test_due_dates,
    test_indicators,
    test_plausible_limits,
    test_thresholds,
    test_watching,
)

TABLES = (test_thresholds, test_due_dates, test_plausible_limits, test_watching, test_indicators)
TESTED = frozenset[str]().union(*(table.TESTED for table in TABLES))
# Numbers that are no limit of a rule, and where they are asked about instead.
EXEMPT = {
    r"epidemiology\..*": "how common diseases are in the simulated cohort: test_cohort.py recovers it",
    r"feature_table\..*missing": "how often an answer is expected to be unknown",
    r"feature_table\.MISSING\..*": "the same",
    r"next_question\.POSSIBLE_ANSWERS\..*": "answers tried out: test_next_question.py",
    r"rule_view\..*": "made of limits of other modules: test_thresholds.py compares both views",
    r"policy\.SHIPPED_POLICY\..*": "the bands of bands.BANDS",
    r"intervals\.Z_95": "a quantile: test_intervals.py compares published intervals",
    r"watching\.BINS": "tenths, of which test_watching.py works an index out by hand",
    r"watching\.CHANCE": "a probability: test_watching.py draws nights without drift",
    r"watching\.AGE_BANDS\..*": "both sides of each band: test_watching.py",
    r"decide\.GRADING_DUE_IN_DAYS\.stat": "no row of a finding is due the same day",
}
# Of the formulas of Wilson, Byar, and Wilson and Hilferty; and the half visit of the stability index.
LITERALS = {"intervals": {2, 3, 4, 9}, "watching": {0.5, 2, 3, 9}}


def test_every_number_of_the_rules_is_asked_about_on_both_sides() -> None:
    assert unexplained(domain, TESTED, EXEMPT) == set()


def test_no_number_hides_in_a_function() -> None:
    assert literals_in(domain) == LITERALS


def test_a_number_without_a_test_and_a_test_without_a_number_are_named() -> None:
    name = "eye_pressure.EMERGENCY_FROM_MMHG"
    assert unexplained(domain, TESTED - {name}, EXEMPT) == {name}
    assert unexplained(domain, TESTED | {"red_flags.NO_LONGER_THERE"}, EXEMPT) == {
        "red_flags.NO_LONGER_THERE"
    }


def test_a_number_is_found_wherever_a_table_holds_it() -> None:
    names = {"red_flags.RED_FLAGS.RF-07.due_in_days", "bands.BANDS.D.high_from", "recall.DIABETES.days"}
    assert names <= numbers_in(domain).keys()
