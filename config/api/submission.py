"""One screening from one request: made once, however often the request arrives."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import screening.services
from config.api.once import Reply, once
from config.api.other_patients import other_patient_note, other_patients_allowed
from config.api.parts import ScreeningGiven, refused_photographs
from config.errors import AnotherPatient
from config.intake import case_submit
from records.models import PartnerClient
from records.selectors import local_date
from screening.imaging.gate import PhotographRefused
from screening.models import PartnerScreening

ACCEPTED = 202
Described = Callable[[PartnerScreening], dict[str, Any]]


def screening_submit(
    *, given: ScreeningGiven, key: str, client: PartnerClient, describe: Described, now: datetime
) -> Reply:
    """Take a screening, or give the reply it got when it was sent before under the same `key`.

    `describe` makes the body of the reply, which is stored with the screening in one transaction. A refused
    request leaves nothing behind and frees its key.

    Raises
    ------
    RequestRefused
        A photograph was refused.
    Throttled
        The client met too many other patients; see other_patients.py.
    KeyInUse, KeyOfAnotherRequest, ExternalIdTaken, and what `config.intake.case_submit` raises
    """
    other_patients_allowed(client=client, now=now)
    try:
        return once(
            lambda: describe(_made(given, client, now)),
            key=key,
            content_sha256=given.sha256,
            status=ACCEPTED,
            client=client,
            now=now,
        )
    except AnotherPatient as error:
        other_patient_note(error, client=client, now=now)
        raise


def _made(given: ScreeningGiven, client: PartnerClient, now: datetime) -> PartnerScreening:
    by = client.actor()
    try:
        encounter = case_submit(
            answers=given.meta.answers,
            photographs=list(given.photographs),
            by=by,
            now=now,
            today=local_date(now, client.organization),
            # The idempotency key says what is the same request; a second sitting may be another screening.
            repeat_within=None,
            consent_of_its_own=True,
        )
    except PhotographRefused as refused:
        raise refused_photographs(given.photographs) from refused
    return screening.services.partner_screening_record(
        encounter=encounter, client=client, details=given.meta.details, by=by, now=now
    )
