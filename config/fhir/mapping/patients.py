"""A person, with what KR Core asks for. The resident registration number exists nowhere here."""

from datetime import datetime

from config.fhir.mapping.elements import TERMINOLOGY, Element, concept, meta, moment, without_empty
from records.models import Patient


def mrn_system(organization_id: int) -> str:
    """The name space of one clinic's record numbers."""
    return f"urn:nungil:organization:{organization_id}:mrn"


def patient(row: Patient, *, version: int, updated: datetime) -> Element:
    number = {
        "type": concept(f"{TERMINOLOGY}v2-0203", "MR"),
        "system": mrn_system(row.organization_id),
        "value": row.mrn,
    }
    return without_empty(
        {
            "resourceType": "Patient",
            "id": str(row.public_id),
            "meta": meta(version, updated),
            "identifier": [number],
            "name": [{"text": row.name}],
            "gender": str(row.sex),
            "birthDate": moment(row.birth_date),
            "communication": [{"language": concept("urn:ietf:bcp:47", row.language), "preferred": True}],
        }
    )
