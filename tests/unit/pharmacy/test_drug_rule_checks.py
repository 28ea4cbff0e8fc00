"""Notices of the drug authority: which stop what, by which route, and how hard.

The rows are those of the public KIDS tables (facts 2.3), written out here.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pharmacy.domain import rules
from pharmacy.domain.alerts import Tier
from pharmacy.domain.drug_rule_checks import check_drug_rules, reported_keys
from pharmacy.domain.drug_rules import DrugRule, DrugRules, Route, RuleKind
from pharmacy.domain.formulary import entry_by_code
from pharmacy.domain.policy import KOREA
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.domain.safety_case import SafetyCase
from tests.unit.pharmacy.cases import CLEAR, TODAY, order_for

LATANOPROST, BRIMONIDINE = "latanoprost-0.005", "brimonidine-0.15"
KETOTIFEN, TAFLUPROST, BETAXOLOL = "ketotifen-0.025", "tafluprost-0.0015", "betaxolol-0.5"


def notice(kind: RuleKind, ingredient: str, route: Route = Route.OCULAR, **more: Any) -> DrugRule:
    return DrugRule(f"kids-{kind}-{ingredient}", kind, ingredient, route, "KIDS DUR", "R", **more)


def fired(
    medicine: str,
    *notices: DrugRule,
    age_years: int | None = 45,
    answers: SafetyAnswers = CLEAR,
    order: str = "",
) -> set[tuple[str, Tier]]:
    entry = entry_by_code(medicine)
    case = SafetyCase(
        answers, age_years, KOREA, TODAY, order=order_for(entry, order), drug_rules=DrugRules(notices)
    )
    return {(alert.rule_id, alert.tier) for alert in check_drug_rules(entry, case)}


def using(*medicines: str) -> SafetyAnswers:
    return replace(CLEAR, current_medicines=medicines)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        (Route.OCULAR, {(rules.PH_DUR_AGE, Tier.HARD)}),
        (Route.ORAL, set()),
        (Route.NASAL, set()),
        (Route.UNSTATED, {(rules.PH_DUR_AGE, Tier.SOFT)}),
    ],
)
def test_a_notice_about_another_route_stops_no_eye_drop_and_one_without_a_route_counts_less(
    route: Route, expected: set[tuple[str, Tier]]
) -> None:
    assert (
        fired(KETOTIFEN, notice(RuleKind.AGE, "ketotifen", route, below_months=84), age_years=6) == expected
    )


def test_a_notice_without_a_route_counts_in_full_for_what_is_only_used_in_the_eye() -> None:
    only = notice(RuleKind.AGE, "tafluprost", Route.UNSTATED, below_months=240)
    assert fired(TAFLUPROST, only, age_years=19) == {(rules.PH_DUR_AGE, Tier.HARD)}


@pytest.mark.parametrize(("age_years", "stops"), [(1, True), (2, False)])
def test_under_two_years_ends_with_the_second_birthday(age_years: int, stops: bool) -> None:
    under_two = notice(RuleKind.AGE, "brimonidine", below_months=24)
    assert bool(fired(BRIMONIDINE, under_two, age_years=age_years)) is stops


@pytest.mark.parametrize(("age_years", "stops"), [(6, True), (7, False)])
def test_up_to_and_with_six_years_ends_with_the_seventh_birthday(age_years: int, stops: bool) -> None:
    up_to_six = notice(RuleKind.AGE, "azelastine", below_months=84)
    assert bool(fired("azelastine-0.05", up_to_six, age_years=age_years)) is stops


@pytest.mark.parametrize("reported", ["moclobemide", "모클로베미드", "Moclobemide 150 mg"])
def test_a_pair_by_the_route_in_use_is_a_hard_stop_however_it_is_reported(reported: str) -> None:
    pair = notice(RuleKind.INTERACTION, "brimonidine", other_ingredient="moclobemide")
    assert fired(BRIMONIDINE, pair, answers=using(reported)) == {(rules.PH_DUR_INTERACTION, Tier.HARD)}


def test_a_pair_is_found_from_its_other_side_and_by_a_name_we_do_not_list() -> None:
    pair = notice(
        RuleKind.INTERACTION, "pimozide", Route.ORAL, other_ingredient="brimonidine", other_route=Route.OCULAR
    )
    assert fired(BRIMONIDINE, pair, answers=using("Pimozide")) == {(rules.PH_DUR_INTERACTION, Tier.HARD)}


def test_a_pair_with_tablets_of_our_ingredient_stops_no_drops() -> None:
    pair = notice(RuleKind.INTERACTION, "ketotifen", Route.ORAL, other_ingredient="moclobemide")
    assert not fired(KETOTIFEN, pair, answers=using("moclobemide"))


def test_a_pair_with_a_medicine_by_a_route_that_it_is_not_used_by_stops_nothing() -> None:
    injected = notice(
        RuleKind.INTERACTION, "brimonidine", other_ingredient="moclobemide", other_route=Route.INJECTION
    )
    assert not fired(BRIMONIDINE, injected, answers=using("moclobemide"))


def test_a_pair_whose_other_side_nobody_uses_stops_nothing() -> None:
    pair = notice(RuleKind.INTERACTION, "brimonidine", other_ingredient="moclobemide")
    assert not fired(BRIMONIDINE, pair, answers=using("metformin"))


def test_a_pair_with_a_combination_needs_all_of_it_in_one_medicine() -> None:
    pair = notice(RuleKind.INTERACTION, "omidenepag", other_ingredient="tafluprost+timolol")
    other = replace(pair, ingredient="latanoprost")
    assert fired(LATANOPROST, other, answers=using("tafluprost timolol"))
    assert not fired(LATANOPROST, other, answers=using("tafluprost", "timolol"))


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        (1, (rules.PH_DUR_PREGNANCY_1, Tier.HARD)),
        (2, (rules.PH_DUR_PREGNANCY_2, Tier.SOFT)),
        (None, (rules.PH_DUR_PREGNANCY_2, Tier.SOFT)),
    ],
)
def test_pregnancy_stops_by_its_grade(grade: int | None, expected: tuple[str, Tier]) -> None:
    graded = notice(RuleKind.PREGNANCY, "latanoprost", grade=grade)
    pregnant = replace(CLEAR, pregnant_or_breastfeeding=True)
    assert fired(LATANOPROST, graded, answers=pregnant) == {expected}
    assert not fired(LATANOPROST, graded)


def test_pregnancy_that_nobody_asked_about_is_asked() -> None:
    unasked = replace(CLEAR, pregnant_or_breastfeeding=None)
    graded = notice(RuleKind.PREGNANCY, "latanoprost", grade=1)
    assert fired(LATANOPROST, graded, answers=unasked) == {(rules.PH_UNKNOWN, Tier.SOFT)}


@pytest.mark.parametrize(("age_years", "stops"), [(64, False), (65, True), (None, False)])
def test_old_age_starts_at_65_where_the_notice_names_no_age(age_years: int | None, stops: bool) -> None:
    elderly = notice(RuleKind.ELDERLY, "latanoprost")
    assert (fired(LATANOPROST, elderly, age_years=age_years) == {(rules.PH_DUR_ELDERLY, Tier.SOFT)}) is stops


@pytest.mark.parametrize(("order", "stops"), [("1 a day", False), ("2 a day", True), ("? a day", True)])
def test_more_drops_than_the_notice_allows_is_a_soft_stop_and_so_is_a_dose_nobody_knows(
    order: str, stops: bool
) -> None:
    one_drop = notice(RuleKind.DOSE, "latanoprost", dose_per_day_max=Decimal(1), dose_unit="drop")
    assert (fired(LATANOPROST, one_drop, order=order) == {(rules.PH_DUR_DOSE, Tier.SOFT)}) is stops


def test_a_dose_in_words_or_in_another_unit_is_read_by_a_person() -> None:
    words = notice(RuleKind.DOSE, "latanoprost", detail="as the leaflet says")
    grams = notice(RuleKind.DOSE, "latanoprost", dose_per_day_max=Decimal(1), dose_unit="g")
    assert fired(LATANOPROST, words) == fired(LATANOPROST, grams) == {(rules.PH_DUR_DOSE, Tier.SOFT)}


@pytest.mark.parametrize(("order", "stops"), [("14 days", False), ("15 days", True), ("? days", True)])
def test_longer_than_the_notice_allows_is_a_soft_stop(order: str, stops: bool) -> None:
    fortnight = notice(RuleKind.DURATION, "latanoprost", days_max=14)
    assert (fired(LATANOPROST, fortnight, order=order) == {(rules.PH_DUR_DURATION, Tier.SOFT)}) is stops


def test_a_class_of_effect_that_is_in_use_already_is_a_soft_stop_by_the_same_route() -> None:
    ours = notice(RuleKind.DUPLICATE_CLASS, "betaxolol", duplicate_class="혈압강하작용의약품")
    theirs = notice(RuleKind.DUPLICATE_CLASS, "atenolol", Route.ORAL, duplicate_class="혈압강하작용의약품")
    expected = {(rules.PH_DUR_DUPLICATE, Tier.SOFT)}
    assert fired(BETAXOLOL, ours, theirs, answers=using("atenolol")) == expected
    assert not fired(BETAXOLOL, replace(ours, route=Route.ORAL), theirs, answers=using("atenolol"))
    assert not fired(BETAXOLOL, ours, replace(theirs, duplicate_class="other"), answers=using("atenolol"))


def test_breastfeeding_is_a_soft_stop_and_splitting_a_note() -> None:
    feeding = replace(CLEAR, pregnant_or_breastfeeding=True)
    assert fired(LATANOPROST, notice(RuleKind.LACTATION, "latanoprost"), answers=feeding) == {
        (rules.PH_DUR_LACTATION, Tier.SOFT)
    }
    whole = notice(RuleKind.SPLITTING, "latanoprost")
    assert fired(LATANOPROST, whole) == {(rules.PH_DUR_SPLITTING, Tier.INFO)}


def test_a_notice_about_an_ingredient_of_a_combination_concerns_it() -> None:
    zinc = notice(RuleKind.ELDERLY, "zinc", Route.ORAL)
    assert fired("areds2", zinc, age_years=70) == {(rules.PH_DUR_ELDERLY, Tier.SOFT)}


def test_reported_names_become_keys_of_each_and_of_all_together() -> None:
    assert reported_keys(("dorzolamide timolol",)) == (
        "dorzolamide",
        "dorzolamide timolol",
        "dorzolamide+timolol",
        "timolol",
    )
    assert reported_keys(None) == ()
