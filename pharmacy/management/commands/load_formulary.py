import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pharmacy.domain.formulary import FORMULARY_VERSION
from pharmacy.domain.products import COLUMNS
from pharmacy.errors import PharmacyError
from pharmacy.services import formulary_load, products_load


class Command(BaseCommand):
    help = (
        "Store this version of the formulary, and the products that a clinic stocks; again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--products", type=Path, help=f"UTF-8 CSV file with the columns {', '.join(COLUMNS)}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = formulary_load(now=timezone.now())
        except PharmacyError as error:
            raise CommandError(str(error)) from error
        done = f"{added} medicines stored" if added else "stored already"
        self.stdout.write(f"formulary {FORMULARY_VERSION}: {done}")
        if options["products"]:
            self._load_products(options["products"])

    def _load_products(self, path: Path) -> None:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                stored, refused = products_load(csv.DictReader(file), now=timezone.now())
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{path.name} cannot be read as a UTF-8 CSV file: {error}") from error
        if refused:
            listed = "\n".join(map(str, refused))
            raise CommandError(f"no product was stored; correct these rows of {path.name}:\n{listed}")
        self.stdout.write(f"{stored} products stored")
