"""What goes wrong with the next order, or telling of the stock: the first line of a file, then taken out of it."""

from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    NONE = "none"
    REJECT = "reject"
    JAM = "jam"
    JAM_AFTER_ONE = "jam-after-one"
    POWER_CUT_BEFORE_DROP = "power-cut-before-drop"
    POWER_CUT_AFTER_DROP = "power-cut-after-drop"
    DUPLICATE = "duplicate"
    WRONG_PACK = "wrong-pack"
    SILENCE = "silence"
    RECONNECT = "reconnect"
    OTHER_ORDER_FIRST = "other-order-first"
    GARBAGE = "garbage"
    STOCK_SILENCE = "stock-silence"
    STOCK_MISCOUNT = "stock-miscount"


_OF_STOCK = (Fault.STOCK_SILENCE, Fault.STOCK_MISCOUNT)


class FaultFile:
    """One fault a line, for one order or one telling of the stock; whoever tests a clinic's staff writes into it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def take(self) -> Fault:
        """The fault of the next order. A word that is none counts as none."""
        first = self._first()
        if first in _OF_STOCK:
            return Fault.NONE
        self._take_first()
        return Fault(first) if first in set(Fault) else Fault.NONE

    def take_for_stock(self) -> Fault:
        """The fault of the next telling of the stock; one of an order is left to it."""
        first = self._first()
        if first not in _OF_STOCK:
            return Fault.NONE
        self._take_first()
        return Fault(first)

    def _first(self) -> str:
        if self._path is None or not self._path.exists():
            return ""
        return self._path.read_text(encoding="utf-8").partition("\n")[0].strip()

    def _take_first(self) -> None:
        if self._path is not None and self._path.exists():
            rest = self._path.read_text(encoding="utf-8").partition("\n")[2]
            self._path.write_text(rest, encoding="utf-8")
