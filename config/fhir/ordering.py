"""An order for photographs that were sent ahead: the same screening, by the same way, as a Bundle would make."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from config.fhir import reading
from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS
from config.fhir.loading import uploaded_bytes
from config.fhir.mapping.submitted import Photograph, Screening
from config.fhir.mapping.uploads import OrderOfUploads, read_order_of_uploads
from config.fhir.sent import Created, Sent, identifier_of
from config.fhir.submitting import check_same, images_as_sent, screening_store, sent_as
from records.models import PartnerClient
from screening.domain.laterality import Laterality
from screening.errors import ExternalIdTaken, UploadGone
from screening.models import FundusImage, PartnerScreening, PartnerUpload
from screening.services import uploads_take
from screening.upload_selectors import uploads_waiting

PLACE = "ServiceRequest.supportingInfo"


def order_create(sent: Sent, *, client: PartnerClient, now: datetime) -> Created:
    """The screening; the same identifier with the same person and photographs is the same one.

    Raises FhirRefused, and what `config.intake.case_submit` raises.
    """
    order = read_order_of_uploads(sent.body, base=sent.base)
    _check_condition(sent.condition, order.ordered.external_id)
    made, fresh = _made_or_known(order, client, now)
    key = str(made.encounter.public_id)
    resource = reading.resource_by_id(KINDS["ServiceRequest"], key, client=client, now=now)
    return Created(resource, fresh)


def _check_condition(condition: str, external_id: str) -> None:
    """Whatever has this number already is found anyway; a condition on anything else is refused."""
    if condition and identifier_of(condition)[1] != external_id:
        raise FhirRefused(400, "If-None-Exist must name the identifier of the same ServiceRequest")


def _made_or_known(
    order: OrderOfUploads, client: PartnerClient, now: datetime
) -> tuple[PartnerScreening, bool]:
    if known := _ordered_before(order, client, now):
        return known, False
    try:
        with transaction.atomic():
            taken = uploads_take(public_ids=order.media, client=client, now=now)
            return _stored(order, taken, client, now), True
    except (UploadGone, ExternalIdTaken) as refused:
        # The same order came twice at the same moment.
        if known := _ordered_before(order, client, now):
            return known, False
        raise _refused(order, client) from refused


def _ordered_before(order: OrderOfUploads, client: PartnerClient, now: datetime) -> PartnerScreening | None:
    """Judged by the photographs themselves: whoever lost an answer may have sent them once more."""
    known = sent_as(order.ordered.external_id, client)
    if known is not None:
        same = sorted((image.laterality, image.sha256) for image in images_as_sent(known))
        told = known.encounter.patient.public_id == order.patient
        check_same(same=told and _photographs(order, client, now) == same)
    return known


def _photographs(order: OrderOfUploads, client: PartnerClient, now: datetime) -> list[tuple[str, str]]:
    """(laterality, digest) of each that was named and is known."""
    waiting = uploads_waiting(client, now).filter(public_id__in=order.media)
    columns = ("laterality", "sha256")
    return sorted([*waiting.values_list(*columns), *_ordered(order, client).values_list(*columns)])


def _ordered(order: OrderOfUploads, client: PartnerClient) -> QuerySet[FundusImage]:
    return FundusImage.with_retracted.filter(
        public_id__in=order.media, exam__encounter__partner_screening__client=client
    )


def _stored(
    order: OrderOfUploads, taken: Sequence[PartnerUpload], client: PartnerClient, now: datetime
) -> PartnerScreening:
    by_eye = {Laterality(one.laterality): one for one in taken}
    if len(by_eye) < len(taken):
        raise FhirRefused(422, "must be one photograph an eye", expression=PLACE)
    if {one.patient.public_id for one in taken} != {order.patient}:
        raise FhirRefused(422, "must be the person of the photographs", expression="ServiceRequest.subject")
    photographs = {
        eye: Photograph(uploaded_bytes(one), one.captured_at, one.camera, one.public_id)
        for eye, one in by_eye.items()
    }
    screened = Screening(order.ordered.external_id, order.ordered.consent, photographs)
    return screening_store(screened, taken[0].patient, client=client, now=now)


def _refused(order: OrderOfUploads, client: PartnerClient) -> FhirRefused:
    if _ordered(order, client).exists():
        return FhirRefused(409, "one of them was ordered under another identifier", expression=PLACE)
    advice = "must be Media that this program sent within the last 24 hours"
    return FhirRefused(422, advice, expression=PLACE)
