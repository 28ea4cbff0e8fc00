"""INSERT ... VALUES read as data. Nothing of such a file is ever sent to a database.

A general SQL parser is not needed: the published tables are lists of literals, and whatever is not one is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pharmacy.errors import DrugDataUnreadable

SqlValue = str | int | Decimal | bool | None

_SPACE = r"(?:\s|--[^\n]*(?:\n|$))*+"
_NAME = r'(?:[^\W\d]\w*|"[^"]+")'
_INSERT = re.compile(rf"{_SPACE}INSERT\s+INTO\s+((?:{_NAME}\.)?{_NAME})\s*\(([^()]*)\)\s*VALUES", re.I)
_OPEN = re.compile(rf"{_SPACE}\(")
_CAST = r"(?:::[a-z_][a-z0-9_]*(?:\s*\(\s*\d+\s*\))?)?"
_VALUE = re.compile(
    rf"{_SPACE}(?:'(?P<text>[^']*+(?:''[^']*+)*+)'"
    rf"|E'(?P<escaped>(?:[^'\\]|\\.|'')*+)'"
    rf"|(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)"
    rf"|(?P<word>NULL|TRUE|FALSE)){_CAST}{_SPACE}(?P<end>[,)])",
    re.I | re.S,
)
_NEXT = re.compile(rf"{_SPACE}([,;])")
_REST = re.compile(rf"{_SPACE}\Z")
_WORDS = {"null": None, "true": True, "false": False}
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|x([0-9a-f]{1,2})|([0-7]{1,3})|(.))|''", re.S | re.I)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class SqlRow:
    """One row of an INSERT, with the line of the file on which it begins (from 1)."""

    line: int
    table: str
    values: dict[str, SqlValue]


def read_inserts(sql: str) -> Iterator[SqlRow]:
    """Every row of a file of INSERT ... VALUES statements, in order.

    Texts come back as written, numbers as int or Decimal, a cast such as ``::date`` is left out.

    Raises
    ------
    DrugDataUnreadable
        Naming the line: another statement, an expression, a wrong number of values, a text without its end.
    """
    at, lines = 0, _Lines(sql)
    while not _REST.match(sql, at):
        insert = _INSERT.match(sql, at)
        if insert is None:
            raise _refused(lines.at(at), "only INSERT INTO table (columns) VALUES is read; nothing is run")
        table = insert[1].replace('"', "").rpartition(".")[2].lower()
        columns = [name.strip().strip('"').lower() for name in insert[2].split(",")]
        at = insert.end()
        while True:
            line = lines.at(_start(sql, at))
            values, at = _row(sql, at, lines)
            if len(values) != len(columns):
                raise _refused(line, f"{len(values)} values stand under {len(columns)} columns")
            yield SqlRow(line, table, dict(zip(columns, values, strict=True)))
            after = _NEXT.match(sql, at)
            if after is None:
                raise _refused(
                    lines.at(at), "a row must be followed by a comma or a semicolon; is the file whole?"
                )
            at = after.end()
            if after[1] == ";":
                break


class _Lines:
    """Line numbers of ever later places, counted once over the whole text."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 1

    def at(self, place: int) -> int:
        self._line += self._text.count("\n", self._at, place)
        self._at = max(self._at, place)
        return self._line


def _start(sql: str, at: int) -> int:
    opened = _OPEN.match(sql, at)
    return opened.end() - 1 if opened else at


def _row(sql: str, at: int, lines: _Lines) -> tuple[list[SqlValue], int]:
    opened = _OPEN.match(sql, at)
    if opened is None:
        raise _refused(lines.at(at), "a row in brackets is expected here; is the file whole?")
    at, values = opened.end(), []
    while True:
        match = _VALUE.match(sql, at)
        if match is None:
            raise _refused(
                lines.at(at), "a text in quotes, a number or NULL is expected; expressions are not run"
            )
        values.append(_value(match))
        at = match.end()
        if match["end"] == ")":
            return values, at


def _value(match: re.Match[str]) -> SqlValue:
    if match["text"] is not None:
        return match["text"].replace("''", "'")
    if match["escaped"] is not None:
        return _ESCAPE.sub(_unescaped, match["escaped"])
    if match["word"] is not None:
        return _WORDS[match["word"].lower()]
    written = match["number"]
    return int(written) if re.fullmatch(r"[+-]?\d+", written) else Decimal(written)


def _unescaped(match: re.Match[str]) -> str:
    if match[0] == "''":
        return "'"
    if code := match[1] or match[2] or match[3]:
        return chr(min(int(code, 16), 0x10FFFF))
    if match[4]:
        return chr(int(match[4], 8))
    return _LETTERS.get(match[5], match[5])


def _refused(line: int, advice: str) -> DrugDataUnreadable:
    return DrugDataUnreadable(f"line {line}: {advice}")
