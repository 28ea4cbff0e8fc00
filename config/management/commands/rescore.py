import time
from argparse import ArgumentParser
from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from records import work
from records.models import Organization
from risk.errors import RiskError
from risk.models import ChunkState, RescoreRun, RiskAssessment, RunState
from risk.night.dry_run import dry_run
from risk.night.explaining import changes_explain
from risk.night.parts import SIDE_BY_SIDE, parts_do
from risk.night.photographs import photographs_awaited
from risk.night.report import summary_lines
from risk.night.runs import Scope, run_start
from screening.tasks import exams_rescore

PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Score the register again by hand: whoever's inputs, model, policy, rules or age changed, as every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="also visits for which nothing changed")
        which.add_argument(
            "--since", type=date.fromisoformat, metavar="DATE", help="assessed on that day or later"
        )
        which.add_argument(
            "--release", default="", help="what an image or fusion release of this name scored"
        )
        parser.add_argument("--organization", type=int, help="one organization by its number; all without it")
        parser.add_argument(
            "--side-by-side",
            type=int,
            default=SIDE_BY_SIDE,
            metavar="PARTS",
            help=f"parts to do at once ({SIDE_BY_SIDE})",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope(everything=options["all"], since=options["since"], of_release=options["release"])
        _check_release(options["release"])
        try:
            for organization in self._organizations(options["organization"]):
                self._rescore(
                    organization, scope, dry=options["dry_run"], side_by_side=options["side_by_side"]
                )
        except RiskError as error:
            raise CommandError(str(error)) from error

    def _organizations(self, wanted: int | None) -> list[Organization]:
        found = (
            Organization.objects.filter(patients__encounters__assessments__isnull=False)
            .distinct()
            .order_by("pk")
        )
        if wanted is not None:
            found = found.filter(pk=wanted)
        if not found:
            raise CommandError(
                "there is no visit to score again; screen somebody first, or check --organization"
            )
        return list(found)

    def _rescore(self, organization: Organization, scope: Scope, *, dry: bool, side_by_side: int) -> None:
        now = timezone.now()
        if dry:
            bar = partial(tqdm, unit="part", disable=None)
            lines = dry_run(organization, scope, now=now, shown=bar)
        else:
            run = run_start(organization, scope, by="software:manage.py rescore", now=now)
            if Scope(run.everything, run.since, run.of_release) != scope:
                self.stdout.write(
                    f"run {run.pk} is under way with another choice of visits; joined. Start again afterwards."
                )
            self._follow(run, side_by_side)
            lines = summary_lines(run)
        self.stdout.write("\n".join([str(organization), *(f"  {line}" for line in lines)]))

    def _photographs(self, run: RescoreRun) -> None:
        """Score what another image release scored, beside whatever workers do."""
        left = photographs_awaited(run.organization_id)
        with tqdm(total=left, unit="exam", desc="photographs", disable=None if left else True) as bar:
            while (left := photographs_awaited(run.organization_id)) > 0:
                bar.update(bar.total - left - bar.n)
                if not exams_rescore():
                    work.bury_abandoned(now=timezone.now())
                    time.sleep(PAUSE_SECONDS)
            bar.update(bar.total - bar.n)

    def _follow(self, run: RescoreRun, side_by_side: int) -> None:
        """Do parts of the run until none is left; others may be doing some of them."""
        self._photographs(run)
        with tqdm(total=run.chunks.count(), unit="part", disable=None) as bar:

            def told() -> None:
                bar.update(run.chunks.exclude(state=ChunkState.WAITING).count() - bar.n)

            while run.state == RunState.RUNNING:
                if not parts_do(run.pk, side_by_side=side_by_side, told=told):
                    time.sleep(PAUSE_SECONDS)
                told()
                run.refresh_from_db()
        while changes_explain(now=timezone.now(), run=run):
            pass
        if run.state == RunState.FAILED:
            raise CommandError(
                f"run {run.pk}: {run.reason}; what was done is kept, start it again for the rest"
            )


def _check_release(name: str) -> None:
    """A name that nothing was scored by is a slip of the pen: nobody wants a run over no visit."""
    if not name:
        return
    current = RiskAssessment.objects.filter(superseded_at=None)
    known: set[str] = set()
    for column in ("image_release", "fusion_release"):
        known |= set(current.order_by().values_list(column, flat=True).distinct())
    if name not in known:
        raise CommandError(
            f"no current visit was scored by {name}; choose one of: {', '.join(sorted(known))}"
        )
