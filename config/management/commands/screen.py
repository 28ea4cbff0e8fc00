"""One case from the command line, through the same services as the portal."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import case, demo_clinic, intake, pipeline
from config.errors import AnswersInvalid
from pharmacy.errors import PharmacyError
from records.errors import RecordsError
from risk.errors import RiskError
from screening.domain.laterality import Laterality
from screening.errors import ScreeningError
from screening.imaging.gate import PhotographRefused

REFUSALS = (AnswersInvalid, RecordsError, ScreeningError, RiskError, PharmacyError, PhotographRefused)


class Command(BaseCommand):
    help = "Screen one case: photographs and answers in, the complete outcome out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--right", type=Path, help="photograph of the right eye")
        parser.add_argument("--left", type=Path, help="photograph of the left eye")
        parser.add_argument("--answers", type=Path, required=True, help="JSON file; see docs/api/answers.md")
        parser.add_argument(
            "--json", action="store_true", help="the complete outcome as JSON instead of one line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            encounter = intake.case_submit(
                answers=_answers(options["answers"]),
                photographs=_photographs(options),
                by=demo_clinic.screener(),
                now=now,
                today=timezone.localdate(now),
            )
        except REFUSALS as refused:
            raise CommandError(f"refused: {refused}") from refused
        pipeline.work_off_case(encounter)
        outcome = case.case_outcome(encounter)
        self.stdout.write(
            json.dumps(outcome, ensure_ascii=False, indent=2) if options["json"] else case.line(outcome)
        )


def _photographs(options: dict[str, Any]) -> list[intake.PhotographGiven]:
    files = ((Laterality.RIGHT, options["right"]), (Laterality.LEFT, options["left"]))
    return [intake.PhotographGiven(eye, _read(path)) for eye, path in files if path is not None]


def _answers(path: Path) -> dict[str, Any]:
    try:
        answers = json.loads(_read(path))
    except ValueError as error:
        raise CommandError(f"{path} is not valid JSON: {error}") from error
    if not isinstance(answers, dict):
        raise CommandError(f"{path} must hold one JSON object; see docs/api/answers.md")
    return answers


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
