"""A ServiceRequest that a partner sends: a screening, under the partner's number, to which the person agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.api.meta import EXTERNAL_ID
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import OURS, SNOMED
from config.fhir.mapping.given import codes_of, list_of, reference_of, refuse_modifiers, text_of
from records.models import ConsentScope

SCREENING = {(SNOMED, "134395001"), (f"{OURS}order", "eye-screening")}
TAKEN = {str(ConsentScope.SCREENING), str(ConsentScope.REFERRAL)}
CONSENT = "urn:nungil:extension:consent"


@dataclass(frozen=True)
class OrderGiven:
    """`subject` and `media` are references as they were written."""

    external_id: str
    consent: tuple[str, ...]
    subject: str
    media: tuple[str, ...]


def read_order(order: Mapping[str, Any]) -> OrderGiven:
    """Raises FhirRefused (400, 422)."""
    place = "ServiceRequest"
    refuse_modifiers(order, place)
    if order.get("doNotPerform") not in (None, False):
        raise FhirRefused(422, "a screening is ordered, never forbidden", expression=f"{place}.doNotPerform")
    if (order.get("status"), order.get("intent")) != ("active", "order"):
        raise FhirRefused(422, "must have status active and intent order", expression=place)
    if not codes_of(order.get("code"), f"{place}.code") & SCREENING:
        raise FhirRefused(422, "must be SNOMED CT 134395001: what is offered", expression=f"{place}.code")
    led_to = list_of(order.get("supportingInfo"), f"{place}.supportingInfo")
    return OrderGiven(
        external_id=_external_id(order),
        consent=read_consent(order, place),
        subject=reference_of(order.get("subject"), f"{place}.subject"),
        media=tuple(reference_of(one, f"{place}.supportingInfo") for one in led_to),
    )


def _external_id(order: Mapping[str, Any]) -> str:
    place = "ServiceRequest.identifier"
    numbers = [text_of(one.get("value"), place) for one in list_of(order.get("identifier"), place)]
    if len(numbers) != 1 or not EXTERNAL_ID.fullmatch(numbers[0]):
        raise FhirRefused(422, "must be one, of 1 to 64 visible ASCII characters", expression=place)
    return numbers[0]


def read_consent(resource: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """What the person agreed to, as the partner's word; whether it suffices is not said here."""
    place = f"{kind}.extension"
    given = [one for one in list_of(resource.get("extension"), place) if one.get("url") == CONSENT]
    agreed = {text_of(one.get("valueCode"), place) for one in given}
    if agreed - TAKEN:
        raise FhirRefused(422, f"the consent is to one of {', '.join(sorted(TAKEN))}", expression=place)
    return tuple(sorted(agreed))
