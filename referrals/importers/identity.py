"""By what a hospital is known again."""

import hashlib

from referrals.importers.cells import ID_MAX


def checked_id(source_id: object, name: str) -> str:
    """The directory's own number, where it and the name are there and it fits; HIRA's are long, so they are hashed.

    Raises ValueError.
    """
    text = "" if source_id is None else str(source_id).strip()
    if not text or not name:
        raise ValueError("a hospital needs a name and a number of its directory")
    return text if len(text) <= ID_MAX else derived_id(text)


def derived_id(*told: str) -> str:
    """A number for a directory without numbers: of what it tells, so the same rows join again."""
    joined = "\n".join(" ".join(part.split()).casefold() for part in told)
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()
