"""A referral as what is ordered (ServiceRequest) and how far it is (Task)."""

from collections.abc import Sequence
from datetime import datetime

from config.fhir.mapping.elements import (
    SNOMED,
    Element,
    concept,
    meta,
    moment,
    reference,
    without_empty,
)
from referrals.domain.status import ReferralStatus
from referrals.models import Referral

_S = ReferralStatus
_ORDER: dict[str, str] = {
    _S.ON_HOLD: "on-hold",
    _S.COMPLETED: "completed",
    _S.REJECTED: "revoked",
    _S.FAILED: "revoked",
    _S.CANCELLED: "revoked",
}


def service_request(row: Referral, photographs: Sequence[int], *, version: int, updated: datetime) -> Element:
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
            "requester": {"display": row.authorised_by.name} if row.authorised_by else None,
            "performer": [{"display": row.hospital.name}] if row.hospital else None,
            "reasonReference": [reference("DiagnosticReport", row.encounter.public_id)],
            "supportingInfo": [reference("Media", key) for key in photographs],
        }
    )


def task(
    row: Referral, *, version: int, updated: datetime, reason: str = "", output: Sequence[Element] = ()
) -> Element:
    """`reason`: why the hospital took its last step; `output`: what the hospital found.

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
            "requester": {"display": row.organization.name},
            "owner": {"display": row.hospital.name} if row.hospital else None,
            "restriction": {"period": {"end": moment(row.due_by)}},
            "output": list(output),
        }
    )
