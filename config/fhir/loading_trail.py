"""Who made and signed what visits show, for many visits at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from config.fhir.loading_past import pasts
from config.fhir.mapping import medicines, trail
from config.fhir.mapping.elements import Element
from config.fhir.visit_past import Past, photographs_then
from pharmacy.models import MedicationOrder
from records.selectors import local_date
from risk.models import RiskAssessment
from screening.domain.grading import Stage
from screening.models import Read


def provenances_of(rows: Sequence[RiskAssessment], now: datetime) -> Iterable[list[Element]]:
    """The software's, and one for each read in force; while a second reader is still to read, nothing is told."""
    assessed = RiskAssessment.objects.filter(encounter__in=[row.encounter_id for row in rows])
    again = set(assessed.exclude(superseded_at=None).values_list("encounter_id", flat=True))
    return [
        [_software(row, row, past, first=row.encounter_id not in again), *_signed(row, _newest(past))]
        for row, past in zip(rows, pasts(rows, eyes=False), strict=True)
    ]


def provenance_versions(row: RiskAssessment) -> list[Element]:
    """Of every assessment of the visit of a row of `reach.assessments`, and every version of its reads; oldest
    first.
    """
    (past,) = pasts([row], whole=True, eyes=False)
    first = past.assessments[0]
    made = [_software(row, one, past, first=one is first) for one in past.assessments]
    return [*made, *_signed(row, _told(past))]


def _software(row: RiskAssessment, assessment: RiskAssessment, past: Past, *, first: bool) -> Element:
    seen = photographs_then(past, assessment)
    return trail.made_by_software(assessment, row.encounter.public_id, seen, first=first)


def _signed(row: RiskAssessment, reads: Iterable[tuple[int, Read]]) -> list[Element]:
    return [trail.signed(row.encounter.public_id, read, first=first) for first, read in reads]


def _told(past: Past) -> list[tuple[int, Read]]:
    """Each read with the key of its first version."""
    firsts: dict[tuple[int, str], int] = {}
    for read in past.reads:
        firsts.setdefault((read.task_id, read.position), read.pk)
    told = [read for read in past.reads if read.task.stage != Stage.SECOND]
    return [(firsts[read.task_id, read.position], read) for read in told]


def _newest(past: Past) -> list[tuple[int, Read]]:
    return [(first, read) for first, read in _told(past) if read.superseded_at is None]


def orders_of(rows: Sequence[MedicationOrder], now: datetime) -> Iterable[list[Element]]:
    """As they stand on the clinic's day."""
    return [[medicines.order(row, local_date(now, row.organization))] for row in rows]
