"""An order for photographs that were sent ahead: the same screening, by the same way, as a Bundle would make."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from config.fhir import reading
from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS
from config.fhir.loading import uploaded_bytes
from config.fhir.mapping.alone import OrderAlone, read_order_alone
from config.fhir.mapping.media_given import taken_with
from config.fhir.mapping.order_given import check_condition
from config.fhir.mapping.submitted import Submitted
from config.fhir.sent import Made, Sent
from config.fhir.submitting import check_same, first_images, screening_submit, sent_as
from records.models import PartnerClient, Patient
from screening.domain.laterality import Laterality
from screening.errors import UploadGone
from screening.models import FundusImage, PartnerScreening, PartnerUpload
from screening.services import uploads_take

PLACE = "ServiceRequest.supportingInfo"


def order_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Made:
    """The screening; the same identifier with the same person and photographs is the same one.

    Raises FhirRefused, Throttled, and what `config.intake.case_submit` raises.
    """
    order = read_order_alone(sent.body, base=sent.base)
    check_condition(sent.condition, order.ordered)
    made, fresh = _submitted(order, client, now)
    key = str(made.encounter.public_id)
    resource = reading.resource_by_id(KINDS["ServiceRequest"], key, client=client, now=now)
    return Made(resource, fresh)


def _submitted(order: OrderAlone, client: PartnerClient, now: datetime) -> tuple[PartnerScreening, bool]:
    if known := _ordered_before(order, client):
        return known, False
    try:
        with transaction.atomic():
            taken = uploads_take(public_ids=order.media, client=client, now=now)
            return screening_submit(_as_one(order, taken), client=client, now=now)
    except UploadGone as gone:
        # The same order came twice at the same moment.
        if known := _ordered_before(order, client):
            return known, False
        raise _refused(order, client) from gone


def _ordered_before(order: OrderAlone, client: PartnerClient) -> PartnerScreening | None:
    known = sent_as(order.ordered.external_id, client)
    if known is not None:
        same = known.encounter.patient.public_id == order.patient and order.media == {
            image.public_id for image in first_images(known)
        }
        check_same(same=same)
    return known


def _as_one(order: OrderAlone, taken: Sequence[PartnerUpload]) -> Submitted:
    by_eye = {Laterality(one.laterality): one for one in taken}
    if len(by_eye) < len(taken):
        raise FhirRefused(422, "must be one photograph an eye", expression=PLACE)
    if {one.patient.public_id for one in taken} != {order.patient}:
        raise FhirRefused(422, "must be the person of the photographs", expression="ServiceRequest.subject")
    captured_at, camera = taken_with(taken)
    return Submitted(
        patient=_details(taken[0].patient),
        external_id=order.ordered.external_id,
        consent=order.ordered.consent,
        photographs={eye: uploaded_bytes(one) for eye, one in by_eye.items()},
        captured_at=captured_at,
        camera=camera,
        uploaded={eye: one.public_id for eye, one in by_eye.items()},
    )


def _details(patient: Patient) -> dict[str, str]:
    """Of the person as they stand in the register."""
    born = {"birth_date": patient.birth_date.isoformat()} if patient.birth_date else {}
    return {"mrn": patient.mrn, "name": patient.name, "sex": patient.sex} | born


def _refused(order: OrderAlone, client: PartnerClient) -> FhirRefused:
    ordered = FundusImage.with_retracted.filter(
        public_id__in=order.media, exam__encounter__partner_screening__client=client
    )
    if ordered.exists():
        return FhirRefused(409, "one of them was ordered under another identifier", expression=PLACE)
    advice = "must be Media that this program sent within the last 24 hours"
    return FhirRefused(422, advice, expression=PLACE)
