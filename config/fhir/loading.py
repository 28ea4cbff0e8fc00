"""The resources of many rows at once: what the mappers need is read in as many queries for many rows as for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import Count, F, QuerySet, prefetch_related_objects
from django.db.models.functions import Greatest

from config.api.status import ScreeningStatus
from config.fhir import reach
from config.fhir.errors import FhirRefused
from config.fhir.mapping import findings, patients, reports
from config.fhir.mapping import referrals as referral_mapping
from config.fhir.mapping.elements import Element
from config.fhir.mapping.findings import Shown
from config.fhir.mapping.task_answers import output
from records.models import PartnerClient, Patient
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from risk.models import LabelRisk, RiskAssessment
from screening import selectors
from screening.domain.exam_result import EyeResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import FundusImage, PartnerScreening
from screening.storage import derivative_name

Made = Iterable[list[Element]]


def patients_of(rows: Sequence[Patient], now: datetime) -> Made:
    prefetch_related_objects(rows, "amendments")
    return [[_patient(row)] for row in rows]


def _patient(row: Patient) -> Element:
    moments = sorted(one.amended_at for one in row.amendments.all())
    return patients.patient(
        row, version=1 + len(moments), updated=moments[-1] if moments else row.registered_at
    )


def referrals(client: PartnerClient) -> QuerySet[Referral]:
    """With the number of their `steps` and when anything that is told of them `changed_at` last."""
    loaded = reach.referrals(client).select_related(
        "encounter__patient", "hospital", "authorised_by", "organization"
    )
    return loaded.annotate(
        steps=Count("history"),
        # PostgreSQL's GREATEST passes over what is null.
        changed_at=Greatest(F("stepped_at"), F("followed_up_at")),
    )


def version_of(row: Referral) -> int:
    """Grows with every step and with the follow-up of one that was sent back."""
    return int(row.steps) + (row.followed_up_at is not None)


def service_requests(rows: Sequence[Referral], now: datetime) -> Made:
    photographs = photographs_of(row.encounter_id for row in rows)
    return [
        [
            referral_mapping.service_request(
                row,
                [key for _, key in photographs[row.encounter_id]],
                version=version_of(row),
                updated=row.changed_at,
            )
        ]
        for row in rows
    ]


def screening_orders_of(rows: Sequence[PartnerScreening], now: datetime) -> Made:
    photographs = photographs_of(row.encounter_id for row in rows)
    return [
        [referral_mapping.screening_order(row, [key for _, key in photographs[row.encounter_id]])]
        for row in rows
    ]


def tasks(rows: Sequence[Referral], now: datetime) -> Made:
    prefetch_related_objects(rows, "outcomes")
    return [[_task(row)] for row in rows]


def _task(row: Referral) -> Element:
    stored = sorted(row.outcomes.all(), key=lambda one: one.pk)
    found = {(Laterality(one.laterality), Label(one.label)): one.present for one in stored}
    return referral_mapping.task(
        row,
        version=version_of(row),
        updated=row.changed_at,
        reason=row.answered_reason,
        output=output(found if row.status == ReferralStatus.COMPLETED else {}),
    )


def reports_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [[reports.report(shown, row)] for shown, row in zip(_shown(rows), rows, strict=True)]


def observations_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [findings.observations(shown) for shown in _shown(rows)]


def risks_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    found: dict[int, list[LabelRisk]] = {row.pk: [] for row in rows}
    for risk in LabelRisk.objects.filter(assessment__in=found).order_by("label"):
        found[risk.assessment_id].append(risk)
    return [reports.risks(shown, row, found[row.pk]) for shown, row in zip(_shown(rows), rows, strict=True)]


def photographs_of(encounters: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """(laterality, key) of each photograph of these visits, oldest first."""
    found: dict[int, list[tuple[str, int]]] = {key: [] for key in encounters}
    rows = FundusImage.objects.filter(exam__encounter__in=list(found)).order_by("pk")
    for visit, laterality, key in rows.values_list("exam__encounter_id", "laterality", "pk"):
        found[visit].append((laterality, key))
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


def display_copy(row: FundusImage) -> bytes:
    """Raises FhirRefused (404) until the worker has made it."""
    try:
        with default_storage.open(derivative_name(row.sha256)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise FhirRefused(404, "the photograph is not ready yet; ask again in a minute") from None
