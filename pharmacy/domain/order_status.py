"""Where a physician's order stands, and the steps that a person may make with it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from pharmacy.errors import OrderStepImpossible


class OrderStatus(StrEnum):
    """FHIR R4 MedicationRequest status, and EXPIRED, which no row holds: the day alone makes it.

    COMPLETED: every supply was released.
    """

    ACTIVE = "active"
    ON_HOLD = "on-hold"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    EXPIRED = "expired"


_S = OrderStatus
STORED: tuple[OrderStatus, ...] = (_S.ACTIVE, _S.ON_HOLD, _S.CANCELLED, _S.COMPLETED)
# What the day alone ends.
LAPSES: tuple[OrderStatus, ...] = (_S.ACTIVE, _S.ON_HOLD)
# R4 has no code for a lapsed order; *stopped* is "before all of the administrations occurred" [K].
FHIR_STATUS: Mapping[OrderStatus, str] = MappingProxyType(
    {one: one.value for one in STORED} | {_S.EXPIRED: "stopped"}
)
# An expired order may still be cancelled, so that a mistake in it does not stand.
STEPS: Mapping[OrderStatus, tuple[OrderStatus, ...]] = MappingProxyType(
    {
        _S.ACTIVE: (_S.ON_HOLD, _S.CANCELLED),
        _S.ON_HOLD: (_S.ACTIVE, _S.CANCELLED),
        _S.EXPIRED: (_S.CANCELLED,),
        _S.COMPLETED: (),
        _S.CANCELLED: (),
    }
)


def status_on(stored: OrderStatus, valid_until: date, today: date) -> OrderStatus:
    """What a stored status is worth on a day: the last day of validity still counts."""
    lapsed = today > valid_until and stored in LAPSES
    return _S.EXPIRED if lapsed else stored


def check_step(current: OrderStatus, wanted: OrderStatus) -> OrderStatus:
    """`wanted`, when a person may make that step. Raises OrderStepImpossible."""
    if wanted not in STEPS[current]:
        raise OrderStepImpossible(current, wanted)
    return wanted
