"""Whether a medicine would be the same treatment a second time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.drug_rules import Route
from pharmacy.domain.formulary import FormularyEntry, Supply, entry_by_code
from pharmacy.domain.substance_types import Substance
from pharmacy.domain.substances import UNRELATED_MEDICINES, is_understood, substances_named_in


@dataclass(frozen=True)
class RecentSupply:
    """An earlier proposal or supply of ours to this person: formulary code, first day, days it lasts."""

    medicine: str
    since: date
    days: int

    def lasts_on(self, day: date) -> bool:
        return self.since <= day < self.since + timedelta(days=self.days)


def check_duplicates(
    entry: FormularyEntry,
    reported: tuple[str, ...] | None,
    recent: Sequence[RecentSupply],
    today: date,
) -> tuple[Alert, ...]:
    """Alerts of PH-03, PH-14, PH-15 and PH-16: unknown list, same class again, unreadable name, spacing."""
    ours = tuple(
        Alert(rules.PH_DUPLICATE, Tier.SOFT, entry.code, supply.medicine)
        for supply in recent
        if supply.lasts_on(today) and _same_class(entry, entry_by_code(supply.medicine).medicine_class)
    )
    if reported is None:
        return (*ours, Alert(rules.PH_UNKNOWN, Tier.SOFT, entry.code, "current_medicines"))
    return ours + tuple(alert for text in reported for alert in _check_reported(entry, text))


def _check_reported(entry: FormularyEntry, text: str) -> tuple[Alert, ...]:
    named = substances_named_in(text)
    unread = (
        () if is_understood(text, UNRELATED_MEDICINES) else (_alert(rules.PH_MEDICINE_UNREAD, entry, text),)
    )
    if any(_same_treatment(entry, substance) for substance in named):
        return (*unread, _alert(rules.PH_DUPLICATE, entry, text))
    others = (substance for substance in named if substance.code not in entry.ingredients)
    if entry.route is Route.OCULAR and any(substance.eye_drop for substance in others):
        return (*unread, _alert(rules.PH_SPACING, entry, text, Tier.INFO))
    return unread


def _same_class(entry: FormularyEntry, medicine_class: str) -> bool:
    return bool(entry.medicine_class) and medicine_class == entry.medicine_class


def _same_treatment(entry: FormularyEntry, substance: Substance) -> bool:
    # Whoever fetches a refill uses that medicine; it is no second one.
    refilled = entry.supply is Supply.ORDERED and substance.code in entry.ingredients
    return not refilled and _same_class(entry, substance.medicine_class)


def _alert(rule_id: str, entry: FormularyEntry, subject: str, tier: Tier = Tier.SOFT) -> Alert:
    return Alert(rule_id, tier, entry.code, subject)
