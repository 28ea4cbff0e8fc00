from decimal import Decimal
from typing import Any

import pytest

from pharmacy.domain.drug_rules import DrugRule, DrugRules, Route, RuleKind, ingredient_key
from pharmacy.errors import DrugRuleInvalid


def rule(kind: RuleKind = RuleKind.ELDERLY, **more: Any) -> DrugRule:
    given = {"key": "k", "ingredient": "timolol", "route": Route.OCULAR, "source": "KIDS", "evidence": "R"}
    return DrugRule(kind=kind, **(given | more))


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (RuleKind.ELDERLY, {"key": " "}, "key"),
        (RuleKind.ELDERLY, {"ingredient": ""}, "ingredient"),
        (RuleKind.ELDERLY, {"source": ""}, "source"),
        (RuleKind.ELDERLY, {"evidence": "X"}, "evidence"),
        (RuleKind.ELDERLY, {"other_ingredient": "digoxin"}, "other_ingredient"),
        (RuleKind.INTERACTION, {}, "other_ingredient"),
        (RuleKind.DUPLICATE_CLASS, {}, "duplicate_class"),
        (RuleKind.AGE, {"grade": 1}, "grade"),
        (RuleKind.PREGNANCY, {"grade": 3}, "grade"),
        (RuleKind.AGE, {"from_months": 24, "below_months": 24}, "below_months"),
        (RuleKind.DURATION, {"days_max": -1}, "limit"),
        (RuleKind.DOSE, {"dose_per_day_max": Decimal(1)}, "dose_unit"),
        (RuleKind.DOSE, {"dose_unit": "mg"}, "dose_unit"),
    ],
)
def test_a_rule_that_cannot_be_right_names_the_field(
    kind: RuleKind, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(DrugRuleInvalid) as refused:
        rule(kind, **more)
    assert refused.value.field == field


def test_a_key_of_ingredients_does_not_depend_on_how_they_are_written() -> None:
    assert ingredient_key("Timolol", " brimonidine ") == ingredient_key("BRIMONIDINE", "timolol")
    assert ingredient_key("Timolol", "brimonidine") == "brimonidine+timolol"


def test_an_age_is_concerned_when_some_month_of_it_is() -> None:
    under_30_months = rule(RuleKind.AGE, below_months=30)
    assert [age for age in range(5) if under_30_months.concerns_age(age)] == [0, 1, 2]
    from_65 = rule(RuleKind.ELDERLY, from_months=780)
    assert [age for age in (64, 65, 90) if from_65.concerns_age(age)] == [65, 90]


def test_rules_are_found_by_either_side_of_a_pair_and_by_kind() -> None:
    pair = rule(RuleKind.INTERACTION, other_ingredient="digoxin")
    found = DrugRules([pair, rule()])
    assert (
        found.about("digoxin", RuleKind.INTERACTION)
        == found.about("timolol", RuleKind.INTERACTION)
        == (pair,)
    )
    assert found.about("digoxin", RuleKind.ELDERLY) == ()
