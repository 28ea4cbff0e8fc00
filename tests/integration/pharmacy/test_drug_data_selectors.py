"""The rules that bear on one prescription, and how old the data are."""

from datetime import timedelta
from pathlib import Path

import pytest

from pharmacy.domain.drug_data import DUR_STALE_AFTER_DAYS, NEEDS
from pharmacy.domain.drug_rules import Route, RuleKind
from pharmacy.drug_data_selectors import drug_data_stale, drug_rules_about
from tests.integration.pharmacy.cast import NOW
from tests.integration.pharmacy.drug_data import Source, elderly_row, imported, pair_row, stored

TODAY = NOW.date()


@pytest.fixture
def pairs(db: None, tmp_path: Path) -> None:
    rows = [
        pair_row("Brimonidine", "Selegiline", "점안액", "나정"),
        pair_row("Verapamil", "Timolol", "나정", "나정"),
        pair_row("Moclobemide", "Brimonidine"),
        pair_row("Brimonidine/Timolol", "Digoxin", "점안액", "나정"),
        pair_row("Aspirin", "Warfarin", "나정", "나정"),
    ]
    imported(Source.DUR_PAIRS, stored(tmp_path, rows))


def others(ingredients: set[str], route: Route, beside: set[str]) -> set[tuple[str, str]]:
    found = drug_rules_about(ingredients, route, beside=beside)
    rules = {rule for key in ingredients | beside for rule in found.about(key, RuleKind.INTERACTION)}
    return {(rule.ingredient, rule.other_ingredient) for rule in rules}


def test_a_pair_is_found_from_either_side(pairs: None) -> None:
    assert others({"brimonidine"}, Route.OCULAR, {"selegiline"}) == {("brimonidine", "selegiline")}
    assert others({"selegiline"}, Route.ORAL, {"brimonidine"}) == {("brimonidine", "selegiline")}


def test_a_rule_about_tablets_does_not_stop_an_eye_drop(pairs: None) -> None:
    assert others({"timolol"}, Route.OCULAR, {"verapamil"}) == set()
    assert others({"timolol"}, Route.ORAL, {"verapamil"}) == {("verapamil", "timolol")}


def test_a_pair_without_a_route_is_given_as_such(pairs: None) -> None:
    found = drug_rules_about({"brimonidine"}, Route.OCULAR, beside={"moclobemide"})
    (rule,) = found.about("brimonidine", RuleKind.INTERACTION)
    assert (rule.route, rule.other_route) == (Route.UNSTATED, Route.UNSTATED)


def test_a_combination_concerns_only_who_has_all_of_it(pairs: None) -> None:
    assert others({"brimonidine"}, Route.OCULAR, {"digoxin"}) == set()
    both = others({"brimonidine", "timolol"}, Route.OCULAR, {"digoxin"})
    assert both == {("brimonidine+timolol", "digoxin")}


def test_what_other_medicines_do_to_each_other_is_not_asked(pairs: None) -> None:
    assert others({"brimonidine"}, Route.OCULAR, {"aspirin", "warfarin"}) == set()


@pytest.mark.parametrize(("form", "given"), [("점안액", True), ("나정", False), (None, True)])
def test_a_notice_is_given_by_route(db: None, tmp_path: Path, form: str | None, given: bool) -> None:
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("Ketotifen Fumarate", form)]))
    found = drug_rules_about({"ketotifen"}, Route.OCULAR).about("ketotifen", RuleKind.ELDERLY)
    assert bool(found) is given


def test_the_classes_of_other_medicines_are_given_by_any_route(db: None, tmp_path: Path) -> None:
    row = elderly_row("Propranolol") | {
        "TYPE_NAME": "효능군중복",
        "EFFECT_NAME": "혈압강하",
        "SERS_NAME": "베타",
    }
    imported(Source.DUR_DUPLICATES, stored(tmp_path, [row]))
    found = drug_rules_about({"carteolol"}, Route.OCULAR, beside={"propranolol"})
    assert [rule.duplicate_class for rule in found.about("propranolol", RuleKind.DUPLICATE_CLASS)] == [
        "혈압강하 베타"
    ]


@pytest.mark.django_db
def test_without_imports_nothing_may_be_dispensed() -> None:
    assert [stale.need for stale in drug_data_stale(TODAY)] == list(NEEDS)


@pytest.mark.parametrize(
    ("days", "incomplete", "stale"),
    [
        (DUR_STALE_AFTER_DAYS, False, False),
        (DUR_STALE_AFTER_DAYS + 1, False, True),
        (0, True, True),
        (None, False, True),
    ],
)
@pytest.mark.django_db
def test_data_count_while_they_are_new_and_whole(
    tmp_path: Path, days: int | None, incomplete: bool, stale: bool
) -> None:
    as_of = None if days is None else TODAY - timedelta(days=days)
    imported(Source.DUR_ELDERLY, stored(tmp_path, [elderly_row("A")]), as_of=as_of, incomplete=incomplete)
    assert ("elderly" in [one.need.name for one in drug_data_stale(TODAY)]) is stale
