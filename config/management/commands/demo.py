"""A demo clinic and twelve invented patients through the real queues; `make demo` starts what it needs."""

import time
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from config import case, case_work, demo_clinic, demo_photographs, intake, table
from config.demo_cast import CAST, CastMember
from records.actor import Actor
from screening.models import Encounter

PATIENCE_SECONDS = 300


class Command(BaseCommand):
    help = "Prepare the demo clinic and screen its twelve patients through the workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--photos", type=Path, help="folder of real photographs instead of rendered ones")

    def handle(self, *args: Any, photos: Path | None = None, **options: Any) -> None:
        demo_clinic.require_embedded()
        now = timezone.now()
        demo_clinic.close_last_demo(demo_clinic.prepare(now=now), now)
        self._print_staff()
        try:
            source = demo_photographs.source(photos)
        except demo_photographs.NoPhotographs as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"\nTwelve invented patients, photographs: {source.description}\n\n{table.HEADER}")
        started = time.monotonic()
        seen = self._screen(source)
        counts = ", ".join(f"{count} {name}" for name, count in sorted(seen.items()))
        self.stdout.write(f"\n{len(CAST)} cases in {time.monotonic() - started:.1f} s: {counts}")
        if "failed" in seen:
            raise CommandError("a case failed; its reason is in its row above")

    def _screen(self, source: demo_photographs.Source) -> Counter[str]:
        """Submit the cast one after the other and print each case when it is settled."""
        by, today, seen = demo_clinic.screener(), timezone.localdate(), Counter[str]()
        waiting: dict[Encounter, tuple[CastMember, float]] = {}
        for member, photographs in [(member, source.of(member)) for member in CAST]:
            waiting[self._submit(member, photographs, by, today)] = (member, time.monotonic())
            seen += self._print_settled(waiting)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while waiting:
            if time.monotonic() > deadline:
                raise CommandError(f"{len(waiting)} cases are still waiting; see var/log/worker-*.log")
            time.sleep(0.1)
            seen += self._print_settled(waiting)
        return seen

    def _print_staff(self) -> None:
        self.stdout.write("Staff of the demo clinic (passwords are new at every start):")
        for username, role, password in demo_clinic.staff_renew_passwords():
            self.stdout.write(f"  {username:14} {role:14} {password}")
        self.stdout.write("The administrator sets up a second factor at the first sign-in: an app or a key.")

    def _submit(
        self, member: CastMember, photographs: list[intake.PhotographGiven], by: Actor, today: date
    ) -> Encounter:
        return intake.case_submit(
            answers=member.answers(today),
            photographs=photographs,
            by=by,
            now=timezone.now(),
            today=today,
            repeat_within=None,  # every start of the demo is a new story of the same photographs
        )

    def _print_settled(self, waiting: dict[Encounter, tuple[CastMember, float]]) -> Counter[str]:
        seen = Counter[str]()
        for encounter in [encounter for encounter in waiting if case_work.is_settled(encounter)]:
            member, submitted = waiting.pop(encounter)
            with translation.override("en"):
                outcome = case.case_outcome(encounter)
            seconds = time.monotonic() - submitted
            self.stdout.write(table.row(outcome, patient=f"{member.mrn} {member.name}", seconds=seconds))
            seen[(outcome["assessment"] or {"disposition": "failed"})["disposition"]] += 1
        return seen
