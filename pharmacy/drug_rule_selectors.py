"""The rules of drug data that bear on one prescription."""

from collections.abc import Iterable

from pharmacy.domain.drug_rules import DrugRules


def drug_rules_bearing_on(ingredients: Iterable[str], reported: Iterable[str]) -> DrugRules:
    """Rules about medicines to be checked, pairs of them with reported ones, and classes of reported ones."""
    return DrugRules()
