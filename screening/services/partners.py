"""Which visit a partner sent, and the partner's own words for it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from records.actor import Actor
from records.models import AuditAction, PartnerClient
from records.permission import own
from records.services import audit_record
from screening.errors import ExternalIdTaken
from screening.models import Encounter, PartnerScreening


@dataclass(frozen=True)
class PartnerDetails:
    """`external_id`: the partner's own number for the screening. `captured_at`: when the camera was used."""

    external_id: str
    captured_at: datetime | None = None
    camera: str = ""


@transaction.atomic
def partner_screening_record(
    *, encounter: Encounter, client: PartnerClient, details: PartnerDetails, by: Actor, now: datetime
) -> PartnerScreening:
    """Say that a client sent this visit.

    Raises
    ------
    ExternalIdTaken
        The client used this number before.
    RecordNotFound
    """
    own(encounter.organization_id, by=by)
    screening = PartnerScreening(client=client, encounter=encounter, received_at=now, **asdict(details))
    try:
        with transaction.atomic():
            screening.save(force_insert=True)
    except IntegrityError as error:
        if "partner_screening_external_id_once" not in str(error):
            raise
        raise ExternalIdTaken(
            "external_id was used for another screening; look it up with GET ?external_id="
        ) from None
    patient = encounter.patient_id
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=screening, patient_id=patient)
    return screening
