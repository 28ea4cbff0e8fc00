"""The table of prescribing cases: tests/data/prescribing_cases.csv, one readable row a case."""

from collections.abc import Mapping

import pytest

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, stops_of
from pharmacy.domain.safety_check import check_safety
from pharmacy.texts import alert_text
from tests.unit.pharmacy.cases import case_of, rows

ROWS = rows()
WORST = (Tier.HARD, Tier.SOFT, Tier.INFO)


def tier_of(alerts: tuple[Alert, ...]) -> str:
    found = {alert.tier for alert in alerts}
    return next((str(tier) for tier in WORST if tier in found), "none")


def test_the_table_has_at_least_120_cases_and_each_is_another_one() -> None:
    assert len(ROWS) >= 120
    assert len({row["case"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_a_case_ends_in_the_tier_and_by_the_rules_that_its_row_says(row: Mapping[str, str]) -> None:
    alerts = check_safety(*case_of(row))
    # Notes beside what is expected change nothing, unless a note is what is expected.
    told = alerts if row["tier"] == "info" else stops_of(alerts)
    expected = {part.strip() for part in row["rules"].split(";") if part.strip()}
    assert (tier_of(told), {alert.rule_id for alert in told}) == (row["tier"], expected)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_every_alert_of_a_case_can_be_put_in_words(row: Mapping[str, str]) -> None:
    assert all(alert_text(alert) for alert in check_safety(*case_of(row)))


def test_every_rule_of_the_check_is_met_by_some_case() -> None:
    met = {alert.rule_id for row in ROWS for alert in check_safety(*case_of(row))}
    # What the law, the shelf and the follow-up say (PH-17, PH-19 to PH-25) is no part of the check.
    checked = {f"PH-{number:02}" for number in (*range(1, 17), 18, *range(60, 82))}
    assert checked <= {rule.id for rule in rules.RULES}
    assert checked <= met
