"""What a simulated machine holds and remembers, in a file, so that it outlives a power cut.

The shelf is the physical truth: a dropped pack is gone from it. The orders are the machine's memory, which a
power cut leaves open.
"""

import csv
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class StoredPack:
    """One pack. `number` is the machine's own number of it."""

    number: str
    gtin: str
    lot: str
    expiry: str
    serial: str

    @property
    def scan(self) -> str:
        """Its GS1 DataMatrix: AI 01, 17, 10, FNC1, 21."""
        day = date.fromisoformat(self.expiry).strftime("%y%m%d")
        return f"01{self.gtin}17{day}10{self.lot}\x1d21{self.serial}"


@dataclass
class Remembered:
    """An order. `status` is "InProcess" until its end is known; `packs` are the numbers of what was dropped."""

    status: str
    packs: list[StoredPack] = field(default_factory=list)


@dataclass
class Shelf:
    """`stocked` is what people put in of each lot so far, `made` counts the packs that ever were.

    `mark` begins every serial number, so that no two machines make the same.
    """

    path: Path
    packs: list[StoredPack] = field(default_factory=list)
    bay: list[StoredPack] = field(default_factory=list)
    orders: dict[str, Remembered] = field(default_factory=dict)
    stocked: dict[str, int] = field(default_factory=dict)
    made: int = 0
    mark: str = field(default_factory=lambda: secrets.token_hex(3).upper())

    @classmethod
    def open(cls, path: Path) -> "Shelf":
        """What the file remembers, or an empty machine where there is none."""
        if not path.exists():
            return cls(path)
        kept = json.loads(path.read_text(encoding="utf-8"))
        orders = {
            key: Remembered(one["status"], [StoredPack(**pack) for pack in one["packs"]])
            for key, one in kept["orders"].items()
        }
        packs, bay = ([StoredPack(**pack) for pack in kept[name]] for name in ("packs", "bay"))
        return cls(path, packs, bay, orders, kept["stocked"], kept["made"], kept["mark"])

    def keep(self) -> None:
        """Write all to the file at once: a cut leaves the old file or the new one."""
        kept = {name: value for name, value in asdict(self).items() if name != "path"}
        draft = self.path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def put_in(self, gtin: str, lot: str, expiry: str, packs: int) -> None:
        """Packs of a lot, each with a serial number of its own."""
        for _ in range(packs):
            self.made += 1
            number = f"{self.made:08d}"
            self.packs.append(StoredPack(number, gtin, lot, expiry, f"{self.mark}{number}"))

    def stock_to(self, gtin: str, lot: str, expiry: str, total: int) -> None:
        """Do what people did since: `total` is how many packs of a lot they put in, less what they took out."""
        before = self.stocked.get(f"{gtin} {lot}", 0)
        self.put_in(gtin, lot, expiry, max(total - before, 0))
        for pack in [one for one in self.packs if (one.gtin, one.lot) == (gtin, lot)][
            : max(before - total, 0)
        ]:
            self.packs.remove(pack)
        self.stocked[f"{gtin} {lot}"] = total

    def find(self, gtin: str, lot: str | None, soonest: str) -> StoredPack | None:
        """The pack that expires first among those asked for."""
        fit = [
            pack
            for pack in self.packs
            if pack.gtin == gtin and lot in (None, "", pack.lot) and pack.expiry >= soonest
        ]
        return min(fit, key=lambda pack: (pack.expiry, pack.number), default=None)

    def drop(self, pack: StoredPack) -> None:
        self.packs.remove(pack)
        self.bay.append(pack)


def read_stock(path: Path) -> Iterable[tuple[str, str, str, int]]:
    """(gtin, lot, expiry, packs) of a CSV file with these columns."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["gtin"], row["lot"], row["expiry"], int(row["packs"])
