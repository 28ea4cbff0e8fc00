"""Write the clinic's own labelled photographs as a training set, without who they are of."""

import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from records.models import Organization
from screening.training_export import export


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", required=True, help="name of the organization")
        parser.add_argument("--out", type=Path, required=True, help="new folder for labels.csv and images/")

    def handle(self, *, clinic: str, out: Path, **_: Any) -> None:
        organization = Organization.objects.filter(name=clinic).first()
        if organization is None:
            raise CommandError("no clinic of this name; see the list in /admin/")
        if out.exists():
            raise CommandError(f"{out} exists; name a new folder")
        done = export(organization, out, now=timezone.now(), pseudonym=lambda: secrets.token_hex(8))
        self.stdout.write(f"{done.eyes} eyes of {done.patients} patients in {out}")
        self.stdout.write(
            f"of {done.partial} eyes some diseases are not known; training leaves these labels out"
        )
        for why, count in sorted(done.left_out.items()):
            if count:
                self.stdout.write(f"left out, {why}: {count}")
