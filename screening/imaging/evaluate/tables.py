"""Tables of a report as HTML, and the ways its numbers are written."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows under a head; every cell is escaped."""

    def line(tag: str, cells: Sequence[Any]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line("th", head) + "".join(line("td", row) for row in rows) + "</table>"


def at(tree: Any, path: Sequence[str]) -> Any:
    """What stands at the end of a path through nested mappings."""
    for part in path:
        tree = tree[part]
    return tree


def number(value: float | None) -> str:
    """Three digits; a dash where there is no number."""
    return "–" if value is None else f"{value:.3f}"


def with_interval(document: Any, path: Sequence[str]) -> str:
    """A number of the document and its interval."""
    interval = at(document["intervals_95"], path)
    ends = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    return number(at(document, path)) + ends


def with_prevalence(document: Any, path: Sequence[str]) -> str:
    """A number, its interval, and after the bar what the prevalence alone gives."""
    return f"{with_interval(document, path)} | {number(at(document['baselines']['prevalence'], path))}"


def leaves(tree: Any, path: str = "") -> Iterable[tuple[str, str]]:
    """(path, value) of everything in nested mappings."""
    if not isinstance(tree, dict):
        yield path, str(tree)
        return
    for key, value in tree.items():
        yield from leaves(value, f"{path} {key}".strip())
