"""Whether a supply keeps to the dose and the time that the label allows."""

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.formulary.entry import FormularyEntry, Supply
from pharmacy.domain.safety_case import SafetyCase

# Kiosk stop: at most two medicines a person and day. Source: facts 2.1.
ITEMS_MAX = 2


def check_dosing(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    """Alerts of PH-69 to PH-71, and PH-03 for an order that does not say dose or days."""
    return (*_check_dose(entry, case), *_check_days(entry, case), *_check_items(entry, case))


def _check_dose(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    doses = case.doses_per_day(entry)
    if doses is None:
        return _not_on_the_order(entry, case, "doses_per_day")
    over = doses > entry.doses_per_day_max and entry.supply is not Supply.NEVER
    return (_soft(rules.PH_DOSE, entry, str(doses)),) if over else ()


def _check_days(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    days = case.supply_days(entry)
    if days is None:
        return _not_on_the_order(entry, case, "supply_days")
    over = entry.supply is Supply.ORDERED and days > entry.longest_supply_days(case.policy)
    return (_soft(rules.PH_DURATION, entry, str(days)),) if over else ()


def _check_items(entry: FormularyEntry, case: SafetyCase) -> tuple[Alert, ...]:
    today = sum(supply.since == case.today for supply in case.recent)
    return (_soft(rules.PH_ITEMS, entry, str(today)),) if today >= ITEMS_MAX else ()


def _not_on_the_order(entry: FormularyEntry, case: SafetyCase, question: str) -> tuple[Alert, ...]:
    # Without an order there is nothing to read; that stops by itself (PH-60).
    return (_soft(rules.PH_UNKNOWN, entry, question),) if case.order else ()


def _soft(rule_id: str, entry: FormularyEntry, subject: str) -> Alert:
    return Alert(rule_id, Tier.SOFT, entry.code, subject)
