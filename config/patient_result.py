"""The sheet a patient takes home, in the language in force: what was seen, one dated next step, what to watch for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate

import pharmacy.texts
import risk.texts
from config import patient_texts as texts
from config.patient_step import WAITING, Next, PatientStep, patient_step
from pharmacy.models import PrescriptionStatus
from risk.domain.disposition import ActionKind
from risk.domain.urgency import Urgency
from screening.models import Encounter

RAISED = ("RB-01", "RB-02")
PRESSURE = "RA-03"
HELD = "RW-05"
DISEASES = tuple(texts.SIGNS)


@dataclass(frozen=True)
class PatientSheet:
    """Sentences, ready to print. `step` holds the sheet's only date besides that of the visit."""

    step: str
    today: bool
    bring: str
    waiting: str
    told_us: str
    seen: tuple[str, ...]
    besides: tuple[str, ...]
    watch: tuple[str, ...]
    emergency: str
    visited_on: str
    synthetic: bool


def patient_sheet(encounter: Encounter, case: Mapping[str, Any], *, today: date) -> PatientSheet:
    """The sheet of a visit as it stands today; `case` is what `config.case.case_outcome` returns."""
    visited_on, clinic = localdate(encounter.started_at), encounter.organization
    step = patient_step(case, visited_on=visited_on, today=today)
    photographs = case["exam"]["photographs"] if case["exam"] else []
    return PatientSheet(
        step=step_text(step, clinic=clinic.name),
        today=_is_for_today(step),
        bring=str(texts.BRING.get(step.next, texts.BRING_WAITING)),
        waiting=str(texts.WAITING_TOO_LONG) if step.next in WAITING and not _is_for_today(step) else "",
        told_us=told_us(case["red_flags"]),
        seen=tuple(seen(case)),
        besides=tuple(besides(case, step.next, today=today)),
        watch=tuple(str(sign) for sign in texts.WATCH),
        emergency=emergency(clinic.country),
        visited_on=day_text(visited_on),
        synthetic=any(photograph["synthetic"] for photograph in photographs),
    )


def _is_for_today(step: PatientStep) -> bool:
    return step.urgency == Urgency.STAT and step.next in texts.TODAY


def step_text(step: PatientStep, *, clinic: str) -> str:
    """The step in one or two sentences with its date."""
    sentence = texts.TODAY[step.next] if _is_for_today(step) else texts.STEPS[step.next]
    return str(sentence) % {"day": day_text(step.on), "hospital": step.hospital, "clinic": clinic}


def day_text(day: date) -> str:
    """A day as people say it, with the day of the week."""
    return date_format(day, str(texts.DATE_FORMAT))


def told_us(red_flags: list[str]) -> str:
    """What the patient said that cannot wait; empty where they said nothing of the kind."""
    words = ", ".join(str(risk.texts.RED_FLAGS.get(flag, flag)) for flag in red_flags)
    return str(texts.TOLD_US) % {"flags": words} if words else ""


def seen(case: Mapping[str, Any]) -> Iterator[str]:
    """What the photographs showed, a sentence for each eye."""
    # Only the assessment knows of a release on hold, so before it nobody is cleared.
    if case["assessment"] is None or case["exam"] is None or not case["exam"]["eyes"]:
        yield str(texts.NOT_READY)
        return
    results = {eye["laterality"]: eye for eye in case["exam"]["eyes"]}
    held = HELD in _reasons(case)
    taken = {photograph["laterality"] for photograph in case["exam"]["photographs"]}
    for side, name in texts.EYES.items():
        if side in results:
            yield _eye(results[side], str(name), held=held)
        else:
            yield str(texts.NOT_READY if side in taken else texts.NO_PHOTOGRAPH) % {"eye": name}


def _eye(eye: Mapping[str, Any], name: str, *, held: bool) -> str:
    decided = {finding["label"]: finding["decision"] for finding in eye["findings"]}
    signs = [str(texts.SIGNS[label]) for label in DISEASES if decided.get(label) == "present"]
    if eye["gradability"] == "ungradable":
        return str(texts.UNCLEAR) % {"eye": name}
    if signs:
        sentence = texts.SEEN if eye.get("read") else texts.SUSPECTED
        return str(sentence) % {"eye": name, "signs": ", ".join(signs)}
    # A release on hold clears nobody, so what it did not find is open until somebody has read it.
    unsure = any(decided.get(label) == "abstain" for label in DISEASES) or (held and not eye.get("read"))
    return str(texts.UNSURE if unsure else texts.NOTHING) % {"eye": name}


def besides(case: Mapping[str, Any], coming: Next, *, today: date) -> Iterator[str]:
    """What else the patient should know; without dates, so that there is one to keep in mind."""
    kinds = {action["kind"] for action in _actions(case)}
    reasons = _reasons(case)
    yield from _drops(case["medicine"], coming)
    if _is_expected(case, today) and coming is not Next.APPOINTMENT:
        yield str(texts.APPOINTMENT_TOO)
    if ActionKind.GRADING in kinds and coming is not Next.EXPERT_LOOKS:
        yield str(texts.EXPERT_TOO)
    if ActionKind.REPEAT_IMAGING in kinds and coming is not Next.PHOTOGRAPH:
        yield str(texts.AGAIN_TOO)
    if PRESSURE in reasons:
        yield str(texts.PRESSURE_HIGH)
    if reasons.intersection(RAISED):
        yield str(texts.RAISED_RISK)


def _is_expected(case: Mapping[str, Any], today: date) -> bool:
    """Whether an eye clinic still expects the patient (RK-01)."""
    kept = (one["due_by"] for one in _actions(case) if one["kind"] == ActionKind.KEEP_APPOINTMENT)
    return any(due >= today.isoformat() for due in kept)


def _actions(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return case["assessment"]["actions"] if case["assessment"] else []


def _reasons(case: Mapping[str, Any]) -> set[str]:
    return {code for action in _actions(case) for code, _ in action["reasons"]}


def _drops(medicine: Mapping[str, Any] | None, coming: Next) -> Iterator[str]:
    if medicine is None:
        return
    if medicine["status"] == PrescriptionStatus.AUTHORISED:
        yield str(texts.DROPS) % {"directions": pharmacy.texts.DIRECTIONS[medicine["medicine"]]}
    undecided = (PrescriptionStatus.PROPOSED, PrescriptionStatus.NEEDS_PHARMACIST)
    if medicine["status"] in undecided and coming is not Next.MEDICINE_CHECKED:
        yield str(texts.DROPS_CHECKED)


def emergency(country: str) -> str:
    """Where to go at once, with the country's number where it is known."""
    number = texts.EMERGENCY_NUMBERS.get(country)
    return str(texts.EMERGENCY_CALL) % {"number": number} if number else str(texts.EMERGENCY)
