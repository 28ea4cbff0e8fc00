"""A photograph, and its bytes: the upright display copy, which has no metadata of camera or place."""

from base64 import b64encode
from uuid import UUID

from config.fhir.mapping.elements import (
    TERMINOLOGY,
    Element,
    concept,
    meta,
    moment,
    reference,
    retina,
    without_empty,
)
from screening.models import FundusImage, PartnerUpload

JPEG = "image/jpeg"
IMAGE = concept(f"{TERMINOLOGY}media-type", "image", "Image")


def image_id(row: FundusImage) -> str:
    """What was sent ahead of its order keeps the id under which it was sent."""
    return id_of(row.pk, row.public_id)


def id_of(key: int, public_id: UUID | None) -> str:
    return str(public_id or key)


def media(row: FundusImage) -> Element:
    """`exam.encounter.patient` must be loaded. Without its size until the worker has made the copy."""
    return without_empty(
        {
            "resourceType": "Media",
            "id": image_id(row),
            "meta": _meta(row),
            "status": "completed",
            "type": IMAGE,
            "subject": reference("Patient", row.exam.encounter.patient.public_id),
            "createdDateTime": moment(row.captured_at or row.received_at),
            "issued": moment(row.received_at),
            "bodySite": retina(row.laterality),
            "deviceName": row.camera,
            "content": _attachment(JPEG, image_id(row), row.display_sha1, row.display_bytes),
        }
    )


def _attachment(kind: str, key: str, digest: str, size: int | None) -> Element:
    """FHIR's hash is the SHA-1 in base64."""
    hashed = b64encode(bytes.fromhex(digest)).decode("ascii")
    return without_empty({"contentType": kind, "url": f"Binary/{key}", "size": size, "hash": hashed})


def _meta(row: FundusImage) -> Element:
    """The first version of what was sent ahead is the one that waited."""
    return meta(1 if row.public_id is None else 2, row.received_at)


def binary(row: FundusImage, data: bytes) -> Element:
    return {
        "resourceType": "Binary",
        "id": image_id(row),
        "meta": _meta(row),
        "contentType": JPEG,
        "securityContext": reference("Patient", row.exam.encounter.patient.public_id),
        "data": b64encode(data).decode("ascii"),
    }


def waiting_media(row: PartnerUpload) -> Element:
    """What waits for its order, as its program described it; `patient` must be loaded."""
    return without_empty(
        {
            "resourceType": "Media",
            "id": str(row.public_id),
            "meta": meta(1, row.described_at),
            "status": "completed",
            "type": IMAGE,
            "subject": reference("Patient", row.patient.public_id),
            "createdDateTime": moment(row.captured_at),
            "bodySite": retina(row.laterality),
            "deviceName": row.camera,
            "content": _attachment(_content_type(row), str(row.public_id), row.sha1, row.size_bytes),
        }
    )


def waiting_binary(row: PartnerUpload, data: bytes = b"") -> Element:
    """Only its own program is told of it, which sent these very bytes; without `data`, that they have arrived."""
    return without_empty(
        {
            "resourceType": "Binary",
            "id": str(row.public_id),
            "meta": meta(1, row.received_at),
            "contentType": _content_type(row),
            "data": b64encode(data).decode("ascii"),
        }
    )


def _content_type(row: PartnerUpload) -> str:
    return f"image/{row.format.lower()}"
