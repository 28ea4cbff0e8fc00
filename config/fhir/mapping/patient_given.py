"""A Patient that a partner sends, as the details by which a person is found or registered."""

from collections.abc import Mapping
from typing import Any

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import Element
from config.fhir.mapping.given import list_of, mapping_of, refuse_modifiers, resource_of, text_of
from config.fhir.mapping.patients import mrn_system
from records.models import Language


def read_patient(given: object, *, organization_id: int, place: str = "Patient") -> dict[str, Any]:
    """Section `patient` of `config.intake.case_submit`; what has no place there is not kept.

    Raises FhirRefused (400, or 422 without the clinic's record number).
    """
    patient = resource_of(given, "Patient", place)
    _check_meant(patient, place)
    details = {
        "mrn": _record_number(patient, organization_id, place),
        "name": _name(patient, place),
        "birth_date": text_of(patient.get("birthDate"), f"{place}.birthDate"),
        "sex": text_of(patient.get("gender"), f"{place}.gender"),
        "language": _language(patient, place),
    }
    return {name: value for name, value in details.items() if value or name in ("mrn", "name")}


def _check_meant(patient: Mapping[str, Any], place: str) -> None:
    """What would make it a record of nobody who can come: out of use, joined with another, of somebody who died."""
    refuse_modifiers(patient, place)
    meant = {
        "active": (None, True),
        "deceasedBoolean": (None, False),
        "deceasedDateTime": (None,),
        "link": (None, []),
    }
    for name, values in meant.items():
        if patient.get(name) not in values:
            raise FhirRefused(422, "is not taken; send a record in use", expression=f"{place}.{name}")


def _record_number(patient: Mapping[str, Any], organization_id: int, place: str) -> str:
    system, where = mrn_system(organization_id), f"{place}.identifier"
    listed = list_of(patient.get("identifier"), where)
    found = {text_of(one.get("value"), where) for one in listed if one.get("system") == system}
    if len(found) != 1 or "" in found:
        raise FhirRefused(
            422, f"needs one identifier of {system}: the clinic's record number", expression=where
        )
    return found.pop()


def _name(patient: Mapping[str, Any], place: str) -> str:
    where = f"{place}.name"
    for name in list_of(patient.get("name"), where)[:1]:
        given = name.get("given", [])
        if not isinstance(given, list):
            raise FhirRefused(400, "must be a list", expression=f"{where}.given")
        parts = [text_of(one, where) for one in (*given, name.get("family"))]
        return text_of(name.get("text"), where) or " ".join(filter(None, parts))
    return ""


def _language(patient: Mapping[str, Any], place: str) -> str:
    """The first that the clinic speaks; without one it uses its own."""
    where = f"{place}.communication"
    for spoken in list_of(patient.get("communication"), where):
        for coding in list_of(mapping_of(spoken.get("language", {}), where).get("coding"), where):
            code = text_of(coding.get("code"), where).partition("-")[0]
            if code in Language.values:
                return code
    return ""


def told_back(patient: Element, given: Mapping[str, Any]) -> Element:
    """The answer to a Patient that was found: its id and number, and no more of the person than was sent."""
    sent = {
        "name": [{"text": given["name"]}],
        "gender": given.get("sex"),
        "birthDate": given.get("birth_date"),
    }
    known = {name: patient[name] for name in ("resourceType", "id", "meta", "identifier")}
    return known | {name: value for name, value in sent.items() if value}
