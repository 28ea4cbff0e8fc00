"""Plots of an evaluation: decision curves of simulated patients, and what age and sex add on real ones."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from risk.fusion.evaluate.tables import NAMES

_WAYS = {"fused": "-", "photograph": "--", "answers": ":", "everybody": "-."}


def draw_plots(document: dict[str, Any], folder: Path) -> list[str]:
    """Write decision-curves.png, stress.png and, with real patients, real-gain.png; returns their names."""
    figures = {"decision-curves": _curves(document), "stress": _stress(document)}
    if "labels" in document["real"]:
        figures["real-gain"] = _gain(document["real"])
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=110, metadata={"Software": None})
    return [f"{name}.png" for name in figures]


def _curves(document: dict[str, Any]) -> Figure:
    labels = document["simulated"]["labels"]
    figure = Figure(figsize=(11, 6.4), layout="constrained")
    for axes, (label, row) in zip(figure.subplots(2, 3).ravel(), labels.items(), strict=True):
        curve = row["decision_curve"]
        for way, style in _WAYS.items():
            axes.plot(curve["thresholds"], curve[way], style, label=way, linewidth=1.4)
        axes.axhline(0, color="0.6", linewidth=1, label="nobody")
        axes.set_ylim(bottom=-0.2 * row["prevalence"])
        axes.set_title(NAMES[label], fontsize=10)
    figure.axes[0].legend(fontsize=8)
    figure.suptitle("Net benefit, simulated patients", fontsize=11)
    figure.supxlabel("acted on from this risk", fontsize=10)
    return figure


def _stress(document: dict[str, Any]) -> Figure:
    worlds = document["simulated"]["stress"]
    figure = Figure(figsize=(11, 4.2), layout="constrained")
    axes = figure.subplots()
    for place, (label, name) in enumerate(NAMES.items()):
        marks = [
            world[label]["fused"]["auc"] - world[label]["photograph"]["auc"] for world in worlds.values()
        ]
        axes.plot(range(len(worlds)), marks, marker="o", label=name, color=f"C{place}")
    axes.axhline(0, color="0.6", linewidth=1)
    axes.set_xticks(range(len(worlds)), list(worlds), fontsize=8)
    axes.set_ylabel("AUC, fused less photograph")
    axes.legend(fontsize=8, ncols=2)
    axes.set_title("Simulated communities", fontsize=11)
    return figure


def _gain(real: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.subplots()
    for offset, (way, words) in enumerate(
        (("with_age_and_sex", "learnt here, cross-fitted"), ("as_released", "as released"))
    ):
        rows = [row[f"gain_{way}"]["auc"] for row in real["labels"].values()]
        middle = [one["difference"] for one in rows]
        bars = [
            [one["difference"] - one["interval_95"][0] for one in rows],
            [one["interval_95"][1] - one["difference"] for one in rows],
        ]
        places = [place + 0.2 * offset for place in range(len(rows))]
        axes.errorbar(places, middle, yerr=bars, marker="o", linestyle="", capsize=3, label=words)
    axes.axhline(0, color="0.6", linewidth=1)
    axes.set_xticks(range(len(real["labels"])), [NAMES[label] for label in real["labels"]], fontsize=8)
    axes.set_ylabel("AUC gained")
    axes.set_title("Real patients: what age and sex add to the photograph", fontsize=11)
    axes.legend(fontsize=8)
    return figure
