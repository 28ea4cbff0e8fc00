"""Pages of a long list by the row they follow: the thousandth page is as quick as the first."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`rows` in the order of the list, and whether there are others before and after them."""

    rows: list[Row]
    has_previous: bool
    has_next: bool


def page_of(
    rows: QuerySet[Row],
    *,
    field: str,
    descending: bool,
    size: int,
    after: Row | None = None,
    before: Row | None = None,
) -> Page[Row]:
    """The page that follows `after`, or the one that ends before `before`; else the first.

    The order is that of `field`, then of the key.
    """
    backward = before is not None
    down = descending is not backward
    sign = "-" if down else ""
    beyond = _beyond(rows, before if backward else after, field, down=down)
    found = list(beyond.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    shown, more = found[:size], len(found) > size
    if backward:
        return Page(shown[::-1], has_previous=more, has_next=True)
    return Page(shown, has_previous=after is not None, has_next=more)


def _beyond(rows: QuerySet[Row], anchor: Row | None, field: str, *, down: bool) -> QuerySet[Row]:
    if anchor is None:
        return rows
    word, value = ("lt" if down else "gt"), getattr(anchor, field)
    further = Q(**{f"{field}__{word}": value}) | Q(**{field: value, f"pk__{word}": anchor.pk})
    bound: dict[str, Any] = {f"{field}__{word}e": value}  # implied, and what an index can begin at
    return rows.filter(further, **bound)
