"""The safety questionnaire: what must be known before a machine may hand out anything.

None is "not known" and never "no": each rule treats it in its own branch (facts 4.4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from pharmacy.errors import SafetyAnswersError

TEXT_MAX = 120
LIST_MAX = 30


@dataclass(frozen=True)
class SafetyAnswers:
    """An empty list means "asked, none". `narrow_angle`: told by an eye doctor to have narrow angles.

    `conditions` are illnesses in the patient's words (`conditions`); only refills and supplements need them.
    """

    allergies: tuple[str, ...] | None = None
    current_medicines: tuple[str, ...] | None = None
    pregnant_or_breastfeeding: bool | None = None
    contact_lenses: bool | None = None
    eye_surgery_last_3_months: bool | None = None
    narrow_angle: bool | None = None
    guardian_present: bool | None = None
    conditions: tuple[str, ...] | None = None


QUESTIONS: tuple[str, ...] = tuple(field.name for field in fields(SafetyAnswers))
LIST_QUESTIONS: tuple[str, ...] = ("allergies", "current_medicines", "conditions")
YES_NO_QUESTIONS: tuple[str, ...] = tuple(name for name in QUESTIONS if name not in LIST_QUESTIONS)


def parse_safety_answers(answers: Mapping[str, object]) -> SafetyAnswers:
    """Read a questionnaire; a question left out or null is unknown.

    Raises SafetyAnswersError naming the field: unknown question, wrong type, blank or overlong text.
    """
    for name in answers:
        if name not in QUESTIONS:
            raise SafetyAnswersError(
                str(name), f"is not a safety question; use one of {', '.join(QUESTIONS)}"
            )
    yes_no = {name: _yes_no(name, answers.get(name)) for name in YES_NO_QUESTIONS}
    return SafetyAnswers(
        allergies=_names("allergies", answers.get("allergies")),
        current_medicines=_names("current_medicines", answers.get("current_medicines")),
        conditions=_names("conditions", answers.get("conditions")),
        **yes_no,
    )


def _yes_no(name: str, value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise SafetyAnswersError(name, "answer true, false, or null when it is not known")


def _names(name: str, value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > LIST_MAX:
        raise SafetyAnswersError(
            name, f"answer a list of at most {LIST_MAX} names, [] for none, or null when it is not known"
        )
    return tuple(dict.fromkeys(_one_name(name, item) for item in value))


def _one_name(name: str, item: object) -> str:
    if not isinstance(item, str) or not item.strip() or "\x00" in item:
        raise SafetyAnswersError(name, "every entry must be a name in words")
    text = " ".join(item.split())
    if len(text) > TEXT_MAX:
        raise SafetyAnswersError(name, f"every name must have at most {TEXT_MAX} characters")
    return text
