"""Who made or signed what a visit shows (Provenance), and what a program did here (AuditEvent)."""

from collections.abc import Sequence
from uuid import UUID

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


def made_by_software(
    row: RiskAssessment, visit: UUID, photographs: Sequence[tuple[str, str]], *, first: bool
) -> Element:
    """One assessment of a visit, the `first` or a later one. `outcome.release` must be loaded."""
    release = row.outcome.release
    return without_empty(
        {
            "resourceType": "Provenance",
            "id": f"{visit}-software",
            "meta": meta(row.pk, row.assessed_at),
            "contained": [model(release.name, release.card_sha256)],
            "target": [reference("DiagnosticReport", visit)],
            "recorded": moment(row.assessed_at),
            "activity": _activity(made=first),
            "agent": [_agent("assembler", MODEL)],
            "entity": [{"role": "source", "what": reference("Media", key)} for _, key in photographs],
        }
    )


def signed(visit: UUID, read: Read, *, first: int) -> Element:
    """A read under which a person put their name; `first`: the key of its first version. `grader` must be loaded."""
    return {
        "resourceType": "Provenance",
        "id": f"{visit}-read-{first}",
        "meta": meta(read.version, read.signed_at),
        "target": [reference("DiagnosticReport", visit)],
        "recorded": moment(read.signed_at),
        "activity": _activity(made=False),
        "agent": [_agent("verifier", {"type": "Practitioner", "display": read.grader.name})],
    }


def _activity(*, made: bool) -> Element:
    """What became of the report: it was made once, and whatever follows revises it."""
    code, display = ("CREATE", "create") if made else ("UPDATE", "revise")
    return concept(f"{TERMINOLOGY}v3-DataOperation", code, display)


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
