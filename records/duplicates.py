"""Whether two sets of details may be one person: pure rules, asked before a patient is registered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from unicodedata import normalize

SIMILAR_FROM = 0.8  # share of letters, Hangul taken apart, that two names have in common


class Likeness(StrEnum):
    """Why two people may be one, the strongest first."""

    SAME = "same"
    SAME_BIRTH_DATE = "same-birth-date"
    NEAR_BIRTH_DATE = "near-birth-date"
    SAME_NAME = "same-name"


@dataclass(frozen=True)
class Person:
    """What is compared; phone numbers and resident registration numbers are never stored."""

    name: str
    birth_date: date | None


def likeness(one: Person, other: Person) -> Likeness | None:
    """Why the two may be the same person; None when nothing speaks for it."""
    same_name = _letters(one.name) == _letters(other.name)
    if one.birth_date is None or other.birth_date is None:
        return Likeness.SAME_NAME if same_name else None
    if one.birth_date == other.birth_date:
        if same_name:
            return Likeness.SAME
        return Likeness.SAME_BIRTH_DATE if similar(one.name, other.name) else None
    near = other.birth_date in set(near_dates(one.birth_date))
    return Likeness.NEAR_BIRTH_DATE if same_name and near else None


def similar(one: str, other: str) -> bool:
    """Whether two names differ by little: spacing, order of the parts, a letter or two."""
    pairs = ((_letters(one), _letters(other)), (_sorted_parts(one), _sorted_parts(other)))
    return any(SequenceMatcher(None, *pair, autojunk=False).ratio() >= SIMILAR_FROM for pair in pairs)


def near_dates(day: date) -> Iterator[date]:
    """The dates that one slip of the pen makes of this one: day and month exchanged, or one digit wrong."""
    written = day.strftime("%Y%m%d") if day.year >= 1000 else ""
    texts = [written[:4] + written[6:] + written[4:6]]
    texts += [written[:i] + digit + written[i + 1 :] for i in range(len(written)) for digit in "0123456789"]
    for text in dict.fromkeys(texts):
        try:
            found = date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        except ValueError:
            continue
        if found != day:
            yield found


def _letters(name: str) -> str:
    """The letters alone: full-width forms, capitals, accents' encoding, spaces and hyphens make no difference."""
    folded = normalize("NFD", normalize("NFKC", name).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def _sorted_parts(name: str) -> str:
    return "".join(sorted(_letters(part) for part in normalize("NFKC", name).replace("-", "").split()))
