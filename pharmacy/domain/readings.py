"""Temperatures as a person types them or a logger writes them, read into values."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final

from pharmacy.domain.storage import PLAUSIBLE
from pharmacy.errors import TemperatureInvalid

COLUMNS: Final = ("time", "celsius")
READINGS_MAX: Final = 20_000


@dataclass(frozen=True)
class TakenReading:
    """`measured_at` with its zone; `celsius` to a tenth of a degree."""

    measured_at: datetime
    celsius: Decimal


def read_celsius(written: str, line: int = 0) -> Decimal:
    """Degrees Celsius from "7.5" or "7,5". Raises TemperatureInvalid naming `celsius`."""
    try:
        celsius = Decimal(written.strip().replace(",", ".")).quantize(Decimal("0.1"))
    except InvalidOperation:
        raise TemperatureInvalid("celsius", "is no number; write degrees such as 5.4", line) from None
    if not celsius.is_finite() or not PLAUSIBLE.holds(celsius):
        raise TemperatureInvalid("celsius", "no thermometer beside medicines shows that; read it again", line)
    return celsius


def read_log(text: str, *, zone: tzinfo) -> list[TakenReading]:
    """A logger's CSV with the columns time (ISO 8601) and celsius, oldest first; a repeated line counts once.

    Parameters
    ----------
    zone : of times that name none.

    Raises
    ------
    TemperatureInvalid
        `line` and `field` (file, time, celsius) say what to correct; 1 is the header.
    """
    taken: dict[datetime, Decimal] = {}
    for line, one in enumerate(_rows(text, zone), start=2):
        if taken.setdefault(one.measured_at, one.celsius) != one.celsius:
            raise TemperatureInvalid("time", "stands twice with different temperatures", line)
    if not taken:
        raise TemperatureInvalid("file", "holds no reading; export it from the logger again")
    if len(taken) > READINGS_MAX:
        raise TemperatureInvalid("file", "holds more readings than are taken at once; take it in parts")
    return [TakenReading(*pair) for pair in sorted(taken.items())]


def _rows(text: str, zone: tzinfo) -> Iterator[TakenReading]:
    lines = text.removeprefix("\ufeff").splitlines()
    separator = ";" if lines and ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=separator)
    header = [name.strip().lower() for name in next(rows, [])]
    if any(header.count(name) != 1 for name in COLUMNS):
        raise TemperatureInvalid("file", "needs the columns time and celsius in its first line", 1)
    places = [header.index(name) for name in COLUMNS]
    for line, row in enumerate(rows, start=2):
        if len(row) <= max(places):
            raise TemperatureInvalid("file", "a column is missing in this line", line)
        time, celsius = (row[place] for place in places)
        yield TakenReading(_time(time, zone, line), read_celsius(celsius, line))


def _time(written: str, zone: tzinfo, line: int) -> datetime:
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError:
        raise TemperatureInvalid("time", "is no time such as 2026-11-27 14:30", line) from None
    return time if time.tzinfo else time.replace(tzinfo=zone)
