"""A physician's order, on which alone a prescription item may be refilled (facts 0.2)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.formulary.entry import FormularyEntry, Supply
from pharmacy.domain.order_status import OrderStatus, status_on
from pharmacy.domain.policy import JurisdictionPolicy, LegalClass

USED_UP: Final = "used-up"


@dataclass(frozen=True)
class PhysicianOrder:
    """An order for one formulary code.

    `filled`: a pharmacy filled it and it waits for pick-up. `doses_per_day` (drops in each eye) and
    `supply_days` are the physician's; None is not readable on the order. `refills_left` counts this one.
    `status` is the stored one.
    """

    medicine: str
    valid_until: date
    refills_left: int
    filled: bool
    doses_per_day: int | None = None
    supply_days: int | None = None
    status: OrderStatus = OrderStatus.ACTIVE

    def why_over(self, today: date) -> str:
        """Why it allows no supply on a day: its status, the day it ended, or that it is used up; "" where it does."""
        if self.status in (OrderStatus.CANCELLED, OrderStatus.ON_HOLD):
            return str(self.status)
        if self.refills_left < 1:
            return USED_UP
        lapsed = status_on(self.status, self.valid_until, today) is OrderStatus.EXPIRED
        return self.valid_until.isoformat() if lapsed else ""


def check_order(
    entry: FormularyEntry, order: PhysicianOrder | None, policy: JurisdictionPolicy, today: date
) -> tuple[Alert, ...]:
    """Alerts of PH-18 and PH-60 to PH-62: whether law and order let the machine hold this item at all."""
    legal_class = entry.legal_class.get(policy.labels_of)
    if entry.supply is Supply.NEVER:
        return (_hard(entry.rule_id, entry), _hard(rules.PH_NO_ORDER, entry))
    unlawful = (
        () if legal_class in policy.handovers else (_hard(rules.PH_LEGAL_CLASS, entry, policy.country),)
    )
    if legal_class is not LegalClass.PRESCRIPTION and entry.supply is not Supply.ORDERED:
        return unlawful
    return (*unlawful, *_check_paper(entry, order, policy, today))


def _check_paper(
    entry: FormularyEntry, order: PhysicianOrder | None, policy: JurisdictionPolicy, today: date
) -> tuple[Alert, ...]:
    if order is None or order.medicine != entry.code:
        return (_hard(rules.PH_NO_ORDER, entry),)
    if why := order.why_over(today):
        return (_hard(rules.PH_ORDER_OVER, entry, why),)
    legal_class = entry.legal_class.get(policy.labels_of)
    if not order.filled and legal_class and policy.needs_filled_order(legal_class):
        return (_hard(rules.PH_ORDER_NOT_FILLED, entry),)
    return ()


def _hard(rule_id: str, entry: FormularyEntry, subject: str = "") -> Alert:
    return Alert(rule_id, Tier.HARD, entry.code, subject)
