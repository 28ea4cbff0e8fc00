"""Who made or signed what a visit shows (Provenance), and what a program did here (AuditEvent)."""

from collections.abc import Sequence

from config.fhir.mapping.elements import (
    MODEL,
    OURS,
    TERMINOLOGY,
    Element,
    coding,
    concept,
    meta,
    model,
    moment,
    reference,
    without_empty,
)
from records.models import AuditEvent, PartnerClient
from risk.models import RiskAssessment
from screening.models import Read

_INTERACTIONS = {"C": "create", "R": "read", "U": "update"}


def made_by_software(row: RiskAssessment, photographs: Sequence[int]) -> Element:
    """`outcome.release` and `encounter` must be loaded."""
    release = row.outcome.release
    return without_empty(
        {
            "resourceType": "Provenance",
            "id": f"{row.encounter.public_id}-software",
            "meta": meta(row.pk, row.assessed_at),
            "contained": [model(release.name, release.card_sha256)],
            "target": [reference("DiagnosticReport", row.encounter.public_id)],
            "recorded": moment(row.assessed_at),
            "agent": [_agent("assembler", MODEL)],
            "entity": [{"role": "source", "what": reference("Media", key)} for key in photographs],
        }
    )


def signed(row: RiskAssessment, read: Read) -> Element:
    """A read under which a person put their name. `grader` must be loaded."""
    return {
        "resourceType": "Provenance",
        "id": f"{row.encounter.public_id}-read-{read.pk}",
        "meta": meta(read.version, read.signed_at),
        "target": [reference("DiagnosticReport", row.encounter.public_id)],
        "recorded": moment(read.signed_at),
        "agent": [_agent("verifier", {"type": "Practitioner", "display": read.grader.name})],
    }


def _agent(part: str, who: Element) -> Element:
    return {"type": concept(f"{TERMINOLOGY}provenance-participant-type", part), "who": who}


def audit_event(row: AuditEvent) -> Element:
    """`organization` must be loaded; `person` is the public id of the patient, None where it was of nobody."""
    interaction = _interaction(row)
    about = {"identifier": {"system": f"{OURS}record", "value": row.entity}}
    return without_empty(
        {
            "resourceType": "AuditEvent",
            "id": str(row.pk),
            "meta": meta(1, row.recorded_at),
            "type": coding(f"{TERMINOLOGY}audit-event-type", "rest", "RESTful Operation"),
            "subtype": [coding("http://hl7.org/fhir/restful-interaction", interaction)]
            if interaction
            else [],
            "action": str(row.action),
            "recorded": moment(row.recorded_at),
            "outcome": "0",
            "agent": [{"who": {"display": row.actor}, "requestor": True}],
            "source": {"observer": {"display": row.organization.name}},
            "entity": [
                without_empty({"what": about, "description": row.detail}),
                *([{"what": reference("Patient", row.person)}] if row.person else []),
            ],
        }
    )


def _interaction(row: AuditEvent) -> str:
    listed = row.entity.startswith(f"{PartnerClient._meta.label_lower}:")
    return "search-type" if row.action == "R" and listed else _INTERACTIONS.get(row.action, "")
