"""Versions of a resource: of a referral and of what a visit showed all that were ever told; of anything else the one
in force.
"""

from collections.abc import Mapping
from datetime import datetime

from config.fhir import loading_referred, versions_shown
from config.fhir.errors import FhirRefused
from config.fhir.kinds import KINDS
from config.fhir.kinds.kind import Made
from config.fhir.mapping.elements import Element
from config.fhir.reading import read_audited, read_by_id
from config.fhir.versions_referred import versions_of
from config.fhir.versions_shown import Gone
from records.errors import RecordNotFound
from records.models import PartnerClient
from referrals.models import Referral

_REFERRED: Mapping[str, Made] = {
    "Task": loading_referred.tasks,
    "ServiceRequest": loading_referred.service_requests,
}


def history(kind: str, key: str, *, client: PartnerClient, now: datetime) -> list[Element | Gone]:
    """All versions, the newest first, the read audited. Raises RecordNotFound."""
    if kind in versions_shown.VERSIONS:
        return _shown(kind, key, client=client, now=now)
    read = read_by_id(KINDS[kind], key, client=client, now=now)
    if not isinstance(read.row, Referral):
        return [read.resource]
    return [*reversed(versions_of(read.row, _REFERRED[kind], client=client, now=now))]


def _shown(kind: str, key: str, *, client: PartnerClient, now: datetime) -> list[Element | Gone]:
    (source,) = KINDS[kind].sources
    row = source.rows(client).filter(source.row_of(key)).first()
    told = versions_shown.VERSIONS[kind](row, key) if row is not None else []
    if not told:
        raise RecordNotFound("no such resource here")
    read_audited(KINDS[kind], source, row, client=client, now=now)
    return [*reversed(told)]


def version(kind: str, key: str, number: str, *, client: PartnerClient, now: datetime) -> Element:
    """One of them. Raises RecordNotFound, FhirRefused (404)."""
    for one in history(kind, key, client=client, now=now):
        if not isinstance(one, Gone) and one["meta"]["versionId"] == number:
            return one
    raise FhirRefused(404, "no such version is kept here; /_history has those that are")
