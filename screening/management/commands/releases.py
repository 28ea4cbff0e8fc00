from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from screening import releases
from screening.errors import ScreeningError
from screening.models import ModelRelease


class Command(BaseCommand):
    help = "List the image model releases, or activate one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["list", "activate"], nargs="?", default="list")
        parser.add_argument("name", nargs="?", help="folder name under RELEASES_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "activate":
            self._activate(options["name"])
        registered = {release.name: release for release in ModelRelease.objects.all()}
        for name in releases.names_on_disk():
            known = registered.get(name)
            state = "active" if known and known.active else "registered" if known else "on disk"
            self.stdout.write(f"{name}  {state}")

    def _activate(self, name: str | None) -> None:
        if not name:
            raise CommandError("name the release to activate")
        try:
            releases.release_activate(name=name, now=timezone.now())
        except ScreeningError as error:
            raise CommandError(str(error)) from error
