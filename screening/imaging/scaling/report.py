"""The scaling report: every network of the paper by one function, beside what the paper prints."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from screening.imaging.scaling.budget import Budget, Tried, largest
from screening.imaging.scaling.count import Size, count_table
from screening.imaging.scaling.grid import Step, candidates
from screening.imaging.scaling.published import ROWS, TOLERANCE, PublishedRow
from screening.imaging.scaling.scale import Coefficients, compound, scale
from screening.imaging.text_table import align


@dataclass(frozen=True)
class CountedRow:
    """A published row and what the scaled table of ours counts."""

    published: PublishedRow
    size: Size

    @property
    def difference(self) -> float:
        """(ours - published) / published of the multiply-adds; the paper rounds to two digits or fewer."""
        return self.size.multiply_adds / 1e9 / self.published.giga_multiply_adds - 1

    @property
    def parameter_difference(self) -> float | None:
        printed = self.published.million_parameters
        return None if printed is None else self.size.parameters / 1e6 / printed - 1


def count_rows(rows: Sequence[PublishedRow] = ROWS) -> tuple[CountedRow, ...]:
    return tuple(CountedRow(row, count_table(scale(row.table, row.scaling))) for row in rows)


def rows_text(rows: Sequence[CountedRow]) -> str:
    """The comparison, then a note for each row that has one."""
    header = ["network", "w", "d", "px", "params M", "paper", "diff", "mult-adds B", "paper", "diff", ""]
    lines = [_row_cells(row) for row in rows]
    noted = [row for row in rows if row.published.note]
    notes = [f"{_mark(row):>4} {row.published.name}: {row.published.note}" for row in noted]
    return "\n".join([align(header, lines), "", *notes])


def _mark(row: CountedRow) -> str:
    return "!" if abs(row.difference) > TOLERANCE else "note" if row.published.note else ""


def _row_cells(row: CountedRow) -> list[str]:
    printed, apart = row.published.million_parameters, row.parameter_difference
    return [
        row.published.name,
        f"{row.published.scaling.width:g}",
        f"{row.published.scaling.depth:g}",
        str(row.size.resolution_px),
        f"{row.size.parameters / 1e6:.2f}",
        "-" if printed is None else f"{printed:g}",
        "-" if apart is None else f"{apart:+.1%}",
        f"{row.size.multiply_adds / 1e9:.3f}",
        f"{row.published.giga_multiply_adds:g}",
        f"{row.difference:+.1%}",
        _mark(row),
    ]


def constraint_text() -> str:
    """The constraint of the grid search with the paper's choice in it."""
    chosen, found = Coefficients(), candidates()
    return (
        f"alpha {chosen.alpha:g}, beta {chosen.beta:g}, gamma {chosen.gamma:g}: alpha * beta^2 * gamma^2 = "
        f"{chosen.cost:.3f}, wanted near 2. On a grid of 0.05, {len(found)} choices are within 0.1 of 2; "
        "the paper's is one of them, picked by accuracy at phi = 1."
    )


def steps_text(steps: Sequence[Step]) -> str:
    """What each step of phi costs, by the formula and counted; rounding of channels and repeats is the gap."""
    header = ["phi", "w", "d", "px", "params M", "mult-adds B", "times B0", "formula"]
    lines = [
        [
            f"{step.phi:g}",
            f"{compound(step.phi).width:.2f}",
            f"{compound(step.phi).depth:.2f}",
            str(step.size.resolution_px),
            f"{step.size.parameters / 1e6:.2f}",
            f"{step.size.multiply_adds / 1e9:.3f}",
            f"{step.times:.2f}",
            f"{Coefficients().cost ** step.phi:.2f}",
        ]
        for step in steps
    ]
    return align(header, lines)


def tried_text(tried: Tried) -> str:
    """One line on one phi: what was counted, measured and exceeded."""
    parts = [
        f"phi {tried.phi:g}",
        f"{tried.size.resolution_px} px",
        f"{tried.size.multiply_adds / 1e9:.3g} B",
    ]
    if (found := tried.measured) is not None:
        parts.append(
            f"{found.milliseconds:g} ms (median of {found.runs}, fastest {found.fastest_milliseconds:g})"
        )
        parts.append(f"{found.megabytes:g} MB at most, {found.network_megabytes:g} MB of it the network")
    parts.append("over: " + " and ".join(tried.over) if tried.over else "fits")
    return "  ".join(parts)


def as_json(rows: Sequence[CountedRow], steps: Sequence[Step]) -> dict[str, Any]:
    """The report as data; sizes in numbers, not in millions."""
    chosen = Coefficients()
    return {
        "rows": [_row_json(row) for row in rows],
        "tolerance": TOLERANCE,
        "constraint": asdict(chosen) | {"cost": chosen.cost},
        "grid": [asdict(each) | {"cost": each.cost} for each in candidates()],
        "steps": [{"phi": step.phi, "times": step.times, **asdict(step.size)} for step in steps],
    }


def _row_json(row: CountedRow) -> dict[str, Any]:
    published = row.published
    return {
        "name": published.name,
        "family": published.table.name,
        **asdict(published.scaling),
        **asdict(row.size),
        "published_giga_multiply_adds": published.giga_multiply_adds,
        "published_million_parameters": published.million_parameters,
        "difference": row.difference,
        "parameter_difference": row.parameter_difference,
        "note": published.note,
    }


def budget_json(family: str, budget: Budget, tried: list[Tried]) -> dict[str, Any]:
    chosen = largest(tried)
    return {
        "family": family,
        "budget": asdict(budget),
        "tried": [asdict(each) for each in tried],
        "phi": None if chosen is None else chosen.phi,
    }
