"""The course of a training as a picture: losses, scores, and the AUC of every label on held-out eyes."""

import os
from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from screening.domain.findings import LABELS
from screening.imaging.card import BRANCHES
from screening.imaging.train_record import read_log

CURVES_FILE = "curves.png"
_PANELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("loss", ("loss", "held_loss")),
    ("held-out patients, uncalibrated", ("final", "kappa", "macro_auc")),
    ("AUC of held-out eyes", tuple(f"auc_{label}" for label in LABELS)),
)


def draw_curves(folder: Path) -> Path:
    """Draw the logs of the run in `folder`, one row a branch, into its curves.png; returns that path."""
    logs = {branch: rows for branch in BRANCHES if (rows := read_log(folder, branch))}
    figure = Figure(figsize=(13, 3.2 * len(logs)), layout="constrained")
    axes = figure.subplots(len(logs), len(_PANELS), squeeze=False)
    for line, (branch, rows) in zip(axes, logs.items(), strict=True):
        for panel, (title, names) in zip(line, _PANELS, strict=True):
            _draw_panel(panel, rows, names)
            panel.set_title(f"{branch}: {title}")
    path = folder / CURVES_FILE
    # Two processes may train a branch each, and both draw.
    temporary = path.with_suffix(f".{os.getpid()}.partial")
    FigureCanvasAgg(figure).print_png(temporary)
    return temporary.replace(path)


def _draw_panel(panel: Axes, rows: list[dict[str, str]], names: tuple[str, ...]) -> None:
    epochs = [int(row["epoch"]) for row in rows]
    for name in names:
        panel.plot(epochs, [float(row[name]) for row in rows], marker=".", label=name.removeprefix("auc_"))
    for before, after in pairwise(rows):
        if before["size"] != after["size"]:
            panel.axvline(int(after["epoch"]) - 0.5, linestyle=":", color="grey")
            panel.annotate(
                f"{after['size']} px", (int(after["epoch"]) - 0.5, 0.02), xycoords=("data", "axes fraction")
            )
    panel.set_xlabel("epoch")
    panel.legend(fontsize="small", ncols=2)
