"""A Task that a hospital sends back, read as its answer: a status, why, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.fhir.mapping.elements import OURS, OWN_LABELS, Element, concept
from referrals.domain.status import ReferralStatus
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality

SYSTEM = f"{OURS}referral-outcome"
EYES = {Laterality.RIGHT: "right", Laterality.LEFT: "left"}
CODES: Mapping[str, tuple[Laterality, Label]] = {
    f"{eye_name}-{OWN_LABELS[label]}": (eye, label) for eye, eye_name in EYES.items() for label in DISEASES
}
CHANGEABLE = ("status", "statusReason", "output")
# The server's own, or narrative: what a client sends there is not looked at.
PASSED_OVER = ("resourceType", "id", "meta", "text", "lastModified", "implicitRules", "language")
REASON_LONGEST = 200

Outcome = Mapping[tuple[Laterality, Label], bool]


class AnswerUnread(Exception):
    """A Task that is no answer. `expression` leads to the element."""

    def __init__(self, status: int, expression: str, advice: str) -> None:
        super().__init__(advice)
        self.status, self.expression = status, expression


@dataclass(frozen=True)
class Answer:
    status: ReferralStatus
    reason: str
    outcome: Outcome


def read_answer(given: Any, current: Element) -> Answer:
    """What changes against the Task as it is. Raises AnswerUnread (400, or 422 for what nobody may change)."""
    if not isinstance(given, dict) or given.get("resourceType") != "Task":
        raise AnswerUnread(400, "Task", "send the Task as a JSON object")
    if given.get("id") != current["id"]:
        raise AnswerUnread(400, "Task.id", "must be the id of the address")
    for name in given:
        if name not in CHANGEABLE + PASSED_OVER and given[name] != current.get(name):
            raise AnswerUnread(
                422, "Task", f"only {', '.join(CHANGEABLE)} may change; send the rest as it was read"
            )
    return Answer(_status(given.get("status")), _new_reason(given, current), _outcome(given.get("output")))


def _new_reason(given: Mapping[str, Any], current: Element) -> str:
    """A reason that comes back as it was read belongs to the step before, so this step has none."""
    reason, said = (_reason(task.get("statusReason")) for task in (given, current))
    return "" if reason == said else reason


def _status(value: object) -> ReferralStatus:
    try:
        return ReferralStatus(value)
    except ValueError:
        raise AnswerUnread(400, "Task.status", "is not a status that a referral has") from None


def _reason(value: object) -> str:
    if value is None:
        return ""
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not text.isprintable() or not 1 <= len(text.strip()) <= REASON_LONGEST:
        raise AnswerUnread(
            400, "Task.statusReason.text", f"must be one line of 1 to {REASON_LONGEST} characters"
        )
    return text.strip()


def _outcome(value: object) -> Outcome:
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) > len(CODES):
        raise AnswerUnread(400, "Task.output", "must be a list with one entry an eye and disease")
    found = dict(_found(one) for one in value)
    if len(found) < len(value):
        raise AnswerUnread(400, "Task.output", "names an eye and disease twice")
    return found


def _found(value: object) -> tuple[tuple[Laterality, Label], bool]:
    try:
        codes = [one["code"] for one in value["type"]["coding"] if one.get("system") == SYSTEM]
        return CODES[codes[0]], _yes_or_no(value["valueBoolean"])
    except (AttributeError, KeyError, IndexError, TypeError):
        advice = f"needs valueBoolean and a type of {SYSTEM}, such as right-glaucoma"
        raise AnswerUnread(400, "Task.output", advice) from None


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
