import pytest

from pharmacy.domain import rules
from pharmacy.domain.formulary import FORMULARY, AgeLimits, entry_by_code
from pharmacy.domain.policy import POLICIES, LegalClass
from pharmacy.domain.substances import SUBSTANCES, normal_form


def test_the_machine_proposes_three_medicines_for_symptoms_only() -> None:
    assert [(entry.ingredient, entry.atc) for entry in FORMULARY] == [
        ("carmellose", "S01XA20"),
        ("hypromellose", "S01KA02"),
        ("ketotifen", "S01GX08"),
    ]


def test_everything_proposed_in_korea_is_over_the_counter() -> None:
    assert {entry.legal_class["KR"] for entry in FORMULARY} == {LegalClass.OVER_THE_COUNTER}


def test_every_entry_names_a_rule_a_known_ingredient_and_known_excipients() -> None:
    known = {substance.code for substance in SUBSTANCES}
    for entry in FORMULARY:
        assert entry.rule_id in rules.PH_CHOICE
        assert {entry.ingredient, *entry.excipients} <= known


def test_a_supply_of_the_machine_lasts_fourteen_days() -> None:
    assert {entry.supply_days for entry in FORMULARY} == {14}
    assert {policy.first_supply_days_max for policy in POLICIES} == {14}


def test_listed_names_are_written_as_they_are_compared() -> None:
    assert all(name == normal_form(name) for s in SUBSTANCES for name in s.names)


@pytest.mark.parametrize(("age_years", "allowed"), [(5, False), (6, True), (64, True), (65, False)])
def test_age_limits_hold_on_both_sides(age_years: int, allowed: bool) -> None:
    assert AgeLimits(lower=6, upper=65).allow(age_years) is allowed


def test_an_unknown_code_is_an_error_not_a_guess() -> None:
    with pytest.raises(KeyError):
        entry_by_code("latanoprost")
