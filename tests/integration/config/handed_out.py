"""A medicine that a pharmacist released, for tests of what the patient is told of it."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from pypdf import PdfReader

from pharmacy.models import Prescription
from pharmacy.services import prescription_authorise
from records.actor import Actor
from records.models import Organization, Role
from tests.factories import records as people
from tests.integration.config import cast
from tests.integration.pharmacy.dispensing import fresh_drug_data

DRY, ITCHY = {"dry_or_gritty": True}, {"itchy": True}


def proposed(clinic: Organization, by: Actor, **more: Any) -> Prescription:
    """A proposal for dry eyes, unless other symptoms are given."""
    cast.stock(clinic, by)
    encounter = cast.screened(by, **({"symptoms": DRY} | more))
    return Prescription.objects.get(encounter=encounter)


def released(clinic: Organization, by: Actor, **more: Any) -> Prescription:
    return release(clinic, proposed(clinic, by, **more))


def release(clinic: Organization, one: Prescription) -> Prescription:
    fresh_drug_data(timezone.localdate())
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    return prescription_authorise(
        prescription_id=one.pk, by=pharmacist, now=timezone.now(), warning_signs_asked=True
    )


def read_pdf(data: bytes) -> tuple[PdfReader, str]:
    """The paper, and all its words with single spaces."""
    paper = PdfReader(BytesIO(data))
    return paper, " ".join(" ".join(page.extract_text() for page in paper.pages).split())
