"""The comparison in words: ours with the study's row below, grouped by what the networks began from."""

from collections.abc import Mapping, Sequence

from screening.imaging.compare.rows import MeasuresJson, Row
from screening.imaging.compare.study import (
    PUBLISHED_ENSEMBLE,
    PUBLISHED_SINGLE,
    PublishedEnsemble,
    PublishedSingle,
)
from screening.imaging.text_table import align

_SINGLE = ("accuracy", "precision", "recall", "f_beta", "auc", "kappa", "f1", "final")
_ENSEMBLE = ("auc", "kappa", "f1", "final")
_OFFICIAL = ("official_auc", "official_final", "macro_auc")
_TITLES = {
    "accuracy": "acc",
    "precision": "prec",
    "f_beta": "Fbeta",
    "official_auc": "AUC*",
    "official_final": "final*",
    "macro_auc": "macro AUC",
}
_KINDS = {
    "random": "Begun from random weights",
    "file": "Begun from a file of weights each, named in the row",
    "hub": "Begun from the hub's weights",
}
_NO_CONTEST = (
    "Compare only within a group: a network that began from trained weights says nothing about one that did "
    "not. The study began from ImageNet weights and measured on the challenge's own test patients; its rows "
    "are for orientation."
)
_COLUMNS = (
    "AUC and final are of decisions at 0.5, the only kind that fits the study's own accuracy and kappa; AUC* and "
    "final* are the challenge's, on probabilities. F1 and Fbeta, averaged over both classes, are accuracy."
)

Published = Mapping[str, PublishedSingle] | Mapping[str, PublishedEnsemble]


def comparison_text(rows: Sequence[Row], recipe: str) -> str:
    """All rows there are; `recipe` says in a line what they share."""
    parts = [recipe, _NO_CONTEST, _COLUMNS]
    for kind, title in _KINDS.items():
        group = [row for row in rows if row.start_kind == kind]
        if group:
            parts.append(f"== {title} ==\n\n" + _group_text(group))
    return "\n\n".join(parts) + "\n"


def _group_text(group: Sequence[Row]) -> str:
    done = [row for row in group if row.reason is None]
    failed = [f"{row.name} ({row.start}) did not finish: {row.reason}" for row in group if row.reason]
    if not done:
        return "\n".join(failed)
    single = {each.name: each for each in PUBLISHED_SINGLE}
    ensemble = {each.name: each for each in PUBLISHED_ENSEMBLE}
    tables = [
        "One classifier, the colour photograph",
        _scores_text(done, "colour", _SINGLE, single),
        "Both classifiers, sigmoids averaged",
        _scores_text(done, "both", _ENSEMBLE, ensemble),
        "Size and speed",
        _size_text(done),
    ]
    return "\n\n".join([*tables, *(["\n".join(failed)] if failed else [])])


def _scores_text(rows: Sequence[Row], branch: str, columns: Sequence[str], published: Published) -> str:
    names = (*columns, *_OFFICIAL)
    lines: list[list[str]] = []
    for row in rows:
        lines.append([row.name, row.start, *_cells(row.scores[branch], names)])
        if (printed := published.get(row.name)) is not None:
            lines.append(["  the study", "", *_cells(vars(printed), names)])
    for name, measures in rows[0].trivial.items():
        lines.append([f"  {name}", "no picture", *_cells(measures, names)])
    return align(["network", "start", *(_TITLES.get(name, name) for name in names)], lines)


def _cells(measures: Mapping[str, object] | MeasuresJson, names: Sequence[str]) -> list[str]:
    values = [measures.get(name) for name in names]
    return [f"{value:.3f}" if isinstance(value, float) else "-" for value in values]


def _size_text(rows: Sequence[Row]) -> str:
    header = [
        "network",
        "start",
        "params M",
        "mult-adds B",
        "images/s",
        "load",
        "final* of both, 95 %",
        "minutes",
    ]
    return align(header, [_size_cells(row) for row in rows])


def _size_cells(row: Row) -> list[str]:
    interval = "-" if row.interval is None else f"{row.interval[0]:.3f} to {row.interval[1]:.3f}"
    return [
        row.name,
        row.start,
        f"{row.parameters / 1e6:.2f}",
        f"{row.multiply_adds / 1e9:.3f}",
        f"{row.images_per_second:.1f}",
        f"{row.load:.1f}",
        interval,
        f"{row.seconds / 60:.1f}",
    ]
