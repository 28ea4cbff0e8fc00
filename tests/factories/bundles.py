"""Transaction Bundles as a partner's program would send them."""

from base64 import b64encode
from typing import Any
from uuid import uuid4

from records.models import Organization
from tests.factories import photographs

Resource = dict[str, Any]
SITES = {"R": "5597008", "L": "58443009"}


def mrn_system(clinic: Organization) -> str:
    return f"urn:nungil:organization:{clinic.pk}:mrn"


def patient(clinic: Organization, mrn: str = "P-1", **changes: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": mrn_system(clinic), "value": mrn}],
        "name": [{"text": "Hong Gil-dong"}],
        "gender": "female",
        "birthDate": "1960-05-01",
    } | changes


def media(eye: str, content: Resource, subject: str, **changes: Any) -> Resource:
    return {
        "resourceType": "Media",
        "status": "completed",
        "subject": {"reference": subject},
        "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": SITES[eye]}]},
        "content": content,
    } | changes


def content(seed: int = 0, **changes: Any) -> Resource:
    return {"contentType": "image/jpeg", "data": b64encode(photographs.jpeg(seed)).decode()} | changes


def order(subject: str, *, number: str = "EXT-1", consent: tuple[str, ...] = ("screening",)) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "identifier": [{"value": number}],
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "134395001"}]},
        "subject": {"reference": subject},
        "extension": agreed(*consent),
    }


def agreed(*consent: str) -> list[Resource]:
    return [{"url": "urn:nungil:extension:consent", "valueCode": one} for one in consent]


def transaction(clinic: Organization, *, seed: int = 0, by_binary: bool = False, **of_order: Any) -> Resource:
    """A person, a photograph of each eye and the order; `by_binary`: the right one lies in a Binary of its own."""
    person = f"urn:uuid:{uuid4()}"
    entries = [entry(patient(clinic), person)]
    right = content(seed)
    if by_binary:
        held = f"urn:uuid:{uuid4()}"
        entries.append(entry({"resourceType": "Binary"} | right, held))
        right = {"contentType": "image/jpeg", "url": held}
    entries += [entry(media("R", right, person)), entry(media("L", content(seed + 1), person))]
    entries.append(entry(order(person, **of_order)))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def entry(resource: Resource, full_url: str = "") -> Resource:
    request = {"method": "POST", "url": resource["resourceType"]}
    return {"fullUrl": full_url or f"urn:uuid:{uuid4()}", "resource": resource, "request": request}


def part(bundle: Resource, kind: str, number: int = 0) -> Resource:
    """The resource of a type in a Bundle, to be changed."""
    found = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]
    return found[number]
