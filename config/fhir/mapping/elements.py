"""The small parts that many resources are made of, and the code systems they are taken from."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

Element = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
OURS = "urn:nungil:codesystem:"
MANUFACTURER = "Nungil"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"

# facts/interop.md 3.1; H and O were found in one public file each (X) and are to be confirmed in a browser.
_LABELS: Mapping[str, tuple[str, str]] = {
    "N": ("164734008", "Fundoscopy normal"),
    "D": ("4855003", "Retinopathy due to diabetes mellitus"),
    "G": ("23986001", "Glaucoma"),
    "C": ("193570009", "Cataract"),
    "A": ("267718000", "Age-related macular degeneration"),
    "H": ("6962006", "Hypertensive retinopathy"),
    "M": ("32022003", "Degenerative progressive high myopia"),
    "O": ("29555009", "Disorder of retina"),
}
OWN_LABELS: Mapping[str, str] = {
    "N": "normal",
    "D": "diabetic-retinopathy",
    "G": "glaucoma",
    "C": "cataract",
    "A": "amd",
    "H": "hypertensive-retinopathy",
    "M": "pathological-myopia",
    "O": "other",
}
# facts/interop.md 3.2
_RETINA = {"R": ("5597008", "Retina of right eye"), "L": ("58443009", "Retina of left eye")}
_EYE = {"R": ("18944008", "Right eye structure"), "L": ("8966001", "Left eye structure")}


def concept(system: str, code: str, display: str = "", text: str = "") -> Element:
    """A CodeableConcept with one coding."""
    return without_empty({"coding": [coding(system, code, display)], "text": text})


def coding(system: str, code: str, display: str = "") -> Element:
    return without_empty({"system": system, "code": code, "display": display})


def label_concept(label: str) -> Element:
    """A label of the image model: our own code, and beside it that of SNOMED CT."""
    code, display = _LABELS[label]
    return {"coding": [coding(f"{OURS}fundus-finding", OWN_LABELS[label]), coding(SNOMED, code, display)]}


def retina(laterality: str) -> Element:
    return concept(SNOMED, *_RETINA[laterality])


def eye(laterality: str) -> Element:
    return concept(SNOMED, *_EYE[laterality])


def reference(kind: str, key: object) -> Element:
    return {"reference": f"{kind}/{key}"}


def moment(value: datetime | date | None) -> str | None:
    return value.isoformat() if value else None


def meta(version: int, updated: datetime) -> Element:
    return {"versionId": str(version), "lastUpdated": moment(updated)}


def versioned(resource: Element, updated: datetime | None) -> Element:
    """A resource whose version is its content: for rows that nobody counts the versions of.

    `updated` is None where nobody knows.
    """
    digest = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:16]
    return resource | {"meta": without_empty({"versionId": digest, "lastUpdated": moment(updated)})}


def model(release: str, sha256: str) -> Element:
    """The software that made a result, as a contained Device `#model`: every result says which version it is of."""
    return {
        "resourceType": "Device",
        "id": "model",
        "manufacturer": MANUFACTURER,
        "deviceName": [{"name": release, "type": "model-name"}],
        "version": [{"value": f"sha256:{sha256}"}],
        "type": concept(SNOMED, "706687001", "Software"),
    }


MODEL = {"reference": "#model"}


def without_empty(element: Mapping[str, Any]) -> Element:
    """FHIR JSON knows no null, no empty text, no empty list."""
    return {name: value for name, value in element.items() if value not in (None, "", [], {})}
