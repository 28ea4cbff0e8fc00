from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.programs.registering import program_register
from records.actor import Actor
from records.errors import RecordsError
from records.models import Membership, Role


class Command(BaseCommand):
    help = (
        "Open the FHIR door to a partner that the portal lists under Partners: its scopes and its public keys. "
        "Again replaces both, and the hospital; without --hospital it then speaks for none. "
        "Prints the client_id that the partner signs with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--partner", type=int, required=True, help="the number of the partner in the list"
        )
        parser.add_argument("--by", required=True, help="user name of the administrator who answers for it")
        parser.add_argument("--jwks", type=Path, required=True, help="file with the partner's public key set")
        parser.add_argument("--hospital", type=int, help="number of the hospital that the program speaks for")
        parser.add_argument("--scopes", required=True, help='such as "system/Patient.rs system/Task.rus"')

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            jwks = options["jwks"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['jwks'].name} cannot be read as a UTF-8 file") from error
        by, now = _administrator(options["by"], options["partner"]), timezone.now()
        try:
            service = program_register(
                client_id=options["partner"],
                hospital_id=options["hospital"],
                jwks=jwks,
                scopes=options["scopes"],
                by=by,
                now=now,
            )
        except RecordsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"client_id {service.public_id} may ask for {service.scopes}")


def _administrator(username: str, client_id: int) -> Actor:
    """The administrator in the organization of that partner."""
    found = Membership.objects.filter(
        practitioner__user__username=username,
        role=Role.ADMINISTRATOR,
        active=True,
        organization__partner_clients=client_id,
    ).first()
    if found is None:
        raise CommandError("no such administrator in the organization of that partner; check both")
    return found.actor()
