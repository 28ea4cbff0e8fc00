"""How names that people report are compared."""

import re
from collections.abc import Iterable


def normal_form(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.casefold().split())


def names_in(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands as whole words in a text."""
    words = normal_form(text)
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in names)
