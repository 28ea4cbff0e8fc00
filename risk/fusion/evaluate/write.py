"""The results of an evaluation on disk: whole, or not at all."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from risk.errors import EvaluationOutputInvalid
from risk.fusion.evaluate.plots import draw_plots
from risk.fusion.evaluate.tables import replace_tables, tables_of

TABLES = "tables.md"


def check_output(out: Path, report: Path | None, page: Path | None) -> None:
    """Before anything is measured. Raises EvaluationOutputInvalid."""
    if out.is_dir():
        raise EvaluationOutputInvalid(f"{out} is a folder; --json names the file to write")
    if report is not None and report.exists() and not report.is_dir():
        raise EvaluationOutputInvalid(f"{report} is a file; --report names a folder")
    if page is not None and not page.is_file():
        raise EvaluationOutputInvalid(f"{page} does not exist; --page names a page with a place for tables")
    for place in (out, report):
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)


def write_evaluation(document: dict[str, Any], out: Path, report: Path | None, page: Path | None) -> None:
    """Tables and plots into `report`, tables into `page`, then the document to `out`, last of all.

    Raises EvaluationOutputInvalid.
    """
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        if report is not None:
            _write_report(document, report)
        if page is not None:
            _replace(page, replace_tables(page.read_text(encoding="utf-8"), document))
        _replace(out, text)
    except ValueError as error:
        raise EvaluationOutputInvalid(str(error)) from error


def _write_report(document: dict[str, Any], report: Path) -> None:
    partial = Path(tempfile.mkdtemp(prefix=".report-", dir=report.parent))
    try:
        plots = draw_plots(document, partial)
        shown = "\n\n".join(f"![{name}]({name})" for name in plots)
        (partial / TABLES).write_text(f"{tables_of(document)}\n{shown}\n", encoding="utf-8")
        report.mkdir(exist_ok=True)
        for file in sorted(partial.iterdir()):
            file.replace(report / file.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
