"""A photograph, and its bytes: the upright display copy, which has no metadata of camera or place."""

from base64 import b64encode

from config.fhir.mapping.elements import TERMINOLOGY, Element, concept, meta, moment, reference, retina
from screening.models import FundusImage

JPEG = "image/jpeg"


def media(row: FundusImage) -> Element:
    """`exam.encounter.patient` must be loaded."""
    visit = row.exam.encounter
    return {
        "resourceType": "Media",
        "id": str(row.pk),
        "meta": meta(1, row.received_at),
        "status": "completed",
        "type": concept(f"{TERMINOLOGY}media-type", "image", "Image"),
        "subject": reference("Patient", visit.patient.public_id),
        "createdDateTime": moment(row.received_at),
        "bodySite": retina(row.laterality),
        "content": {"contentType": JPEG, "url": f"Binary/{row.pk}"},
    }


def binary(row: FundusImage, data: bytes) -> Element:
    return {
        "resourceType": "Binary",
        "id": str(row.pk),
        "meta": meta(1, row.received_at),
        "contentType": JPEG,
        "securityContext": reference("Patient", row.exam.encounter.patient.public_id),
        "data": b64encode(data).decode("ascii"),
    }
