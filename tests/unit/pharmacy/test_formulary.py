from dataclasses import replace

import pytest

from pharmacy.domain import rules
from pharmacy.domain.conditions import CONDITIONS
from pharmacy.domain.formulary import (
    FORMULARY,
    PROPOSED,
    AgeLimits,
    FormularyEntry,
    Supply,
    entries_for,
    entry_by_code,
)
from pharmacy.domain.policy import KOREA, LegalClass
from pharmacy.domain.reading import normal_form
from pharmacy.domain.substances import SUBSTANCES

RULES = {rule.id: rule for rule in rules.RULES}


def test_the_machine_proposes_three_medicines_for_symptoms_only() -> None:
    assert [(entry.ingredient, entry.atc) for entry in PROPOSED] == [
        ("carmellose", "S01XA20"),
        ("hypromellose", "S01KA02"),
        ("ketotifen", "S01GX08"),
    ]


def test_everything_proposed_in_korea_is_over_the_counter() -> None:
    assert {entry.legal_class["KR"] for entry in PROPOSED} == {LegalClass.OVER_THE_COUNTER}


def test_glaucoma_drops_are_refills_of_an_order_and_nothing_else() -> None:
    glaucoma = [entry for entry in FORMULARY if entry.indication == "glaucoma"]
    assert {entry.supply for entry in glaucoma} == {Supply.ORDERED, Supply.NEVER}
    assert entries_for("glaucoma") == ()


def test_every_code_stands_once() -> None:
    assert len({entry.code for entry in FORMULARY}) == len(FORMULARY)


@pytest.mark.parametrize("entry", FORMULARY, ids=lambda entry: entry.code)
def test_every_entry_names_a_rule_known_substances_and_known_conditions(entry: FormularyEntry) -> None:
    known = {substance.code for substance in SUBSTANCES}
    assert entry.rule_id in RULES
    assert {*entry.excipients, *entry.forbidden_allergies} <= known
    assert set(entry.ingredients) <= known or entry.supply is Supply.NEVER
    assert {*entry.contraindications, *entry.cautions} <= CONDITIONS.keys()


def test_what_may_be_given_has_a_dose_a_supply_and_an_age() -> None:
    given = [entry for entry in FORMULARY if entry.supply is not Supply.NEVER]
    assert all(
        entry.doses_per_day_max and 0 < entry.supply_days <= 30 and entry.age_limits for entry in given
    )


def test_a_first_supply_of_the_machine_lasts_fourteen_days_and_a_refill_twenty_eight() -> None:
    assert {entry.supply_days for entry in PROPOSED} == {14}
    assert (KOREA.first_supply_days_max, KOREA.refill_days_max) == (14, 28)


def test_listed_names_are_written_as_they_are_compared() -> None:
    assert all(name == normal_form(name) for s in SUBSTANCES for name in s.names)


@pytest.mark.parametrize(("age_years", "allowed"), [(5, False), (6, True), (64, True), (65, False)])
def test_age_limits_hold_on_both_sides(age_years: int, allowed: bool) -> None:
    assert AgeLimits(lower=6, upper=65).allow(age_years) is allowed


def test_an_unknown_code_is_an_error_not_a_guess() -> None:
    with pytest.raises(KeyError):
        entry_by_code("latanoprost")


@pytest.mark.parametrize(
    ("code", "days"), [("latanoprost-0.005", 28), ("carmellose-0.5-unit-dose", 14), ("areds2", 14)]
)
def test_the_longest_supply_is_the_label_s_and_no_longer_than_the_policy_allows(code: str, days: int) -> None:
    assert entry_by_code(code).longest_supply_days(KOREA) == days


def test_a_policy_that_allows_less_shortens_the_supply_of_an_order() -> None:
    strict = replace(KOREA, refill_days_max=7)
    assert entry_by_code("latanoprost-0.005").longest_supply_days(strict) == 7
