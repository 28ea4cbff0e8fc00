import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from screening import releases
from screening.errors import ScreeningError
from screening.imaging.card import CardInvalid, WeightsMismatch
from screening.release_list import ReleaseLine, release_lines


class Command(BaseCommand):
    help = "List the image model releases, activate one by its name, or roll back to the one before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["list", "activate", "rollback"], nargs="?", default="list")
        parser.add_argument("name", nargs="?", help="folder name under RELEASES_DIR")
        parser.add_argument("--by", help="who does this; the account's name when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        action, name, by = options["action"], options["name"], options["by"] or _account()
        try:
            if action == "activate":
                _check_fits(_named(name))
                releases.release_activate(name=_named(name), by=by, now=timezone.now())
            elif action == "rollback":
                _refuse_name(name)
                releases.release_roll_back(by=by, now=timezone.now())
        except ScreeningError as error:
            raise CommandError(str(error)) from error
        for line in release_lines():
            self.stdout.write(_written(line))


def _account() -> str:
    try:
        return getpass.getuser()[:64]
    except (KeyError, OSError):  # a container whose user has no name
        return releases.SOFTWARE


def _named(name: str | None) -> str:
    if not name:
        raise CommandError("name the release to activate")
    return name


def _check_fits(name: str) -> None:
    """Refuse, before a worker would, weights that are not those of the network on the card."""
    if name not in releases.names_on_disk():
        return  # told better where it is put in force
    from screening.imaging.backbone import BackboneUnknown
    from screening.imaging.weights import load_release

    try:
        load_release(settings.RELEASES_DIR / name)
    except (CardInvalid, WeightsMismatch, BackboneUnknown) as error:
        raise CommandError(f"{name} cannot be activated: {error}") from error


def _refuse_name(name: str | None) -> None:
    if name:
        raise CommandError(f"rollback goes to the release before; to choose: releases activate {name}")


def _written(line: ReleaseLine) -> str:
    parts = [f"{'*' if line.state == 'active' else ' '} {line.name}", line.state]
    if line.registered_at:
        parts.append(f"registered {timezone.localtime(line.registered_at):%Y-%m-%d %H:%M}")
    if line.last:
        parts.append(
            f"activated {timezone.localtime(line.last.activated_at):%Y-%m-%d %H:%M} by {line.last.activated_by}"
        )
    if line.last and line.last.withdrawn_at:
        parts.append(
            f"rolled back {timezone.localtime(line.last.withdrawn_at):%Y-%m-%d %H:%M} by {line.last.withdrawn_by}"
        )
    if line.fault:
        parts.append(f"CANNOT BE USED: {line.fault}")
    return "  ".join(parts)
