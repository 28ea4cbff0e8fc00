"""How names that people report are compared."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"\w+")


def normal_form(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.casefold().split())


class Names:
    """Many names of many things, found as whole words in a text. Every name is in normal form."""

    def __init__(self, names_of: Mapping[str, Iterable[str]]) -> None:
        self._place = {code: place for place, code in enumerate(names_of)}
        self._all = frozenset(name for names in names_of.values() for name in names)
        # A name that stands in a text begins with a word of the text, so only those are compared: a check reads
        # every report several times, and hundreds of names were most of its time.
        self._by_first_word: dict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
        for code, names in names_of.items():
            for name in names:
                whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
                self._by_first_word[_WORD.findall(name)[0]].append((whole, code))

    def __contains__(self, text: str) -> bool:
        """Whether a text is, as a whole, one of the names."""
        return normal_form(text) in self._all

    def codes_in(self, text: str) -> tuple[str, ...]:
        """What is named in a text, in the order of the table."""
        words = normal_form(text)
        found = {
            code
            for word in set(_WORD.findall(words))
            for whole, code in self._by_first_word.get(word, ())
            if whole.search(words)
        }
        return tuple(sorted(found, key=self._place.__getitem__))
