"""One case from the command line, through the same services as the portal."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from config import case, case_work, demo_clinic, intake, table
from config.errors import AnswersInvalid
from pharmacy.errors import PharmacyError
from records.actor import Actor
from records.errors import RecordsError
from records.models import Membership
from risk.errors import RiskError
from screening.domain.laterality import Laterality
from screening.errors import ScreeningError
from screening.imaging.gate import PhotographRefused
from screening.models import Encounter

REFUSALS = (AnswersInvalid, RecordsError, ScreeningError, RiskError, PharmacyError, PhotographRefused)


class Command(BaseCommand):
    help = "Screen one case: photographs and answers in, the complete outcome out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--right", type=Path, help="photograph of the right eye")
        parser.add_argument("--left", type=Path, help="photograph of the left eye")
        parser.add_argument("--answers", type=Path, required=True, help="JSON file; see docs/api/answers.md")
        parser.add_argument("--json", action="store_true", help="the complete outcome instead of one line")
        parser.add_argument(
            "--username", help="act as this member of staff; default: the demo clinic's screener"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        answers, photographs = _answers(options["answers"]), _photographs(options)
        by = _member(options["username"]) if options["username"] else _demo_screener(now)
        encounter = _submit(answers, photographs, by, now)
        case_work.work_off_case(encounter)
        with translation.override("en"):
            outcome = case.case_outcome(encounter)
        if options["json"]:
            self.stdout.write(json.dumps(outcome, ensure_ascii=False, indent=2))
            return
        seconds = (timezone.now() - now).total_seconds()
        self.stdout.write(
            f"{table.HEADER}\n{table.row(outcome, patient=encounter.patient.mrn, seconds=seconds)}"
        )


def _submit(
    answers: dict[str, Any], photographs: list[intake.PhotographGiven], by: Actor, now: datetime
) -> Encounter:
    try:
        return intake.case_submit(
            answers=answers, photographs=photographs, by=by, now=now, today=timezone.localdate(now)
        )
    except REFUSALS as refused:
        raise CommandError(f"refused: {refused}") from refused


def _demo_screener(now: datetime) -> Actor:
    """On a fresh machine the embedded database is empty: make it and the demo clinic."""
    demo_clinic.require_embedded()
    call_command("migrate", verbosity=0)
    demo_clinic.prepare(now=now)
    return demo_clinic.screener()


def _member(username: str) -> Actor:
    found = Membership.objects.filter(practitioner__user__username=username, active=True).first()
    if found is None:
        raise CommandError(f"{username} is not an active member of any clinic here")
    return found.actor()


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
