"""The ids and search parameters of the resource types, read into conditions on their rows."""

import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import Q

from config.api.status import ScreeningStatus
from config.fhir.changes import updated_visit
from config.fhir.errors import FhirRefused
from config.fhir.mapping.parties import HOSPITAL
from config.fhir.mapping.patients import mrn_system
from config.fhir.search import Reader, token_of
from config.fhir.standing import read_again
from pharmacy.domain.fhir_status import FHIR_STATUS as DISPENSE_FHIR_STATUS
from pharmacy.domain.fhir_status import PRESCRIPTION_FHIR_STATUS
from pharmacy.domain.order_status import FHIR_STATUS, STORED, OrderStatus
from pharmacy.models import DispenseStatus
from records.models import AuditAction
from referrals.domain.status import UNSENT, ReferralStatus

_S = ScreeningStatus
# As rows have it: what was final and changed afterwards is told apart on the resource.
REPORT_CODES = {
    "preliminary": (_S.PRELIMINARY,),
    "final": (_S.FINAL,),
    "amended": (_S.FINAL,),
    "cancelled": (_S.CANCELLED,),
}
TASK_CODES = {str(status): (str(status),) for status in ReferralStatus if status not in UNSENT}
_KEY = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

# What may stand behind each FHIR status of an order: which day it is, is looked at afterwards.
ORDER_CODES = {
    code: tuple(str(one) for one in STORED if code in (one, FHIR_STATUS[OrderStatus.EXPIRED]))
    for code in FHIR_STATUS.values()
}
SUPPLY_CODES = {
    code: tuple(status for status, written in PRESCRIPTION_FHIR_STATUS.items() if written == code)
    for code in (*ORDER_CODES, *PRESCRIPTION_FHIR_STATUS.values())
}
ORDER_CODES |= {code: () for code in SUPPLY_CODES if code not in ORDER_CODES}
AUDIT_CODES = {str(action): (str(action),) for action in AuditAction}
_DISPENSED = Q(status=DispenseStatus.RECONCILED, packs_handed_over__gt=0)
_DISPENSE_CODES = tuple(sorted(set(DISPENSE_FHIR_STATUS.values())))
_NOT_DISPENSED = Q(status=DispenseStatus.RECONCILED, packs_handed_over=0)

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


def photograph(text: str) -> Q:
    """Its key, or the id under which a program sent it ahead of its order."""
    return numbered(text) | named("public_id")(text)


def patient(path: str) -> tuple[str, Reader]:
    """`patient=Patient/<id>` or the id alone; one that may not be read has nothing."""
    by_id = named(path)
    return "reference", lambda text: by_id(text.removeprefix("Patient/"))


def prefixed(prefix: str) -> Callable[[str], Q]:
    """An id that is a number behind a prefix."""
    return lambda text: numbered(text.removeprefix(prefix)) if text.startswith(prefix) else NOTHING


def named_behind(prefix: str, path: str) -> Callable[[str], Q]:
    """An id that is a public id behind a prefix."""
    by_id = named(path)
    return lambda text: by_id(text.removeprefix(prefix)) if text.startswith(prefix) else NOTHING


def led_by(kind: str, path: str) -> tuple[str, Reader]:
    """`<kind>/<number>` or the number alone, as the key at `path`."""

    def read(text: str) -> Q:
        number = text.removeprefix(f"{kind}/")
        return Q(**{path: int(number)}) if _KEY.fullmatch(number) else NOTHING

    return "reference", read


def dispense_status(text: str) -> Q:
    codes = {one: tuple(k for k, v in DISPENSE_FHIR_STATUS.items() if v == one) for one in _DISPENSE_CODES}
    found = token_of("status", codes)(text)
    asked = text.split(",")
    counted = {"completed": _DISPENSED, "stopped": _NOT_DISPENSED}
    for code in asked:
        found |= counted.get(code, NOTHING)
    return found


def report_status(text: str) -> Q:
    """Finds too much for `final` and `amended`: see `Kind.exact`."""
    found = token_of("status", REPORT_CODES)(text)
    return found & read_again() if set(text.split(",")) == {"amended"} else found


def target(text: str) -> Q:
    """`DiagnosticReport/<id>`, or its id alone."""
    return named("encounter__public_id")(text.removeprefix("DiagnosticReport/"))


def intent(text: str) -> Q:
    """Whatever is shown is an order."""
    return Q() if "order" in text.split(",") else NOTHING


def identifier(text: str) -> Q:
    system, bar, value = text.partition("|")
    match = re.fullmatch(re.escape(mrn_system(0)).replace("0", r"(\d{1,9})"), system)
    if not bar or not value:
        raise FhirRefused(
            400, "identifier must be system|value, with the system that Patient.identifier shows"
        )
    return Q(organization_id=int(match[1]), mrn=value) if match else NOTHING


def birthdate(text: str) -> Q:
    """A whole day, beside what names the person; by itself it would name too many."""
    try:
        return Q(birth_date=date.fromisoformat(text if _DAY.fullmatch(text) else ""))
    except ValueError:
        raise FhirRefused(400, "birthdate must be a day such as 1960-05-01") from None


def order_identifier(text: str) -> Q:
    """The number that the partner gave, with or without a system before it."""
    return Q(external_id=text.rpartition("|")[2])


def based_on(text: str) -> Q:
    """`ServiceRequest/<id>`, or its id alone, of a screening that this client ordered."""
    return Q(ordered=True) & named("encounter__public_id")(text.removeprefix("ServiceRequest/"))


def owner(text: str) -> Q:
    """`Organization/me`, or as Task.owner refers to it; another hospital's Tasks are found by nobody else."""
    if text == "Organization/me":
        return Q()
    key = re.fullmatch(rf"Organization/{HOSPITAL}([1-9]\d{{0,17}})", text, re.ASCII)
    if key is None:
        raise FhirRefused(400, "owner must be Organization/me: the hospital that this client speaks for")
    return Q(hospital_id=int(key[1]))


def of_visit(**more: tuple[str, Reader]) -> dict[str, tuple[str, Reader]]:
    common = {"patient": patient("encounter__patient__public_id"), "_lastUpdated": updated_visit()}
    return common | more
