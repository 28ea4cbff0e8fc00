import getpass
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from pharmacy import services
from pharmacy.domain.drug_data import DrugDataSource
from pharmacy.errors import DrugDataError
from pharmacy.importers.feeds import FEEDS
from pharmacy.importers.live import Fetched, fetch_pages
from pharmacy.importers.portal import Service
from pharmacy.importers.reader import read_source
from pharmacy.importers.reading import Cells, Reading
from records.import_issues import write_report

SHOWN = 5


class Command(BaseCommand):
    help = (
        "Import drug data of one source from a file or the live service; what was in force is replaced whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", choices=[source.value for source in DrugDataSource])
        origin = parser.add_mutually_exclusive_group(required=True)
        origin.add_argument(
            "--file", type=Path, help="SQL table, answer of the service, or one answer a line"
        )
        origin.add_argument(
            "--live", action="store_true", help="fetch it from the service, with the key MFDS_SERVICE_KEY"
        )
        parser.add_argument(
            "--pages",
            type=Path,
            help="with --live: keep the pages in this file and go on from those it holds, where a day's requests "
            "do not suffice",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and check, and store nothing")
        parser.add_argument("--report", type=Path, help="file for every issue, .csv or .json")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DATE",
            help="day of the data, where the file does not say it; without it they count as stale",
        )
        parser.add_argument(
            "--incomplete",
            action="store_true",
            help="for a trial: take a file of which rows or pages are missing",
        )
        parser.add_argument("--fewer", action="store_true", help="far fewer rows than are in force are right")
        parser.add_argument("--by", help="who does this; the account's name when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        source = DrugDataSource(options["source"])
        try:
            reading = self._read(source, options)
            self._report(reading, options["report"])
            self._store(source, reading, options)
        except DrugDataError as error:
            raise CommandError(str(error)) from error
        except (DatabaseError, psycopg.Error) as error:  # COPY raises the driver's own
            raise CommandError(f"the database broke off, nothing was changed: {error}") from error

    def _read(self, source: DrugDataSource, options: dict[str, Any]) -> Reading:
        if options["file"]:
            return self._read_file(source, options["file"], options["as_of"], options)
        path = FEEDS[source].path
        if not path:
            raise CommandError(f"{source.value} has no live service; give its --file")
        if not settings.MFDS_SERVICE_KEY:
            raise CommandError("set MFDS_SERVICE_KEY in the environment to the key of the data portal")
        with tempfile.TemporaryDirectory() as folder:
            pages = options["pages"] or Path(folder) / f"{source.value}.jsonl"
            url = f"{settings.MFDS_URL.rstrip('/')}/{path}"
            fetched = self._fetch(Service(url, settings.MFDS_SERVICE_KEY), pages)
            reading = self._read_file(source, pages, fetched.as_of, options)
        return replace(reading, file=f"live:{path}", sha256=fetched.sha256)

    def _fetch(self, service: Service, pages: Path) -> Fetched:
        with tqdm(unit="row", desc="fetched", disable=None) as bar:

            def progress(rows: int, total: int) -> None:
                bar.total = total
                bar.update(rows)

            try:
                return fetch_pages(service, pages, today=timezone.localdate(), progress=progress)
            except OSError as error:
                raise CommandError(f"cannot keep pages in {pages}: {error.strerror}") from error

    def _read_file(
        self, source: DrugDataSource, path: Path, as_of: date | None, options: dict[str, Any]
    ) -> Reading:
        def progress(rows: Iterable[tuple[int, Cells]]) -> Iterable[tuple[int, Cells]]:
            bar: Iterable[tuple[int, Cells]] = tqdm(rows, unit="row", desc="read", disable=None)
            return bar

        return read_source(source, path, as_of=as_of, incomplete=options["incomplete"], progress=progress)

    def _report(self, reading: Reading, report: Path | None) -> None:
        noted = len(reading.issues) - sum(issue.refused for issue in reading.issues)
        self.stdout.write(
            f"{reading.file}: {reading.rows} rows, {len(reading.values)} to store, {reading.refused} rows refused, "
            f"{noted} noted, {len(reading.unjoined)} names join no ingredient of ours"
        )
        for issue in reading.issues[:SHOWN]:
            where = f"row {issue.row}, {issue.column or 'row'}"
            self.stdout.write(f"  {where}: {issue.value or '(empty)'}: {issue.advice}")
        if len(reading.issues) > SHOWN:
            self.stdout.write(f"  and {len(reading.issues) - SHOWN} more; all of them with --report FILE")
        if report:
            try:
                write_report(report, reading.reported())
            except OSError as error:
                raise CommandError(f"cannot write {report}: {error.strerror}") from error

    def _store(self, source: DrugDataSource, reading: Reading, options: dict[str, Any]) -> None:
        said = {"incomplete": options["incomplete"], "fewer": options["fewer"]}
        if options["dry_run"]:
            services.drug_data_check(source, reading, **said)
            self.stdout.write("dry run: it could be imported; nothing was stored")
            return
        with tqdm(total=len(reading.values), unit="row", desc="stored", disable=None) as bar:
            outcome = services.drug_data_import(
                source=source,
                reading=reading,
                by=options["by"] or _account(),
                now=timezone.now(),
                progress=bar.update,
                **said,
            )
        made = outcome.data_import
        self.stdout.write(
            f"import {made.pk}: {made.values_stored} in force"
            if outcome.changed
            else "the same data are in force"
        )
        if made.as_of is None or not made.complete:
            self.stdout.write(
                "these do not count for dispensing: incomplete, or of unknown age (--as-of DATE)"
            )
        for lot in outcome.quarantined:
            where = f"organization {lot.organization_id}: lot {lot.number} ({lot.gtin})"
            self.stdout.write(f"{where} is in quarantine: {lot.recall_reason}")


def _account() -> str:
    try:
        return getpass.getuser()[:64]
    except (KeyError, OSError):  # a container whose user has no name
        return "software"
