"""Opening hours as people type them: 09:00-12:30, 14:00-18:00."""

import re
from unicodedata import normalize

from referrals.domain.hours import DAY_MINUTES, OpenSpan

_SPAN = re.compile(r"(\d{1,2}):?(\d{2})?\s*[-–—~]\s*(\d{1,2}):?(\d{2})?")


def read_spans(day: int, text: str) -> frozenset[OpenSpan]:
    """The spans of one day; a night goes on into the next. Raises ValueError with the part that is none."""
    parts = [part.strip() for part in re.split(r"[,;/\n]", normalize("NFKC", text)) if part.strip()]
    return frozenset(_span(day, part) for part in parts)


def _span(day: int, part: str) -> OpenSpan:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise ValueError(part)
    hour, minute, until_hour, until_minute = (int(number or 0) for number in found.groups())
    opens, closes = hour * 60 + minute, until_hour * 60 + until_minute
    if max(minute, until_minute) > 59 or closes > DAY_MINUTES:
        raise ValueError(part)
    try:
        return OpenSpan(day, opens, closes if closes > opens else closes + DAY_MINUTES)
    except ValueError:
        raise ValueError(part) from None
