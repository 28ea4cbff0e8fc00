"""One dated fact of a case, and whose name stands behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from records.models import Practitioner

PERSON = "practitioner:"


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `detail`: which release, rules or reason. `who`: an actor's label, then a name."""

    at: datetime
    what: str
    detail: str = ""
    who: str = ""


def person(practitioner_id: int | None) -> str:
    """The label of a person of the staff; empty where the software acted."""
    return f"{PERSON}{practitioner_id}" if practitioner_id else ""


def listed(*parts: object) -> str:
    """What is known of several details, separated by commas."""
    return ", ".join(str(part) for part in parts if part)


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """The names behind the actors' labels, in one query; the software has none."""
    keys = {label: label.removeprefix(PERSON) for label in labels if label.startswith(PERSON)}
    people = Practitioner.objects.in_bulk([int(key) for key in set(keys.values())])
    return {label: people[int(key)].name for label, key in keys.items() if int(key) in people}


def with_names(moments: Iterable[Moment]) -> list[Moment]:
    """The moments with names in place of labels."""
    found = list(moments)
    names = names_of({moment.who for moment in found})
    return [replace(moment, who=names.get(moment.who, "")) for moment in found]
