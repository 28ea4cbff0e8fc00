"""What the pharmacy asks of a dispensing machine, whichever protocol it speaks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of an order. Only UNKNOWN leaves open whether a pack moved: a person counts."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Order:
    """Packs of one lot for one bay. `article` is the GTIN of 14 digits, `minimum_expiry` the lot's own."""

    article: str
    lot: str
    minimum_expiry: date
    packs: int
    bay: str


@dataclass(frozen=True)
class PackScan:
    """A pack that the machine dropped. `pack` is its own number of it, `scan` what its reader saw."""

    article: str
    pack: str
    scan: str


@dataclass(frozen=True)
class Stray:
    """An answer that is not to our order; it is recorded and never taken for ours."""

    kind: str
    id: str
    status: str


@dataclass(frozen=True)
class Answer:
    """`reason` is a code in words-with-dashes; empty when all went well."""

    outcome: Outcome
    packs: tuple[PackScan, ...] = ()
    reason: str = ""
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True)
class MachineStatus:
    """`state` as the machine says it, "Ready" when it can work; `parts` are those that are not ready."""

    state: str
    parts: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        return self.state == "Ready"


@dataclass(frozen=True)
class StoredPack:
    """A pack that the machine says it holds. What it does not tell is empty or None; `scan` is what its reader saw."""

    lot: str = ""
    expiry: date | None = None
    scan: str = ""


@dataclass(frozen=True)
class StoredArticle:
    """`packs` of an article in all, of which the machine tells `told` one by one."""

    article: str
    packs: int
    told: tuple[StoredPack, ...] = ()


class Dispenser(Protocol):
    """A machine. Every method but `dispense` raises GatewayError when the machine cannot be asked."""

    def hello(self) -> str:
        """Introduce ourselves. The machine's product and version, in its own words."""

    def keep_alive(self) -> None:
        """Show that both sides are there."""

    def status(self) -> MachineStatus:
        """Whether it can work."""

    def stock(self) -> tuple[StoredArticle, ...]:
        """All that the machine counts in itself."""

    def dispense(self, order: Order, idempotency_key: str) -> Answer:
        """Have packs dropped into a bay. It raises nothing: what cannot be told is UNKNOWN.

        The same key is the same order: it is never sent again after it may have been received.
        """
