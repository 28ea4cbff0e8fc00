"""What visits showed, for many rows at once: read in as many queries for many rows as for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.storage import default_storage

from config.api.status import ScreeningStatus
from config.fhir.errors import FhirRefused
from config.fhir.mapping import findings, images, reports
from config.fhir.mapping.elements import Element
from config.fhir.mapping.findings import Shown
from risk.models import LabelRisk, RiskAssessment
from screening import selectors
from screening.domain.exam_result import EyeResult
from screening.errors import PhotographDamaged
from screening.models import FundusImage, PartnerUpload
from screening.storage import derivative_name, original_bytes

Made = Iterable[list[Element]]


def reports_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [[reports.report(shown, row)] for shown, row in zip(_shown(rows), rows, strict=True)]


def observations_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [findings.observations(shown) for shown in _shown(rows)]


def risks_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    found: dict[int, list[LabelRisk]] = {row.pk: [] for row in rows}
    for risk in LabelRisk.objects.filter(assessment__in=found).order_by("label"):
        found[risk.assessment_id].append(risk)
    return [reports.risks(shown, row, found[row.pk]) for shown, row in zip(_shown(rows), rows, strict=True)]


def photographs_of(encounters: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """(laterality, id) of each photograph of these visits, oldest first."""
    found: dict[int, list[tuple[str, str]]] = {key: [] for key in encounters}
    rows = FundusImage.objects.filter(exam__encounter__in=list(found)).order_by("pk")
    columns = ("exam__encounter_id", "laterality", "pk", "public_id")
    for visit, laterality, key, public_id in rows.values_list(*columns):
        found[visit].append((laterality, images.named(key, public_id)))
    return found


def _shown(rows: Sequence[RiskAssessment]) -> list[Shown]:
    """What the visits of rows of `reach.assessments` showed, people's reads included."""
    visits = [row.encounter_id for row in rows]
    results, photographs = selectors.visit_results(visits), photographs_of(visits)
    return [
        _shown_of(
            row,
            results[row.encounter_id].eyes if row.encounter_id in results else (),
            photographs[row.encounter_id],
        )
        for row in rows
    ]


def _shown_of(
    row: RiskAssessment, eyes: tuple[EyeResult, ...], photographs: Sequence[tuple[str, int]]
) -> Shown:
    return Shown(
        visit=row.encounter.public_id,
        patient=row.encounter.patient.public_id,
        eyes=eyes,
        photographs=tuple(photographs),
        release=row.outcome.release.name,
        release_sha256=row.outcome.release.card_sha256,
        taken_at=row.encounter.started_at,
        updated_at=row.changed_at,
        version=_version(row),
        signed=row.status == ScreeningStatus.FINAL,
        cancelled=row.status == ScreeningStatus.CANCELLED,
        ordered=row.ordered,
    )


def _version(row: RiskAssessment) -> int:
    """Grows with whatever changes what is shown.

    Assessments only ever follow one another, signed reads only ever become more, and a cancelled visit stays so.
    """
    return row.pk + row.reads_signed + (row.encounter.cancelled_at is not None)


def uploaded_bytes(row: PartnerUpload) -> bytes:
    """Raises FhirRefused (404) where storage lost them, or never got them whole."""
    try:
        return original_bytes(row.sha256)
    except PhotographDamaged:
        raise FhirRefused(404, "the photograph is not there whole; send it again") from None


def display_copy(row: FundusImage) -> bytes:
    """Raises FhirRefused (404) until the worker has made it."""
    try:
        with default_storage.open(derivative_name(row.sha256)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise FhirRefused(404, "the photograph is not ready yet; ask again in a minute") from None
