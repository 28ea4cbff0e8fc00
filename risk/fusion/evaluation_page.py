"""The report of a fusion's evaluation: a page of tables, decision curves and reliability as pictures."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

LABEL_NAMES = {
    "D": "diabetic retinopathy",
    "G": "glaucoma",
    "C": "cataract",
    "A": "macular degeneration",
    "H": "hypertensive retinopathy",
    "M": "myopic degeneration",
}
_WAYS = {"photograph": "tab:blue", "answers": "tab:orange", "fused": "tab:green"}
_TRIVIAL: dict[str, Any] = {"color": "0.6", "linestyle": "--", "linewidth": 1}
_COLUMNS = 3
PAGE = "report.md"
Panel = Callable[[Axes, dict[str, Any]], None]


def write_report(document: dict[str, Any], folder: Path) -> None:
    """Write PAGE, decision-curves.png and reliability.png into `folder`, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = document["simulated"]["labels"]
    _figure(labels, _decision, "threshold of the risk", "net benefit").savefig(
        folder / "decision-curves.png", dpi=110
    )
    _figure(labels, _reliability, "mean risk of a tenth", "share with the disease").savefig(
        folder / "reliability.png", dpi=110
    )
    (folder / PAGE).write_text(page(document), encoding="utf-8")


def _figure(labels: dict[str, Any], panel: Panel, across: str, up: str) -> Figure:
    figure = Figure(figsize=(3.6 * _COLUMNS, 6.8), layout="constrained")
    for axes, (label, found) in zip(figure.subplots(2, _COLUMNS).ravel(), labels.items(), strict=True):
        axes.set_title(f"{LABEL_NAMES[label]} (simulated)", fontsize=10)
        panel(axes, found)
    figure.axes[0].legend(fontsize=8)
    figure.supxlabel(across, fontsize=10)
    figure.supylabel(up, fontsize=10)
    return figure


def _decision(axes: Axes, found: dict[str, Any]) -> None:
    curve = found["decision_curve"]
    for way, colour in _WAYS.items():
        axes.plot(curve["threshold"], curve[way], color=colour, label=way)
    axes.plot(curve["threshold"], curve["everybody"], label="refer everybody", **_TRIVIAL)
    axes.axhline(0, color="0.3", linewidth=0.8)
    axes.set(ylim=(-0.25 * found["prevalence"], 1.05 * found["prevalence"]))


def _reliability(axes: Axes, found: dict[str, Any]) -> None:
    for way, colour in _WAYS.items():
        points = found["reliability"][way]
        axes.plot(points["mean_risk"], points["share"], color=colour, label=way, marker="o", markersize=3)
    top = max(max(found["reliability"][way]["share"]) for way in _WAYS)
    axes.plot([0, top], [0, top], label="as predicted", **_TRIVIAL)


def page(document: dict[str, Any]) -> str:
    """The page in Markdown."""
    simulated = document["simulated"]
    parts = [
        f"# {document['release']}",
        "**Evaluation only. Not a medical device.**",
        f"## Simulated: {simulated['patients']} patients the fusion never saw",
        (
            "The gain is put in by construction: the fusion is taught the effects that simulate its patients. "
            "Image scores are those of real held-out patients."
        ),
        _table(
            ("label", "prevalence", "way", "AUC", "AP", "Brier", "mean risk", "slope", "intercept"),
            _scores(document),
        ),
        "![Decision curves](decision-curves.png)",
        "![Reliability](reliability.png)",
        "## Simulated: another world, wrong and missing answers",
        _table(
            ("world", "label", "gain in AUC", "gain in Brier", "mean risk / prevalence"),
            _stress(simulated["stress"]),
        ),
        _worst(simulated["stress"]["missing"]),
        "## Real: what age and sex add",
        _real(document["real"]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [names, ("---",) * len(names), *rows]
    return "\n".join(
        "| " + " | ".join("" if cell is None else str(cell) for cell in line) + " |" for line in lines
    )


def _scores(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    names = ("auc", "ap", "brier", "mean_risk", "slope", "intercept")
    labels = document["simulated"]["labels"]
    within = {"D with diabetes": document["simulated"]["among_people_with_diabetes"]}
    return [
        (label, found["prevalence"], way, *(scores[name] for name in names))
        for label, found in {**labels, **within}.items()
        for way, scores in found["scores"].items()
    ]


def _stress(stress: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (world, label, row["auc_gain"], row["brier_gain"], row["mean_risk_by_prevalence"])
        for world, labels in stress["worlds"].items()
        for label, row in labels.items()
    ]


def _worst(missing: dict[str, Any]) -> str:
    rows = [
        (label, found["auc_gain"], ", ".join(found["unanswered"]) or "none")
        for label, found in missing["worst"].items()
    ]
    heading = f"The least gain in AUC over all {missing['subsets']} sets of unanswered questions:"
    return heading + "\n\n" + _table(("label", "gain in AUC", "unanswered"), rows)


def _real(real: dict[str, Any] | None) -> str:
    if real is None:
        return "Not measured: no table of real held-out patients was given (`--real`)."
    rows = [
        (
            label,
            found["positives"],
            found["auc_photograph"],
            found["auc_gain"],
            " to ".join(map(str, found["auc_gain_interval_95"])),
            found["log_loss_gain"],
        )
        for label, found in real["labels"].items()
    ]
    names = ("label", "patients with it", "AUC of the photograph", "gain", "95 %", "gain in log loss")
    return f"{real['patients']} patients, cross-fitted.\n\n" + _table(names, rows)
