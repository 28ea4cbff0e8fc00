"""A whole file of one source, read into values."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from pharmacy.domain.drug_data import DrugDataSource
from pharmacy.domain.drug_rules import DrugRule
from pharmacy.errors import DrugDataUnreadable
from pharmacy.importers.feeds import FEEDS, TYPE_NAMES, Feed
from pharmacy.importers.files import file_digest, read_rows, read_text
from pharmacy.importers.ingredients import reader_version
from pharmacy.importers.reading import Cells, Reading, Row
from pharmacy.importers.sql_values import read_inserts
from pharmacy.importers.texts import read_day
from records.import_issues import Issues

Progress = Callable[[Iterable[tuple[int, Cells]]], Iterable[tuple[int, Cells]]]


def read_source(
    source: DrugDataSource,
    path: Path,
    *,
    as_of: date | None = None,
    incomplete: bool = False,
    progress: Progress = lambda rows: rows,
) -> Reading:
    """Read a file of a source; nothing is stored.

    Parameters
    ----------
    as_of : the day of the data, where the file does not say it.
    incomplete : take a file of which pages are missing.
    progress : wraps the rows, as tqdm does.

    Raises
    ------
    DrugDataUnreadable, DrugDataRefused
    """
    feed = FEEDS[source]
    issues, taken, unjoined, notices = Issues(path.name), _Taken(), _Unjoined(), _Notices(feed.notice)
    rows, written = 0, None
    for number, cells in progress(_rows(feed, path, incomplete=incomplete)):
        if rows == 0:
            _is_this_listing(source, feed, path.name, cells)
        rows += 1
        names = notices.known(cells)
        if names is None:
            row = Row(number, cells, issues)
            noticed = len(issues.found)
            for value in feed.read(row):
                taken.add(row, value)
            names = tuple(row.unjoined)
            if len(issues.found) == noticed:
                notices.keep(cells, names)
        unjoined.add(number, names)
        if feed.table:
            written = max(written or "", str(cells.get("mdfcn_dt") or cells.get("reg_dt") or ""))
    if not rows:
        raise DrugDataUnreadable(f"{path.name}: holds no row; fetch it again")
    return Reading(
        file=path.name,
        sha256=file_digest(path),
        rows=rows,
        values=tuple(taken.values.values()),
        issues=tuple(issues.found),
        unjoined=unjoined.names,
        as_of=as_of or _day(written),
        complete=not incomplete and not issues.refused,
        reader=reader_version(),
    )


class _Unjoined:
    """Names that join nothing, with the first row and the number of rows."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[int, int]] = {}

    def add(self, row: int, names: Iterable[str]) -> None:
        for name in names:
            first, rows = self.names.get(name, (row, 0))
            self.names[name] = (first, rows + 1)


class _Notices:
    """Notices that were read without an issue, with the names in them that join nothing."""

    LARGEST = 50_000

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._known: dict[tuple[object, ...], Sequence[str]] = {}

    def known(self, cells: Cells) -> Sequence[str] | None:
        return self._known.get(self._about(cells)) if self._columns else None

    def keep(self, cells: Cells, names: Sequence[str]) -> None:
        if self._columns and len(self._known) < self.LARGEST:
            self._known[self._about(cells)] = names

    def _about(self, cells: Cells) -> tuple[object, ...]:
        get = cells.get
        return tuple([get(column) for column in self._columns])


class _Taken:
    """Values by what they are about. The same again is one; another about the same thing is noted, and both stay."""

    def __init__(self) -> None:
        self.values: dict[object, object] = {}

    def add(self, row: Row, value: object) -> None:
        if isinstance(value, DrugRule):
            # Products share their notice; its key says what it is about.
            about = (value.key, value.route, value.other_route)
            if self.values.setdefault(about, value) != value:
                self.values.setdefault(value, value)
            return
        name = getattr(value, "key", None) or getattr(value, "item_seq", "")
        same_name = (type(value), name)
        known = self.values.get(same_name)
        if known is None:
            self.values[same_name] = value
        elif known != value:
            row.issues.note(row.number, "", name, "another row says otherwise about it; both are taken")
            self.values.setdefault((*same_name, hash(value)), value)


def _rows(feed: Feed, path: Path, *, incomplete: bool) -> Iterator[tuple[int, Cells]]:
    if not feed.table:
        yield from read_rows(path, incomplete=incomplete)
        return
    try:
        for inserted in read_inserts(read_text(path)):
            if inserted.table != feed.table:
                raise DrugDataUnreadable(
                    f"line {inserted.line}: rows of {inserted.table} stand where {feed.table} is expected; check --file"
                )
            yield inserted.line, inserted.values
    except DrugDataUnreadable as error:
        raise DrugDataUnreadable(f"{path.name}: {error}") from error


def _is_this_listing(source: DrugDataSource, feed: Feed, name: str, cells: Cells) -> None:
    missing = [column for column in feed.columns if column not in cells]
    if missing:
        raise DrugDataUnreadable(
            f"{name}: no {', '.join(missing)}; this is not the listing {source.value}, check --file"
        )
    expected, said = TYPE_NAMES.get(source), cells.get("TYPE_NAME")
    if expected and said and expected not in str(said):
        raise DrugDataUnreadable(f"{name}: says {said}, and {source.value} is {expected}; check --file")


def _day(written: str | None) -> date | None:
    try:
        return read_day(written)
    except ValueError:
        return None
