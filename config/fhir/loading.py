"""What visits showed, for many rows at once: read in as many queries for many rows as for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.storage import default_storage

from config.fhir.errors import FhirRefused
from config.fhir.loading_past import newest
from config.fhir.mapping import findings, reports
from config.fhir.mapping.elements import Element
from config.fhir.mapping.findings import Shown
from config.fhir.visit_stands import Stand
from referrals.errors import LetterDamaged
from referrals.letter_selectors import letter_bytes
from referrals.models import ReferralLetter
from risk.models import LabelRisk, RiskAssessment
from screening.errors import PhotographDamaged
from screening.models import FundusImage, PartnerUpload
from screening.storage import derivative_name, original_bytes

Made = Iterable[list[Element]]


def reports_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [[report_of(row, stand)] for row, stand in zip(rows, newest(rows), strict=True)]


def observations_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    return [
        findings.observations(shown_of(row, stand)) for row, stand in zip(rows, newest(rows), strict=True)
    ]


def risks_of(rows: Sequence[RiskAssessment], now: datetime) -> Made:
    found = label_risks(row.pk for row in rows)
    return [
        reports.risks(shown_of(row, stand), row, found[row.pk])
        for row, stand in zip(rows, newest(rows), strict=True)
    ]


def report_of(row: RiskAssessment, stand: Stand) -> Element:
    """The report of a row of `reach.assessments` as it stood then."""
    return reports.report(shown_of(row, stand), stand.assessment)


def label_risks(assessments: Iterable[int]) -> dict[int, list[LabelRisk]]:
    """The fused risks of each of these assessments."""
    found: dict[int, list[LabelRisk]] = {key: [] for key in assessments}
    for risk in LabelRisk.objects.filter(assessment__in=found).order_by("label"):
        found[risk.assessment_id].append(risk)
    return found


def shown_of(row: RiskAssessment, stand: Stand) -> Shown:
    """A visit as it stood then. `row`: of `reach.assessments`."""
    visit, release = row.encounter, stand.assessment.outcome.release
    return Shown(
        visit=visit.public_id,
        patient=visit.patient.public_id,
        clinic=visit.organization,
        eyes=stand.eyes,
        photographs=stand.photographs,
        release=release.name,
        release_sha256=release.card_sha256,
        taken_at=visit.started_at,
        updated_at=stand.at,
        version=stand.version,
        status=stand.status,
        decided=stand.decided,
        signers=stand.signers,
        changed=stand.changed,
        amended=stand.amended,
        ordered=row.ordered,
    )


def uploaded_bytes(row: PartnerUpload) -> bytes:
    """Raises FhirRefused (404) where storage lost them, or never got them whole."""
    try:
        return original_bytes(row.sha256)
    except PhotographDamaged:
        raise FhirRefused(404, "the photograph is not there whole; send it again") from None


def kept_letter(row: ReferralLetter) -> bytes:
    """Raises FhirRefused (404) where storage lost it."""
    try:
        return letter_bytes(row)
    except LetterDamaged:
        raise FhirRefused(404, "the letter is not there whole; ask the clinic for it") from None


def display_copy(row: FundusImage) -> bytes:
    """Raises FhirRefused (404) until the worker has made it."""
    try:
        with default_storage.open(derivative_name(row.sha256)) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise FhirRefused(404, "the photograph is not ready yet; ask again in a minute") from None
