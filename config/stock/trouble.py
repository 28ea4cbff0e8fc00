"""What of the machine, its drug data and its thermometers needs a person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config.stock.differences import difference_rows
from pharmacy import dispense_selectors
from pharmacy.domain.drug_data import NEEDS, Need, stale_needs
from pharmacy.domain.machine_stock import is_overdue
from pharmacy.drug_data_selectors import drug_data_days
from records.actor import Actor

WORKING = "Ready"


@dataclass(frozen=True)
class NeedRow:
    """One need of drug data: the day of the newest there are, None for none, and whether they are too old."""

    need: Need
    as_of: date | None
    age_days: int | None
    stale: bool


def need_rows(today: date) -> list[NeedRow]:
    """Every need of drug data with its age (PD-01, PD-02)."""
    days = drug_data_days()
    stale = {one.need for one in stale_needs(days, today)}
    newest = {need: max((days[s] for s in need.sources if s in days), default=None) for need in NEEDS}
    return [
        NeedRow(need, day, (today - day).days if day else None, need in stale) for need, day in newest.items()
    ]


def machine_facts(*, by: Actor, now: datetime) -> dict[str, Any]:
    """The machine of the actor's organization, how it is, what it counts otherwise, and its locked bays."""
    machine = dispense_selectors.machine_of(by=by)
    return {
        "machine": machine,
        "works": machine is not None and machine.state == WORKING,
        "overdue": machine is not None and is_overdue(machine.compared_at, now),
        "differences": difference_rows(by=by),
        "locked": list(dispense_selectors.bays_locked(by=by)),
    }
