"""Multiply-adds against phi and against parameters, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from screening.imaging.scaling.grid import Step
from screening.imaging.scaling.report import CountedRow
from screening.imaging.scaling.scale import Coefficients


def plot(rows: Sequence[CountedRow], steps: Sequence[Step], path: Path) -> None:
    """Write the picture to `path`; its suffix decides the format."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    _against_phi(left, steps)
    _against_parameters(right, rows)
    figure.savefig(path, dpi=120)


def _against_phi(axes: Axes, steps: Sequence[Step]) -> None:
    phis, base = [step.phi for step in steps], steps[0].size.multiply_adds / 1e9
    cost = Coefficients().cost
    axes.plot(phis, [step.size.multiply_adds / 1e9 for step in steps], "o-", label="counted")
    axes.plot(phis, [base * cost**phi for phi in phis], "--", label=f"{base:.2f} B x {cost:.2f}^phi")
    axes.set(xlabel="phi", ylabel="multiply-adds, B", yscale="log", title="Compound scaling of EfficientNet")
    axes.legend()


def _against_parameters(axes: Axes, rows: Sequence[CountedRow]) -> None:
    families = dict.fromkeys(row.published.table.name for row in rows)
    for family in families:
        own = [row for row in rows if row.published.table.name == family]
        millions = [row.size.parameters / 1e6 for row in own]
        axes.plot(millions, [row.size.multiply_adds / 1e9 for row in own], "o", label=family)
        axes.plot(millions, [row.published.giga_multiply_adds for row in own], "kx", markersize=5)
    axes.plot([], [], "kx", markersize=5, label="printed in the paper")
    axes.set(xlabel="parameters, M", xscale="log", yscale="log", title="Networks of the paper")
    axes.legend(fontsize=8)
