"""A referral as what is ordered (ServiceRequest) and how far it is (Task)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.api.status import ScreeningStatus
from config.fhir.mapping.elements import (
    OURS,
    SNOMED,
    Element,
    coding,
    concept,
    eye,
    label_concept,
    meta,
    moment,
    reference,
    versioned,
    without_empty,
)
from config.fhir.mapping.parties import clinic_named, hospital_named, practitioner_named
from config.fhir.mapping.task_visits import Visit
from config.fhir.mapping.task_visits import elements as visit_elements
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import PartnerScreening

_S = ReferralStatus
_ORDER: dict[str, str] = {
    _S.ON_HOLD: "on-hold",
    _S.COMPLETED: "completed",
    _S.REJECTED: "revoked",
    _S.FAILED: "revoked",
    _S.CANCELLED: "revoked",
}

_SCREENED: dict[str, str] = {ScreeningStatus.FINAL: "completed", ScreeningStatus.CANCELLED: "revoked"}
_SCREENING = ("134395001", "Diabetic retinopathy screening")


@dataclass(frozen=True)
class Why:
    """What a referral rests on; empty where the hospital may not know."""

    labels: tuple[Label, ...] = ()
    eyes: tuple[Laterality, ...] = ()


def service_request(
    row: Referral, photographs: Sequence[str], why: Why, *, version: int, updated: datetime
) -> Element:
    """`encounter.patient`, `hospital` and `authorised_by` must be loaded."""
    return without_empty(
        {
            "resourceType": "ServiceRequest",
            "id": str(row.pk),
            "meta": meta(version, updated),
            "status": _ORDER.get(row.status, "active"),
            "intent": "order",
            "priority": str(row.urgency),
            "code": concept(SNOMED, "308479007", "Referral to ophthalmologist"),
            "subject": reference("Patient", row.encounter.patient.public_id),
            "occurrencePeriod": {"end": moment(row.due_by)},
            "authoredOn": moment(row.authorised_at),
            "requester": practitioner_named(row.authorised_by) if row.authorised_by else None,
            "performer": [hospital_named(row.hospital)] if row.hospital else None,
            "reasonCode": [label_concept(label) for label in why.labels],
            "reasonReference": [reference("DiagnosticReport", row.encounter.public_id)],
            "bodySite": [eye(laterality) for laterality in why.eyes],
            "supportingInfo": [reference("Media", key) for key in photographs],
        }
    )


def screening_order(row: PartnerScreening, photographs: Sequence[str]) -> Element:
    """What a partner ordered here; `client` and `encounter.patient` must be loaded."""
    number = {"system": f"urn:nungil:client:{row.client_id}:screening", "value": row.external_id}
    ordered = {"coding": [coding(f"{OURS}order", "eye-screening"), coding(SNOMED, *_SCREENING)]}
    return versioned(
        without_empty(
            {
                "resourceType": "ServiceRequest",
                "id": str(row.encounter.public_id),
                "identifier": [number],
                "status": _SCREENED.get(row.status, "active"),
                "intent": "order",
                "code": ordered,
                "subject": reference("Patient", row.encounter.patient.public_id),
                "authoredOn": moment(row.received_at),
                "requester": {"display": row.client.name},
                "supportingInfo": [reference("Media", key) for key in photographs],
            }
        ),
        row.changed_at,
    )


def task(
    row: Referral,
    *,
    version: int,
    updated: datetime,
    reason: str = "",
    visit: Visit | None = None,
    output: Sequence[Element] = (),
    note: Sequence[Element] = (),
    letters: Sequence[Element] = (),
) -> Element:
    """`reason`: why the hospital took its last step; `visit`: its appointment; `output`: what the hospital found;
    `note`: what it said beside its steps; `letters`: the letter that it got.

    `organization` must be loaded too.
    """
    return without_empty(
        {
            "resourceType": "Task",
            "id": str(row.pk),
            "meta": meta(version, updated),
            "status": str(row.status),
            "statusReason": {"text": reason} if reason else None,
            "intent": "order",
            "priority": str(row.urgency),
            "code": concept("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"),
            "focus": reference("ServiceRequest", row.pk),
            "for": reference("Patient", row.encounter.patient.public_id),
            "authoredOn": moment(row.authorised_at),
            "lastModified": moment(updated),
            "requester": clinic_named(row.organization),
            "owner": hospital_named(row.hospital) if row.hospital else None,
            "restriction": {"period": {"end": moment(row.due_by)}},
            "note": list(note),
            "input": list(letters),
            "output": list(output),
        }
        | visit_elements(visit)
    )
