"""The simulated machine as a real process on 127.0.0.1, with a shelf that outlives its power cuts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pharmacy.gateways.dispenser import Order
from pharmacy.gateways.simulator.shelf import StoredPack
from pharmacy.gateways.wwks2.client import Address, Patience, Wwks2Dispenser

MACHINE, US = 777, 100
QUICK = Patience(reply=2.0, order=3.0)
IMPATIENT = Patience(reply=0.5, order=0.8)


class Simulated:
    """`stock` are rows (gtin, lot, expiry, packs)."""

    def __init__(
        self, folder: Path, stock: list[tuple[str, str, str, int]], *, drop_seconds: float = 0.0
    ) -> None:
        self._drop_seconds = drop_seconds
        self.state, self._stock, self._faults = (folder / name for name in ("state", "stock.csv", "faults"))
        lines = ["gtin,lot,expiry,packs", *(",".join(map(str, row)) for row in stock)]
        self._stock.write_text("\n".join(lines) + "\n")
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start, or start again at the same port after a power cut."""
        files = ("--state", self.state, "--stock", self._stock, "--faults", self._faults)
        slowly = ("--drop-seconds", self._drop_seconds)
        command = [sys.executable, "-m", "pharmacy.gateways.simulator", "--port", self.port, *files, *slowly]
        self.process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.port = int(self.process.stdout.readline().rpartition(":")[2])
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()

    def wait_for_power_cut(self) -> None:
        assert self.process.wait(timeout=5) == 86
        self.process.stdout.close()

    def will(self, *faults: str) -> None:
        """What goes wrong with the next orders, one each."""
        self._faults.write_text("".join(f"{fault}\n" for fault in faults))

    def dispenser(self, patience: Patience = QUICK) -> Wwks2Dispenser:
        address = Address("127.0.0.1", self.port, US, MACHINE)
        return Wwks2Dispenser(address, clock=lambda: datetime.now(UTC), patience=patience)

    def order(self, order: Order, key: str = "1", patience: Patience = QUICK):
        with self.dispenser(patience) as machine:
            return machine.dispense(order, key)

    def inside(self, lot: str) -> int:
        """Packs of a lot that really are in the machine."""
        return sum(pack["lot"] == lot for pack in json.loads(self.state.read_text())["packs"])

    def scans_in_bay(self) -> list[str]:
        """What a scanner reads off the packs that were dropped."""
        return [StoredPack(**pack).scan for pack in json.loads(self.state.read_text())["bay"]]

    def has_order(self, key: int) -> bool:
        """Whether an order reached it, done or not."""
        return self.state.exists() and str(key) in json.loads(self.state.read_text())["orders"]

    def has_ended(self, key: int) -> bool:
        """Whether an order reached it and is not under way any more."""
        if not self.has_order(key):
            return False
        return json.loads(self.state.read_text())["orders"][str(key)]["status"] != "InProcess"

    def in_bay(self) -> int:
        """Packs that really were dropped, all together."""
        return len(json.loads(self.state.read_text())["bay"])


@contextmanager
def simulated(
    folder: Path, stock: list[tuple[str, str, str, int]], *, drop_seconds: float = 0.0
) -> Iterator[Simulated]:
    machine = Simulated(folder, stock, drop_seconds=drop_seconds)
    try:
        yield machine.start()
    finally:
        machine.stop()
