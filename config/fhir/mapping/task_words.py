"""What a hospital says in words with a step of a Task: why (`statusReason`), and a note beside it (`note`)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element, moment
from referrals.services.step_facts import REASON_LONGEST

_REASON, _NOTE = "Task.statusReason.text", "Task.note.text"


def new_reason(given: Mapping[str, Any], current: Element) -> str:
    """A reason that comes back as it was read belongs to the step before, so this step has none."""
    reason, said = (_reason(task.get("statusReason")) for task in (given, current))
    return "" if reason == said else reason


def new_note(given: Mapping[str, Any], current: Element) -> str:
    """The one that was not there before; those of earlier steps stay, whether they come back or not.

    These have a time, which a client may write in another way, so that they are known by their text; what has none is
    new whatever it says.
    """
    told, before = (_notes(task.get("note")) for task in (given, current))
    known = Counter(text for text, timed in told if timed) - Counter(text for text, _ in before)
    new = [*(text for text, timed in told if not timed), *known.elements()]
    if len(new) > 1:
        raise FhirRefused(422, "one step takes one new note", expression="Task.note")
    return new[0] if new else ""


def notes(told: Iterable[tuple[str, datetime]]) -> list[Element]:
    """As the Task says them back, each with when it was told."""
    return [{"time": moment(at), "text": text} for text, at in told]


def _reason(value: object) -> str:
    return "" if value is None else _line(value, _REASON)


def _notes(value: object) -> list[tuple[str, bool]]:
    """The text of each, and whether it has a time."""
    if value is not None and not isinstance(value, list):
        raise FhirRefused(400, "must be a list", expression="Task.note")
    return [(_line(one, _NOTE), "time" in one) for one in value or ()]


def _line(value: object, place: str) -> str:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not text.isprintable() or not 1 <= len(text.strip()) <= REASON_LONGEST:
        raise FhirRefused(400, f"must be one line of 1 to {REASON_LONGEST} characters", expression=place)
    return text.strip()
