"""SMART scopes v2 of backend services as values, such as ``system/Patient.rs system/Task.rus``.

Source: SMART App Launch 2.2.0, "Scopes for requesting FHIR Resources" (facts/interop.md 1.3).
"""

import re
from collections.abc import Mapping

LETTERS = "cruds"  # create, read, update, delete, search, in the order in which a scope must name them
_SCOPE = re.compile(r"system/([A-Z][A-Za-z]{2,39}|\*)\.(c?r?u?d?s?)")

Scopes = Mapping[str, frozenset[str]]


def read_scopes(text: str) -> Scopes:
    """What a list of scopes allows, by resource type; anything that is no scope of this kind is left out."""
    found: dict[str, frozenset[str]] = {}
    for word in text.split():
        match = _SCOPE.fullmatch(word)
        if match and match[2]:
            found[match[1]] = found.get(match[1], frozenset()) | frozenset(match[2])
    return found


def unreadable(text: str) -> list[str]:
    """The words that are no scope of this kind."""
    return [word for word in text.split() if not read_scopes(word)]


def write_scopes(scopes: Scopes) -> str:
    """The same as text, types in alphabetical order."""
    words = (f"system/{kind}.{''.join(one for one in LETTERS if one in scopes[kind])}" for kind in scopes)
    return " ".join(sorted(words))


def granted(asked: str, registered: str) -> str:
    """The part of what is asked that is registered; all of it where nothing is asked; empty where none is.

    A real client asks for nothing, and another puts words of its own before what it means (interop.md 6).
    """
    allowed = read_scopes(registered)
    if not asked.strip():
        return write_scopes(allowed)
    wanted = read_scopes(asked)
    common = {
        kind: letters & (wanted.get(kind, frozenset()) | wanted.get("*", frozenset()))
        for kind, letters in allowed.items()
    }
    return write_scopes({kind: letters for kind, letters in common.items() if letters})


def allows(scopes: str, kind: str, letter: str) -> bool:
    """Whether one interaction, by its letter, with one resource type is allowed."""
    return letter in read_scopes(scopes).get(kind, frozenset())
