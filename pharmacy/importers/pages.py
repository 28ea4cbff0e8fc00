"""Whether pages together are one listing."""

from pharmacy.errors import DrugDataRefused
from pharmacy.importers.payload import Page


class PageBook:
    """Keeps account of the pages of one listing, so that none is missing and none is taken twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: dict[int, int] = {}
        self._numbers: set[int] = set()
        self._total: int | None = None
        self.rows = 0

    def take(self, page: Page) -> Page:
        """Note a page. Raises DrugDataRefused for one that was there already or counts other totals."""
        content = hash(tuple(tuple(item.values()) for item in page.items))
        if page.number in self._numbers or (page.items and content in self._seen):
            first = self._seen.get(content, page.number)
            raise DrugDataRefused(
                f"{self._name}: page {page.number} repeats page {first}; nothing was changed, fetch all anew"
            )
        if self._total not in (None, page.total):
            raise DrugDataRefused(
                f"{self._name}: page {page.number} counts {page.total} rows in all, the pages before "
                f"{self._total}; the list changed meanwhile, nothing was, fetch all anew"
            )
        self._numbers.add(page.number)
        self._seen[content] = page.number
        self._total = page.total
        self.rows += len(page.items)
        return page

    def whole(self) -> None:
        """Raises DrugDataRefused unless the pages together hold the rows they count."""
        if self.rows != (self._total or 0):
            raise DrugDataRefused(
                f"{self._name}: {self.rows} of {self._total} rows are there; fetch the other pages too, or say "
                "--incomplete for a trial (it never counts for dispensing)"
            )
