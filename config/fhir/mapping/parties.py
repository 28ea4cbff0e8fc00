"""Clinics, hospitals and the people who sign: what the directory and the register say of them, and no more.

Nobody counts their versions or writes down when they changed, so a version is a digest and has no date.
"""

from typing import Any

from config.fhir.mapping.elements import OURS, TERMINOLOGY, Element, concept, versioned, without_empty
from records.models import Organization, Practitioner
from referrals.models import Hospital

CLINIC, HOSPITAL = "clinic-", "hospital-"
# Not KR Core's hira-krnpi (facts/interop.md 1.1): HIRA's list tells a hospital's number enciphered.
DIRECTORY = "urn:nungil:directory:"
_PROVIDER = concept(f"{TERMINOLOGY}organization-type", "prov", "Healthcare Provider")


def clinic(row: Organization) -> Element:
    return _organization(f"{CLINIC}{row.pk}", row.name, row.telephone)


def hospital(row: Hospital) -> Element:
    """With the number of the directory that it came from."""
    type_code = [concept(f"{OURS}hira-institution-type", row.type_code)] if row.type_code else []
    return _organization(
        f"{HOSPITAL}{row.pk}",
        row.name,
        row.phone,
        active=row.active,
        identifier=[{"system": f"{DIRECTORY}{row.source}", "value": row.source_id}],
        type=[_PROVIDER, *type_code],
        address=[{"text": row.address, "country": row.country}] if row.address else [],
    )


def _organization(key: str, name: str, telephone: str, **more: Any) -> Element:
    reached = [{"system": "phone", "value": telephone}] if telephone else []
    whole = {"resourceType": "Organization", "id": key, "type": [_PROVIDER], "name": name, "telecom": reached}
    return versioned(without_empty(whole | more), None)


def practitioner(row: Practitioner) -> Element:
    """A name alone: no licence number of theirs is kept."""
    whole = {"resourceType": "Practitioner", "id": str(row.pk), "name": [{"text": row.name}]}
    return versioned(whole, None)


def clinic_named(row: Organization) -> Element:
    return {"reference": f"Organization/{CLINIC}{row.pk}", "display": row.name}


def hospital_named(row: Hospital) -> Element:
    return {"reference": f"Organization/{HOSPITAL}{row.pk}", "display": row.name}


def practitioner_named(row: Practitioner) -> Element:
    return {"reference": f"Practitioner/{row.pk}", "display": row.name}
