"""The change report of a run: who changed band, from what to what, why, and who is now overdue."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import chain

from django.db.models import QuerySet
from django.utils import timezone

from config.failure_words import failure_in_words
from config.paging import Page, page_of
from records import access
from records.actor import Actor
from risk.models import ChunkState, Recall, RescoreChange, RescoreRun
from risk.night.photographs import photographs_awaited
from risk.night.report import causes_counted, recalls_lapsed, totals_of
from screening.blind_selectors import tasks_blinding

RUNS_SHOWN = 30
PAGE_SIZE = 50
PATIENCE = timedelta(days=1)  # the next night would join a run that still waits
COLUMNS = (
    "visit",
    "record number",
    "cause",
    "all causes",
    "bands",
    "disposition before",
    "disposition after",
    "urgency before",
    "urgency after",
    "recall before",
    "recall after",
    "newly overdue",
)


class Shown(StrEnum):
    BANDS = "bands"
    OVERDUE = "overdue"
    ALL = "all"


@dataclass(frozen=True)
class RunSummary:
    """`done` and `parts`: how far it is; `photographs`: exams it still waits for, `waits_long`: for a day or more;
    `causes`: how many visits changed by each; `reasons`: why parts, or all of it, could not be done.
    """

    run: RescoreRun
    done: int
    parts: int
    photographs: int
    waits_long: bool
    totals: dict[str, int]
    causes: list[tuple[str, int]]
    reasons: list[str]


def runs_of(by: Actor) -> list[RescoreRun]:
    """The newest runs of the actor's organization."""
    return list(access.within(RescoreRun.objects.all(), by=by).order_by("-started_at", "-pk")[:RUNS_SHOWN])


def summary_of(run: RescoreRun) -> RunSummary:
    parts = run.chunks.count()
    waiting = run.chunks.filter(state=ChunkState.WAITING).count()
    photographs = photographs_awaited(run.organization_id) if waiting else 0
    waits_long = bool(photographs) and timezone.now() - run.started_at >= PATIENCE
    reasons = _reasons(run, parts) if run.reason else []
    totals, causes = totals_of(run), causes_counted(run)
    return RunSummary(run, parts - waiting, parts, photographs, waits_long, totals, causes, reasons)


def _reasons(run: RescoreRun, parts: int) -> list[str]:
    failed = run.chunks.filter(state=ChunkState.FAILED).values_list("reason", flat=True).distinct()
    return sorted({failure_in_words(reason) for reason in (failed if parts else [run.reason])})


def changes_of(run: RescoreRun, shown: Shown, *, by: Actor) -> QuerySet[RescoreChange]:
    """The changes of a run, without visits that this person may still read blinded (GR-07)."""
    changes = RescoreChange.objects.filter(run=run)
    if shown is not Shown.ALL:
        changes = changes.filter(**{"band_changed" if shown is Shown.BANDS else "overdue": True})
    unseen = changes.exclude(encounter__in=tasks_blinding(by=by).values("encounter"))
    return unseen.select_related("encounter__patient").prefetch_related("bands")


def lapsed_of(run: RescoreRun, *, by: Actor) -> QuerySet[Recall]:
    """Recalls that ran out since the night before, without visits that this person may still read blinded (GR-07)."""
    blinded = tasks_blinding(by=by).values("encounter")
    unseen = recalls_lapsed(run).exclude(assessment__encounter__in=blinded)
    return unseen.select_related("assessment__encounter__patient")


def change_page(changes: QuerySet[RescoreChange], *, after: RescoreChange | None) -> Page[RescoreChange]:
    return page_of(changes, field="id", descending=False, size=PAGE_SIZE, after=after)


class _Line:
    """What csv.writer writes into: it hands each line back, so that none is kept."""

    def write(self, line: str) -> str:
        return line


def csv_lines(changes: QuerySet[RescoreChange], lapsed: QuerySet[Recall]) -> Iterator[str]:
    """The header and a line for each change, then for each recall that ran out, in the codes of the API."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in chain(_csv_rows(changes), _lapsed_rows(lapsed)):
        yield writer.writerow(row)


def _lapsed_rows(lapsed: QuerySet[Recall]) -> Iterator[tuple[object, ...]]:
    """Nothing of these changed but that their day is over."""
    for one in lapsed.iterator(chunk_size=2_000):
        decided, visit = one.assessment, one.assessment.encounter
        same = (decided.disposition,) * 2 + (decided.urgency,) * 2 + (one.due_by,) * 2
        yield visit.public_id, as_text(visit.patient.mrn), "", "", "", *same, "yes"


def _csv_rows(changes: QuerySet[RescoreChange]) -> Iterator[tuple[object, ...]]:
    for one in changes.order_by("pk").iterator(chunk_size=2_000):
        bands = "; ".join(f"{b.label} {b.band_before} {b.band_after}" for b in one.bands.all())
        yield (
            one.encounter.public_id,
            as_text(one.encounter.patient.mrn),
            one.cause,
            one.causes.replace(",", " "),
            bands,
            one.disposition_before,
            one.disposition_after,
            one.urgency_before,
            one.urgency_after,
            one.recall_before or "",
            one.recall_after or "",
            "yes" if one.overdue else "no",
        )


def as_text(value: str) -> str:
    """A spreadsheet must not take what somebody typed for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
