"""Reads of the shelf: why nothing of a lot is given."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from pharmacy import selectors
from pharmacy.domain.formulary import FORMULARY
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.stock import Sign, sign_of
from pharmacy.machine_selectors import lots_fewer_in_machine
from pharmacy.models import Lot
from pharmacy.temperature_selectors import lots_kept_back
from records.models import Organization
from records.selectors import local_date

_ENTRIES: Final = {entry.code: entry for entry in FORMULARY}


def signs_of(lots: Collection[Lot], organization: Organization, *, now: datetime) -> dict[int, Sign]:
    """Why nothing of each lot (by primary key) of an organization is given today."""
    today, policy = local_date(now, organization), selectors.policy_of(organization)
    kept_back, fewer = lots_kept_back([lot.pk for lot in lots]), lots_fewer_in_machine(lots)
    return {
        lot.pk: sign_of(
            recalled=lot.recalled_at is not None,
            kept_back=lot.pk in kept_back,
            fewer=lot.pk in fewer,
            expiry=lot.expiry,
            today=today,
            supply_days=_supply_days(lot, policy),
        )
        for lot in lots
    }


def _supply_days(lot: Lot, policy: JurisdictionPolicy | None) -> int:
    entry = _ENTRIES.get(lot.medicine.code)
    # Where nothing is given at all, the shelf still shows what has expired.
    return entry.longest_supply_days(policy) if entry and policy else 1
