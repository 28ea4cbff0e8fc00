"""The plots of an evaluation report: ROC, precision and recall, reliability; one small panel a label."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from screening.domain.findings import LABELS, Label
from screening.imaging.evaluate.answers import Answers
from screening.imaging.evaluate.calibration import reliability
from screening.imaging.resampled import Curve, once, rank_curve

LABEL_NAMES = {
    Label.NORMAL: "normal",
    Label.DIABETES: "diabetes",
    Label.GLAUCOMA: "glaucoma",
    Label.CATARACT: "cataract",
    Label.AMD: "macular degeneration",
    Label.HYPERTENSION: "hypertension",
    Label.MYOPIA: "myopia",
    Label.OTHER: "other",
}
_COLUMNS = 4
_TRIVIAL: dict[str, Any] = {"color": "0.6", "linestyle": "--", "linewidth": 1}
_FLAGGED: dict[str, Any] = {"color": "tab:red", "marker": "o", "markersize": 5, "linestyle": ""}


def draw_plots(answers: Answers, document: dict[str, Any], folder: Path) -> None:
    """Write roc.png, precision-recall.png and reliability.png into `folder`."""

    def panel_of(draw: Callable[..., None]) -> Callable[[Axes, int], None]:
        def panel(axes: Axes, column: int) -> None:
            label = LABELS[column]
            draw(axes, answers, column, document["labels"][label], document["intervals_95"]["labels"][label])

        return panel

    for name, draw, across, up in (
        ("roc", _roc, "1 - specificity", "sensitivity"),
        ("precision-recall", _precision_recall, "recall", "precision"),
        ("reliability", _reliability, "mean score", "share with the label"),
    ):
        _figure(panel_of(draw), across, up).savefig(
            folder / f"{name}.png", dpi=110, metadata={"Software": None}
        )


def _figure(panel: Callable[[Axes, int], None], across: str, up: str) -> Figure:
    rows = -(-len(LABELS) // _COLUMNS)
    figure = Figure(figsize=(3.1 * _COLUMNS, 3.2 * rows), layout="constrained")
    for column, axes in enumerate(figure.subplots(rows, _COLUMNS, sharex=True, sharey=True).ravel()):
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        panel(axes, column)
    figure.supxlabel(across, fontsize=10)
    figure.supylabel(up, fontsize=10)
    return figure


def _title(axes: Axes, column: int, text: str) -> None:
    axes.set_title(f"{LABEL_NAMES[LABELS[column]]}\n{text}", fontsize=9)


def _curve(answers: Answers, column: int) -> Curve | None:
    """None where one class is absent."""
    truth = answers.truth[:, column]
    curve = rank_curve(truth, answers.log_odds[:, column], once(len(truth)))
    return curve if curve.positives[0] and curve.negatives[0] else None


def _with_interval(name: str, value: float | None, interval: list[float] | None) -> str:
    if value is None or interval is None:
        return f"{name}: one class only"
    return f"{name} {value:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"


def _roc(axes: Axes, answers: Answers, column: int, numbers: Any, intervals: Any) -> None:
    axes.plot([0, 1], [0, 1], **_TRIVIAL)
    if curve := _curve(answers, column):
        false_alarms = curve.false_positives[0] / curve.negatives[0]
        axes.plot(np.append(0, false_alarms), np.append(0, curve.true_positives[0] / curve.positives[0]))
        point = numbers["operating_point"]
        axes.plot(1 - point["specificity"], point["sensitivity"], **_FLAGGED)
    _title(axes, column, _with_interval("AUC", numbers["auc"], intervals["auc"]))


def _precision_recall(axes: Axes, answers: Answers, column: int, numbers: Any, intervals: Any) -> None:
    axes.axhline(float(answers.truth[:, column].mean()), **_TRIVIAL)
    if curve := _curve(answers, column):
        found = curve.true_positives[0]
        axes.step(found / curve.positives[0], found / (found + curve.false_positives[0]), where="post")
    _title(axes, column, _with_interval("AP", numbers["ap"], intervals["ap"]))


def _reliability(axes: Axes, answers: Answers, column: int, numbers: Any, intervals: Any) -> None:
    bins = reliability(answers.truth[:, column], answers.score[:, column])
    axes.plot([0, 1], [0, 1], **_TRIVIAL)
    bars = np.stack([bins.observed - bins.low, bins.high - bins.observed]).clip(0)
    axes.errorbar(bins.meant, bins.observed, yerr=bars, marker="o", markersize=3, linewidth=1, capsize=2)
    _title(axes, column, f"ECE {numbers['ece']:.3f}, by luck {numbers['ece_of_a_perfect_model']:.3f}")
