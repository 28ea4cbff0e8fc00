"""Cells as they come from the services and tables, as plain text."""

import html
import re
from datetime import date
from functools import lru_cache

_UNSEEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.I | re.S)
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.I)
# Only what is a tag of HTML: "CrCl<30" and "a<b and c>d" are words of the leaflet.
_TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|font|sub|sup|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|a|img|hr)"
    r"(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>]+))*\s*/?>",
    re.I,
)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n(?:\s*\n)*\s*")
_DIGITS = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?:[ T].*)?")


@lru_cache(maxsize=50_000)
def plain(text: str | None) -> str:
    """A cell without markup, entities and idle blanks; "" for nothing. Words and line breaks stay."""
    if not text:
        return ""
    if "\0" in text or not _storable(text):
        text = text.replace("\0", "?").encode("utf-8", "replace").decode()
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", text)))
    if "&" in text:
        text = html.unescape(text)
    text = _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
    # Some cells are in quotes as a whole.
    return text[1:-1].strip() if text[:1] == text[-1:] == '"' and text.count('"') == 2 else text


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, as JSON's \ud800
        return False
    return True


@lru_cache(maxsize=10_000)
def read_day(text: str | None) -> date | None:
    """The day of "20250612", "2025-06-12" or "2025-06-12 00:00:00"; None for an empty cell.

    Raises ValueError for anything else, such as "1971May6th".
    """
    if not text or not text.strip():
        return None
    match = _DIGITS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))


def listed(text: str | None) -> tuple[str, ...]:
    """The entries of a comma-separated cell with its stray blanks, each once, in order."""
    entries = (entry.strip() for entry in re.split(r"[,\n]", text or ""))
    return tuple(dict.fromkeys(entry for entry in entries if entry))
