"""The row of every measurement."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """`reference`: what `value` is compared with, in the same unit and run; `ratio` = value / reference."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None


def compared(name: str, value: float, unit: str, reference: float) -> Row:
    return Row(name, round(value, 3), unit, round(reference, 3), round(value / reference, 3))


def report(rows: list[Row]) -> None:
    """Hand the rows to the calling process."""
    print(json.dumps([asdict(row) for row in rows]))


def table(rows: list[Row]) -> str:
    lines = [f"{'what':58} {'value':>10} {'unit':10} {'reference':>10} {'ratio':>7}"]
    for row in rows:
        reference, ratio = (
            f"{number:g}" if number is not None else "" for number in (row.reference, row.ratio)
        )
        lines.append(f"{row.name:58} {row.value:>10g} {row.unit:10} {reference:>10} {ratio:>7}")
    return "\n".join(lines)
