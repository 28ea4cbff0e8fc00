"""The ids and search parameters of the resource types, read into conditions on their rows."""

import re
from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from config.api.status import ScreeningStatus
from config.fhir.errors import FhirRefused
from config.fhir.mapping.patients import mrn_system
from config.fhir.search import Reader, moment_of
from referrals.domain.status import UNSENT, ReferralStatus

_S = ScreeningStatus
REPORT_CODES = {
    "preliminary": (_S.PRELIMINARY, _S.UNGRADABLE),
    "final": (_S.FINAL,),
    "cancelled": (_S.CANCELLED,),
}
TASK_CODES = {str(status): (str(status),) for status in ReferralStatus if status not in UNSENT}
_KEY = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

NOTHING = Q(pk__in=[])


def numbered(text: str) -> Q:
    return Q(pk=int(text)) if _KEY.fullmatch(text) else NOTHING


def named(path: str, *, longer: bool = False) -> Callable[[str], Q]:
    """An id that is, or with `longer` begins with, a public id."""

    def read(text: str) -> Q:
        head, rest = text[:36], text[36:]
        whole = _UUID.fullmatch(head) and (rest.startswith("-") if longer else not rest)
        return Q(**{path: UUID(head)}) if whole else NOTHING

    return read


def patient(path: str) -> tuple[str, Reader]:
    """`patient=Patient/<id>` or the id alone; one that may not be read has nothing."""
    by_id = named(path)
    return "reference", lambda text: by_id(text.removeprefix("Patient/"))


def identifier(text: str) -> Q:
    system, bar, value = text.partition("|")
    match = re.fullmatch(re.escape(mrn_system(0)).replace("0", r"(\d{1,9})"), system)
    if not bar or not value:
        raise FhirRefused(
            400, "identifier must be system|value, with the system that Patient.identifier shows"
        )
    return Q(organization_id=int(match[1]), mrn=value) if match else NOTHING


def owner(text: str) -> Q:
    if text != "Organization/me":
        raise FhirRefused(400, "owner must be Organization/me: the hospital that this client speaks for")
    return Q()


def updated(path: str) -> tuple[str, Reader]:
    return "date", moment_of(path)


def of_visit(**more: tuple[str, Reader]) -> dict[str, tuple[str, Reader]]:
    common = {"patient": patient("encounter__patient__public_id"), "_lastUpdated": updated("changed_at")}
    return common | more
