"""What a page says and in which language it says so: its texts and the attributes that are read out."""

from html.parser import HTMLParser

SPOKEN = ("alt", "aria-label", "placeholder", "title")
# Of no language: programs, keys of the keyboard, and addresses.
NO_LANGUAGE = {"script", "style", "pre", "code", "kbd", "template"}
WITHOUT_END = {
    "br",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "col",
    "wbr",
    "path",
    "rect",
    "circle",
    "line",
}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or self.language
        if tag in NO_LANGUAGE or given.get("translate") == "no":
            language = ""
        self.found += [(language, given[name] or "") for name in SPOKEN if name in given]
        if tag not in WITHOUT_END:
            self.open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in WITHOUT_END:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """What was left open inside ends too, as a `p` does before the end of its `div`."""
        if tag in [name for name, _ in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.found.append((self.language, data))


def texts_in(page: str, language: str) -> list[str]:
    """Every text of the page that is marked as being in that language."""
    parser = _Texts()
    parser.feed(page)
    return [text.strip() for marked, text in parser.found if marked == language and text.strip()]
