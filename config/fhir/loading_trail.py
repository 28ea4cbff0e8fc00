"""Who made and signed what visits show, for many visits at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.fhir.loading import photographs_of
from config.fhir.mapping import medicines, trail
from config.fhir.mapping.elements import Element
from pharmacy.models import MedicationOrder
from records.selectors import local_date
from risk.models import RiskAssessment
from screening.domain.grading import Stage
from screening.models import Read


def provenances_of(rows: Sequence[RiskAssessment], now: datetime) -> Iterable[list[Element]]:
    """The software's, and one for each read in force; while a second reader is still to read, nothing is told."""
    photographs = photographs_of(row.encounter_id for row in rows)
    reads: dict[int, list[Read]] = {row.encounter_id: [] for row in rows}
    signed = Read.objects.filter(task__encounter__in=list(reads), task__quality_of=None, superseded_at=None)
    shown = signed.exclude(task__stage=Stage.SECOND).select_related("grader", "task")
    for read in shown.order_by("signed_at", "pk"):
        reads[read.task.encounter_id].append(read)
    return [
        [
            trail.made_by_software(row, [key for _, key in photographs[row.encounter_id]]),
            *(trail.signed(row, read) for read in reads[row.encounter_id]),
        ]
        for row in rows
    ]


def orders_of(rows: Sequence[MedicationOrder], now: datetime) -> Iterable[list[Element]]:
    """As they stand on the clinic's day."""
    return [[medicines.order(row, local_date(now, row.organization))] for row in rows]
