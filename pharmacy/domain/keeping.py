"""How long a medicine that was handed out keeps, and when its user should be better."""

from dataclasses import dataclass
from datetime import date, timedelta

from pharmacy.domain.formulary.entry import FormularyEntry, Supply
from pharmacy.domain.handout_rules import BETTER_WITHIN


@dataclass(frozen=True)
class Keeping:
    """`single_dose`: an opened container is never kept (PL-03). `opened_days`: None where opening changes nothing.

    `throw_away_on` is the last day on which any of the supply may be used.
    """

    throw_away_on: date
    single_dose: bool
    opened_days: int | None


def keeping(entry: FormularyEntry, *, released_on: date, expiry: date) -> Keeping:
    """How long a supply keeps (PL-02). The day of opening is not known, so the earliest possible one counts."""
    single = entry.form == "unit-dose"
    if entry.opened_days is None or single:
        return Keeping(expiry, single, None)
    opened_until = released_on + timedelta(days=entry.opened_days)
    return Keeping(min(opened_until, expiry), single_dose=False, opened_days=entry.opened_days)


def see_doctor_on(entry: FormularyEntry, *, released_on: date) -> date | None:
    """The day on which somebody who is not better stops and sees a doctor (PL-04).

    None for what relieves no complaint, and so cannot make one better.
    """
    return released_on + BETTER_WITHIN if entry.supply is Supply.SYMPTOM_RELIEF else None
