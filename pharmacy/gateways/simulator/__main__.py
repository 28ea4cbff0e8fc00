"""`python -m pharmacy.gateways.simulator`: a simulated machine as a process of its own, stocked from a file."""

import argparse
import logging
import sys
from pathlib import Path

from pharmacy.gateways.simulator.faults import FaultFile
from pharmacy.gateways.simulator.machine import Machine
from pharmacy.gateways.simulator.replies import Numbers
from pharmacy.gateways.simulator.server import Server
from pharmacy.gateways.simulator.shelf import Shelf, read_stock


def main() -> None:
    """Serve until stopped; the first line of output names the port."""
    given = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    shelf = Shelf.open(given.state)
    numbers = Numbers(given.machine, given.them)
    machine = Machine(shelf, FaultFile(given.faults), numbers, drop_seconds=given.drop_seconds)
    machine.wake_up()
    if given.stock is not None:
        machine.stock_to(read_stock(given.stock))
    with Server(machine, given.port) as server:
        sys.stdout.write(f"127.0.0.1:{server.port}\n")
        sys.stdout.flush()
        server.serve_forever()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pharmacy.gateways.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="file that outlives a power cut")
    parser.add_argument("--stock", type=Path, help="CSV gtin,lot,expiry,packs that people put in")
    parser.add_argument("--faults", type=Path, help="file of faults, one a line, taken one an order")
    parser.add_argument("--machine", type=int, default=777, help="the machine's subscriber number")
    parser.add_argument("--them", type=int, default=100, help="the ordering system's number")
    parser.add_argument("--drop-seconds", type=float, default=0.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
