"""What the mappers need of a row, read from the database."""

from django.core.files.storage import default_storage
from django.db.models import Count, QuerySet

from config.api.status import ScreeningStatus
from config.fhir import reach
from config.fhir.errors import FhirRefused
from config.fhir.mapping import patients
from config.fhir.mapping import referrals as referral_mapping
from config.fhir.mapping.elements import Element
from config.fhir.mapping.findings import Shown
from config.fhir.mapping.task_answers import output
from records.models import PartnerClient, Patient
from referrals.models import Referral
from risk.models import LabelRisk, RiskAssessment
from screening import selectors
from screening.domain.diagnosis import NONE
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import ConfirmedDiagnosis, FundusImage
from screening.storage import derivative_name


def patient(row: Patient) -> Element:
    amendments = list(row.amendments.order_by("amended_at"))
    updated = amendments[-1].amended_at if amendments else row.registered_at
    return patients.patient(row, version=1 + len(amendments), updated=updated)


def referrals(client: PartnerClient) -> QuerySet[Referral]:
    loaded = reach.referrals(client).select_related(
        "encounter__patient", "hospital", "authorised_by", "organization"
    )
    return loaded.annotate(steps=Count("history"))


def task(row: Referral) -> Element:
    """`row` as `referrals` gives it."""
    told = ConfirmedDiagnosis.objects.filter(referral_outcome__referral=row, retracted_at=None)
    found = {
        (Laterality(one.laterality), Label(one.label)): one.severity != NONE for one in told.order_by("pk")
    }
    return referral_mapping.task(
        row,
        version=row.steps,
        updated=row.changed_at,
        reason=row.answered_reason,
        output=output(found),
    )


def photographs_of(row: Referral | RiskAssessment) -> list[int]:
    return [key for _, key in _photographs(row.encounter_id)]


def _photographs(encounter_id: int) -> list[tuple[str, int]]:
    rows = FundusImage.objects.filter(exam__encounter=encounter_id).order_by("pk")
    return list(rows.values_list("laterality", "pk"))


def label_risks(row: RiskAssessment) -> list[LabelRisk]:
    return list(LabelRisk.objects.filter(assessment=row).order_by("label"))


def shown(row: RiskAssessment) -> Shown:
    """What the visit of a row of `reach.assessments` showed, people's reads included."""
    result = selectors.visit_result(row.encounter_id)
    return Shown(
        visit=row.encounter.public_id,
        patient=row.encounter.patient.public_id,
        eyes=result.eyes if result else (),
        photographs=tuple(_photographs(row.encounter_id)),
        release=row.outcome.release.name,
        release_sha256=row.outcome.release.card_sha256,
        taken_at=row.encounter.started_at,
        updated_at=row.changed_at,
        version=_version(row),
        signed=row.status == ScreeningStatus.FINAL,
        cancelled=row.status == ScreeningStatus.CANCELLED,
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
