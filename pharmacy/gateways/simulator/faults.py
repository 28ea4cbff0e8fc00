"""What goes wrong with the next order: the first line of a file, which is then taken out of it."""

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


class FaultFile:
    """One fault a line, for one order each; whoever tests a clinic's staff writes into it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def take(self) -> Fault:
        """The fault of the next order. A word that is none counts as none."""
        if self._path is None or not self._path.exists():
            return Fault.NONE
        first, _, rest = self._path.read_text(encoding="utf-8").partition("\n")
        self._path.write_text(rest, encoding="utf-8")
        return Fault(first.strip()) if first.strip() in set(Fault) else Fault.NONE
