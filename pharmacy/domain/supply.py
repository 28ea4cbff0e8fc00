"""One medicine that a person asks for: the supply of an order, or what a confirmed diagnosis allows."""

from collections.abc import Sequence

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, hard_stops, stops_of
from pharmacy.domain.formulary import FormularyEntry
from pharmacy.domain.proposal import MedicineDecision, Outcome, shortage
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.safety_check import check_safety
from pharmacy.domain.stock import LotOnShelf, choose_lot


def decide_supply(entry: FormularyEntry, case: SafetyCase, lots: Sequence[LotOnShelf]) -> MedicineDecision:
    """Whether this medicine may be proposed for this person, for as long as order or policy say.

    Like `propose_medicine`: any stop hands it to a pharmacist, and a hard one is final at the machine.
    """
    # An order that says no days is stopped by PH-03; the label's are only used to look for a lot.
    days = case.supply_days(entry) or entry.supply_days
    packs = entry.packs_per_supply
    alerts = check_safety(entry, case)
    lot = choose_lot(lots, medicine=entry.code, packs=packs, today=case.today, supply_days=days)
    if lot is None:
        alerts += (shortage(entry, lots),)
    if lot is None or stops_of(alerts):
        kept = "" if hard_stops(alerts) else entry.code
        return MedicineDecision(Outcome.PHARMACIST, kept, alerts)
    chosen = (
        Alert(entry.rule_id, Tier.INFO, entry.code),
        Alert(rules.PH_FEFO, Tier.INFO, entry.code, lot.expiry.isoformat()),
        Alert(rules.PH_RELEASE, Tier.INFO, entry.code, case.policy.release_role),
    )
    return MedicineDecision(Outcome.PROPOSED, entry.code, (*alerts, *chosen), lot.key, packs, days)
