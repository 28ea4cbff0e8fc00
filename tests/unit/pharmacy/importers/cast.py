"""Single rows of the sources, made by hand after the real ones (facts 2.3); what they say is synthetic."""

from pharmacy.importers.reading import Row
from records.import_issues import Issues


def row(**cells: str | int | None) -> Row:
    return Row(1, cells, Issues("made.json"))


def said(of: Row) -> list[tuple[str, str, bool]]:
    return [(issue.column, issue.advice, issue.refused) for issue in of.issues.found]
