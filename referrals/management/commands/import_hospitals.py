import getpass
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from records.import_issues import write_report
from referrals import services
from referrals.errors import DirectoryUnreadable
from referrals.importers.listing import Listing
from referrals.importers.reader import Directory, Reading, read_directory

SHOWN = 5


class Command(BaseCommand):
    help = "Import hospitals of one directory from a file; what people told of them stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=[directory.value for directory in Directory])
        parser.add_argument("file", type=Path, help="answer of the service, or CSV")
        parser.add_argument("--dry-run", action="store_true", help="read, check and count, and store nothing")
        parser.add_argument("--report", type=Path, help="file for every issue, .csv or .json")
        parser.add_argument("--country", default="KR", help="of a plain CSV file: ISO 3166-1 alpha-2")
        parser.add_argument(
            "--eye", action="store_true", help="of a plain CSV file without departments: all are eye clinics"
        )
        parser.add_argument("--by", help="who does this; the account's name when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = self._read(Directory(options["source"]), options)
            self._report(reading, options["report"])
            self._store(Directory(options["source"]), reading, options)
        except DirectoryUnreadable as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"the database broke off, nothing was changed: {error}") from error

    def _read(self, directory: Directory, options: dict[str, Any]) -> Reading:
        def progress(rows: Iterable[Listing | None]) -> Iterable[Listing | None]:
            bar: Iterable[Listing | None] = tqdm(rows, unit="row", desc="read", disable=None)
            return bar

        return read_directory(
            directory, options["file"], country=options["country"], eye=options["eye"], progress=progress
        )

    def _report(self, reading: Reading, report: Path | None) -> None:
        noted = len(reading.issues) - sum(issue.refused for issue in reading.issues)
        self.stdout.write(
            f"{reading.file}: {reading.rows} rows, {len(reading.listings)} hospitals, {reading.refused} rows "
            f"refused, {len(reading.closed)} closed, {noted} noted"
        )
        for issue in reading.issues[:SHOWN]:
            self.stdout.write(
                f"  row {issue.row}, {issue.column}: {issue.value or '(empty)'}: {issue.advice}"
            )
        if len(reading.issues) > SHOWN:
            self.stdout.write(f"  and {len(reading.issues) - SHOWN} more; all of them with --report FILE")
        if report:
            try:
                write_report(report, reading.issues)
            except OSError as error:
                raise CommandError(f"cannot write {report}: {error.strerror}") from error

    def _store(self, directory: Directory, reading: Reading, options: dict[str, Any]) -> None:
        with tqdm(total=len(reading.listings), unit="row", desc="stored", disable=None) as bar:
            counts = services.hospitals_import(
                directory=directory,
                reading=reading,
                by=options["by"] or _account(),
                now=timezone.now(),
                dry_run=options["dry_run"],
                progress=bar.update,
            )
        self.stdout.write(
            f"{counts.added} added, {counts.changed} changed, {counts.unchanged} unchanged, {counts.closed} "
            f"newly closed{'; dry run: nothing was stored' if options['dry_run'] else ''}"
        )


def _account() -> str:
    try:
        return getpass.getuser()[:64]
    except (KeyError, OSError):  # a container whose user has no name
        return "software"
