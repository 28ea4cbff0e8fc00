"""A Task that a hospital sends back, read as its answer: a status, its words, the visit, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import OURS, OWN_LABELS, Element, concept
from config.fhir.mapping.task_visits import ELEMENTS, Visit, read_visit
from config.fhir.mapping.task_words import new_note, new_reason
from referrals.domain.status import ReferralStatus
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality

SYSTEM = f"{OURS}referral-outcome"
EYES = {Laterality.RIGHT: "right", Laterality.LEFT: "left"}
CODES: Mapping[str, tuple[Laterality, Label]] = {
    f"{eye_name}-{OWN_LABELS[label]}": (eye, label) for eye, eye_name in EYES.items() for label in DISEASES
}
CHANGEABLE = ("status", "statusReason", "output", "note", *ELEMENTS)
# The server's own, or narrative: what a client sends there is not looked at.
PASSED_OVER = ("resourceType", "id", "meta", "text", "lastModified", "language", "input")

Outcome = Mapping[tuple[Laterality, Label], bool]


@dataclass(frozen=True)
class Answer:
    status: ReferralStatus
    reason: str
    outcome: Outcome
    visit: Visit | None = None
    note: str = ""


def read_answer(given: Any, current: Element) -> Answer:
    """What changes against the Task as it is. Raises FhirRefused (400, or 422 for what nobody may change)."""
    if not isinstance(given, dict) or given.get("resourceType") != "Task":
        raise FhirRefused(400, "send the Task as a JSON object", expression="Task")
    if given.get("id") != current["id"]:
        raise FhirRefused(400, "must be the id of the address", expression="Task.id")
    for name in given:
        if name not in CHANGEABLE + PASSED_OVER and _meant(given[name]) != _meant(current.get(name)):
            raise FhirRefused(
                422,
                f"only {', '.join(CHANGEABLE)} may change; send the rest as it was read",
                expression="Task",
            )
    return Answer(
        _status(given.get("status")),
        new_reason(given, current),
        _outcome(given.get("output")),
        read_visit(given, current),
        new_note(given, current),
    )


def _meant(value: object) -> object:
    """A reference by where it leads: a name may be another by now."""
    return value["reference"] if isinstance(value, dict) and "reference" in value else value


def _status(value: object) -> ReferralStatus:
    try:
        return ReferralStatus(value)
    except ValueError:
        raise FhirRefused(400, "is not a status that a referral has", expression="Task.status") from None


def _outcome(value: object) -> Outcome:
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) > len(CODES):
        raise FhirRefused(400, "must be a list with one entry an eye and disease", expression="Task.output")
    found = dict(_found(one) for one in value)
    if len(found) < len(value):
        raise FhirRefused(400, "names an eye and disease twice", expression="Task.output")
    return found


def _found(value: object) -> tuple[tuple[Laterality, Label], bool]:
    try:
        codes = [one["code"] for one in value["type"]["coding"] if one.get("system") == SYSTEM]
        return CODES[codes[0]], _yes_or_no(value["valueBoolean"])
    except (AttributeError, KeyError, IndexError, TypeError):
        advice = f"needs valueBoolean and a type of {SYSTEM}, such as right-glaucoma"
        raise FhirRefused(400, advice, expression="Task.output") from None


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def output(outcome: Outcome) -> list[Element]:
    """What was found, as the Task says it back."""
    code_of = {found: code for code, found in CODES.items()}
    return [
        {"type": concept(SYSTEM, code_of[found]), "valueBoolean": present}
        for found, present in outcome.items()
    ]
