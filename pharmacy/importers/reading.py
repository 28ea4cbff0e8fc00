"""What reading a source gives: values to store, what was noticed, and the names that joined nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from pharmacy.domain.drug_rules import DrugRule, Route, RuleKind
from pharmacy.importers.ingredients import read_ingredient
from pharmacy.importers.routes import Routes, form_routes, name_routes, noted_routes
from pharmacy.importers.texts import plain, read_day
from records.import_issues import Issue, Issues

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Reading:
    """A source as it was read.

    `unjoined`: each name of an ingredient that joins no code of ours, with the first row and the number of rows.
    """

    file: str
    sha256: str
    rows: int
    values: tuple[object, ...]
    issues: tuple[Issue, ...] = ()
    unjoined: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    as_of: date | None = None
    complete: bool = True
    reader: str = ""

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len({issue.row for issue in self.issues if issue.refused})

    def reported(self) -> list[Issue]:
        """Every issue, and every name that joins nothing: what a person goes through."""
        return [*self.issues, *(self._kept(name, *where) for name, where in self.unjoined.items())]

    def _kept(self, name: str, first: int, rows: int) -> Issue:
        advice = f"in {rows} rows, joins no ingredient of ours; kept by this name, add it to aliases.csv if it is ours"
        return Issue(self.file, first, "ingredient", name, advice, refused=False)


@dataclass(slots=True)
class Row:
    """One row while it is read, and where to say what is noticed about it. `unjoined`: names that join nothing, each
    once, as they are written.
    """

    number: int
    cells: Cells
    issues: Issues
    unjoined: dict[str, None] = field(default_factory=dict)

    def text(self, *columns: str) -> str:
        """The first of these cells that says anything, as plain text; "" when none does."""
        for column in columns:
            value = self.cells.get(column)
            if value is not None and (text := plain(value if isinstance(value, str) else str(value))):
                return text
        return ""

    def code(self, column: str) -> str:
        """A cell that holds a number or code and no words; "" for nothing."""
        value = self.cells.get(column)
        return "" if value is None else str(value).strip()

    def said(self, *columns: str) -> str:
        """What these cells say, one after another."""
        get = self.cells.get
        return _said(tuple([get(column) for column in columns]))

    def forms(self, *columns: str) -> Routes:
        """The routes of the first of these cells that names dosage forms."""
        get = self.cells.get
        return _forms(tuple([get(column) for column in columns]))

    def day(self, column: str) -> date | None:
        """The day of a cell; None, with a note, for one that is none."""
        written = self.text(column)
        try:
            return read_day(written)
        except ValueError:
            self.issues.note(self.number, column, written, "no such day; the row is taken without it")
            return None

    def ingredient(self, *columns: str) -> tuple[str, Routes]:
        """The key of the ingredient that these cells name, English first, and the routes in its brackets.

        Of several names the one that joins a code of ours is taken. A row without any is refused: key "".
        """
        get = self.cells.get
        key, routes, unjoined = _named(tuple([get(column) for column in columns]))
        if not key:
            self.issues.refuse(
                self.number, columns[0], None, "names no ingredient; ask the source for the row"
            )
        self.unjoined.update(dict.fromkeys(unjoined))
        return key, routes


@lru_cache(maxsize=50_000)
def _said(cells: tuple[object, ...]) -> str:
    return " / ".join(text for cell in cells if cell is not None and (text := plain(str(cell))))


@lru_cache(maxsize=50_000)
def _forms(cells: tuple[object, ...]) -> Routes:
    read = (form_routes(plain(str(cell))) for cell in cells if cell is not None)
    return next((routes for routes in read if routes), ())


@lru_cache(maxsize=200_000)
def _named(names: tuple[object, ...]) -> tuple[str, Routes, tuple[str, ...]]:
    written = [text for name in names if name is not None and (text := plain(str(name)))]
    read = [(name, *read_ingredient(name)) for name in written]
    named = [one for one in read if one[1]]
    if not named:
        return "", (), ()
    name, key, unjoined = next((one for one in named if not one[2]), named[0])
    return key, name_routes(name), unjoined


def routes_for(kind: RuleKind, ingredient: str, stated: Iterable[Route], duplicate_class: str = "") -> Routes:
    """The routes a notice states, else those of the notes, else UNSTATED."""
    return tuple(stated) or noted_routes(kind, ingredient, duplicate_class)


def by_route(rule: DrugRule, routes: Routes) -> list[DrugRule]:
    """A notice as one rule a route."""
    return [replace(rule, route=route) for route in routes]
