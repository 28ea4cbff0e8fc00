"""A simulated dispensing machine on this computer, filled with what the clinic's books say people put in."""

import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from pharmacy.dispense_selectors import packs_put_in
from pharmacy.gateways.simulator.faults import FaultFile
from pharmacy.gateways.simulator.machine import Machine
from pharmacy.gateways.simulator.replies import Numbers
from pharmacy.gateways.simulator.server import Server
from pharmacy.gateways.simulator.shelf import Shelf

STOCKED_EVERY_SECONDS = 1.0


class Command(BaseCommand):
    help = "Simulate a dispensing machine on 127.0.0.1; only beside the embedded servers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SIMULATOR_PORT)
        parser.add_argument("--state", type=Path, default=settings.VAR_DIR / "dispenser.json")
        parser.add_argument("--faults", type=Path, default=settings.VAR_DIR / "dispenser-faults")
        parser.add_argument("--machine", type=int, default=777, help="the machine's subscriber number")
        parser.add_argument("--them", type=int, default=100, help="the number under which it knows us")
        parser.add_argument("--drop-seconds", type=float, default=1.0)

    def handle(self, *args: Any, **given: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("a simulated machine stands beside the embedded servers only; see make demo")
        numbers = Numbers(given["machine"], given["them"])
        shelf, faults = Shelf.open(given["state"]), FaultFile(given["faults"])
        machine = Machine(shelf, faults, numbers, drop_seconds=given["drop_seconds"])
        machine.wake_up()
        with Server(machine, given["port"]) as server:
            self.stdout.write(f"127.0.0.1:{server.port}")
            self.stdout.flush()
            threading.Thread(target=server.serve_forever, daemon=True).start()
            while True:
                self._stock(machine, server.port)
                time.sleep(STOCKED_EVERY_SECONDS)

    def _stock(self, machine: Machine, port: int) -> None:
        try:
            machine.stock_to(packs_put_in(port))
        except DatabaseError as error:
            # The database may still be starting; the next round asks again.
            self.stderr.write(f"not stocked: {type(error).__name__}")
            connection.close()
