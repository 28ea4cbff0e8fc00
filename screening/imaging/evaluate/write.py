"""The results of an evaluation on disk: whole, or not at all."""

import csv
import json
import shutil
import tempfile
from pathlib import Path

from screening.domain.findings import LABELS
from screening.imaging.evaluate.page import render_page
from screening.imaging.evaluate.patients import Patients
from screening.imaging.evaluate.plots import draw_plots
from screening.imaging.evaluate.run import Evaluation

PAGE, PATIENTS = "index.html", "patients.csv"


class OutputInvalid(ValueError):
    """The results cannot be written where they were asked for; the message names the place."""


def check_output(out: Path, report: Path) -> None:
    """Before anything is scored. Raises OutputInvalid."""
    if out.is_dir():
        raise OutputInvalid(f"{out} is a folder; --json names the file to write")
    if report.exists() and not report.is_dir():
        raise OutputInvalid(f"{report} is a file; --report names a folder")
    for place in (out, report):
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputInvalid(f"{place.parent} cannot be made: {error.strerror}") from error


def write_evaluation(evaluation: Evaluation, out: Path, report: Path) -> None:
    """Plots, page and table of patients into `report`, then the document to `out`.

    All of it is written beside its place first and then renamed, the document last: who finds it finds the rest.
    Raises OutputInvalid.
    """
    check_output(out, report)
    text = json.dumps(evaluation.document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    partial = Path(tempfile.mkdtemp(prefix=".report-", dir=report.parent))
    document = out.with_name(f".{out.name}.partial")
    try:
        draw_plots(evaluation.patients.answers, evaluation.document, partial)
        write_patients(evaluation.patients, partial / PATIENTS)
        (partial / PAGE).write_text(render_page(evaluation.document), encoding="utf-8")
        document.write_text(text, encoding="utf-8")
        report.mkdir(exist_ok=True)
        for file in sorted(partial.iterdir(), key=lambda file: file.name == PAGE):
            file.replace(report / file.name)
        document.replace(out)
    except OSError as error:
        raise OutputInvalid(f"cannot write {error.filename or report}: {error.strerror}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        document.unlink(missing_ok=True)


def write_patients(patients: Patients, path: Path) -> None:
    """One row a patient: what every number can be counted again from."""
    answers = patients.answers
    kinds = {
        "patient": answers.truth,
        "study": answers.study,
        "score": answers.score,
        "decided": answers.decided,
    }
    header = ["patient_id", "eyes_judged", "eye_ungradable"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*header, *(f"{kind}_{label}" for kind in kinds for label in LABELS)])
        for row, one in enumerate(patients.first):
            person = [one.patient_id, int(patients.seen[row]), int(patients.waits[row])]
            writer.writerow([*person, *(f"{value:.6g}" for part in kinds.values() for value in part[row])])
