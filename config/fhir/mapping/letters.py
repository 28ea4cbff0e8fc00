"""The referral letter: told as an input of the Task, and its bytes as a Binary of an id of its own."""

from base64 import b64encode
from collections.abc import Sequence

from config.fhir.mapping.elements import Element, meta, reference
from referrals.models import ReferralLetter

PDF = "application/pdf"
PREFIX = "letter-"


def inputs(letters: Sequence[ReferralLetter]) -> list[Element]:
    """One in each language in which the hospital got it."""
    return [
        {
            "type": {"text": "Referral letter"},
            "valueAttachment": {
                "contentType": PDF,
                "language": one.language,
                "url": f"Binary/{PREFIX}{one.public_id}",
                "title": "Referral letter",
                "creation": one.made_at.isoformat(),
            },
        }
        for one in letters
    ]


def binary(row: ReferralLetter, data: bytes) -> Element:
    """`event.referral.encounter.patient` must be loaded."""
    return {
        "resourceType": "Binary",
        "id": f"{PREFIX}{row.public_id}",
        "meta": meta(1, row.made_at),
        "contentType": PDF,
        "securityContext": reference("Patient", row.event.referral.encounter.patient.public_id),
        "data": b64encode(data).decode("ascii"),
    }
