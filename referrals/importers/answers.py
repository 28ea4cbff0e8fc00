"""Answers of the Korean data portal: `items` is a list, a single item or an empty string. Source: facts 3.4 [R]."""

import json
from pathlib import Path
from typing import Any

from referrals.errors import DirectoryUnreadable
from referrals.importers.cells import read_text

Item = dict[str, Any]


def items_of(path: Path) -> list[Item]:
    """Every item of a file: one answer, or one answer a line.

    Raises DirectoryUnreadable for what is no such answer, for an answer that reports a failure, and where pages
    are missing.
    """
    text = read_text(path)
    try:
        answers = [json.loads(text)]
    except (ValueError, RecursionError):
        answers = [
            _line(path, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()
        ]
    if not answers:
        raise DirectoryUnreadable(f"{path.name}: is empty")
    items = [item for answer in answers for item in _items(path, answer)]
    if len(items) < (total := max(map(_total, answers))):
        raise DirectoryUnreadable(f"{path.name}: holds {len(items)} of {total} items; fetch every page")
    return items


def _total(answer: Any) -> int:
    """How many items there are in all its pages; 0 where it does not say."""
    said = str(answer["response"]["body"].get("totalCount", ""))
    return int(said) if said.isdecimal() else 0


def _line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise DirectoryUnreadable(f"{path.name}, line {number}: is no JSON") from None


def _items(path: Path, answer: Any) -> list[Item]:
    try:
        response = answer["response"]
        code = str(response["header"]["resultCode"])
        items = response["body"]["items"] if code == "00" else None
    except (KeyError, TypeError, IndexError):
        raise DirectoryUnreadable(f"{path.name}: is no answer of the data portal") from None
    if items is None and code != "00":
        raise DirectoryUnreadable(f"{path.name}: the service answered with code {code}; ask it again")
    found = items.get("item", []) if isinstance(items, dict) else items
    if found in ("", None):
        return []
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in listed):
        raise DirectoryUnreadable(f"{path.name}: an item is no object")
    return listed
