"""What reported allergies mean for one medicine."""

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.substance_types import Substance
from pharmacy.domain.substances import UNRELATED_ALLERGENS, is_understood, substances_named_in


def check_allergies(entry: FormularyEntry, reported: tuple[str, ...] | None) -> tuple[Alert, ...]:
    """Alerts of PH-03 to PH-06 and PH-65: exact substance hard, related soft, unreadable report soft.

    Source: tiers of facts 4.2 [V]; a match by class alone is demoted, as only 9.7 % of allergy alerts
    in practice are exact (facts field (b) 10 [V]).
    """
    if reported is None:
        return (Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, "allergies"),)
    return tuple(alert for text in reported for alert in _check_one(entry, text))


def _check_one(entry: FormularyEntry, text: str) -> tuple[Alert, ...]:
    named = tuple(alert for substance in substances_named_in(text) for alert in _compare(entry, substance))
    if is_understood(text, UNRELATED_ALLERGENS):
        return named
    return (*named, Alert(rules.PH_ALLERGY_UNREAD, Tier.SOFT, entry.code, text))


def _compare(entry: FormularyEntry, substance: Substance) -> tuple[Alert, ...]:
    if substance.code in (*entry.ingredients, *entry.excipients):
        return (Alert(rules.PH_ALLERGY, Tier.HARD, entry.code, substance.code),)
    if substance.code in entry.forbidden_allergies:
        return (Alert(rules.PH_ALLERGY_LABEL, Tier.HARD, entry.code, substance.code),)
    same_family = bool(entry.family) and substance.family == entry.family
    same_class = bool(entry.medicine_class) and substance.medicine_class == entry.medicine_class
    if same_family or same_class:
        return (Alert(rules.PH_ALLERGY_CLASS, Tier.SOFT, entry.code, substance.code),)
    return ()
