"""A hospital's appointment in a Task: `businessStatus` says how far it is, `executionPeriod.start` when it begins.

R4 keeps `restriction.period` for when the requester wants it done, which here is the deadline and the clinic's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from config.api.meta import parse_moment
from config.fhir.errors import FhirRefused
from config.fhir.mapping.elements import OURS, Element, concept, moment
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import CLOSED, ReferralStatus

SYSTEM = f"{OURS}referral-business-status"
ELEMENTS = ("businessStatus", "executionPeriod")


class VisitCode(StrEnum):
    APPOINTMENT_BOOKED = "appointment-booked"
    DID_NOT_ATTEND = "did-not-attend"


@dataclass(frozen=True)
class Visit:
    """`starts_at`: aware, of one that is booked and of no other."""

    code: VisitCode
    starts_at: datetime | None = None


def visit_after(steps: Iterable[tuple[str, str]], starts: Sequence[datetime]) -> Visit | None:
    """What is known of the visit after these steps, each as its code and status; None before and after it.

    `starts`: of all appointments, in the order in which they were booked, which each is a step of.
    """
    visit, booked = None, iter(starts)
    for code, status in steps:
        if code == DecisionCode.BOOKED:
            visit = Visit(VisitCode.APPOINTMENT_BOOKED, next(booked))
        elif code == DecisionCode.DID_NOT_ATTEND:
            visit = Visit(VisitCode.DID_NOT_ATTEND)
        elif status in (ReferralStatus.IN_PROGRESS, *CLOSED):
            visit = None
    return visit


def elements(visit: Visit | None) -> Element:
    """As the Task says it."""
    if visit is None:
        return {}
    period = {"executionPeriod": {"start": moment(visit.starts_at)}} if visit.starts_at else {}
    return {"businessStatus": concept(SYSTEM, visit.code)} | period


def read_visit(given: Mapping[str, Any], current: Element) -> Visit | None:
    """What changes of the visit; None: nothing. An element that is left out stays as it is.

    Raises FhirRefused (400, or 422 for a time that belongs to no appointment).
    """
    told = {name: given.get(name, current.get(name)) for name in ELEMENTS}
    if all(told[name] == current.get(name) for name in ELEMENTS):
        return None
    visit = _read(told, current)
    unchanged = "businessStatus" in current and visit == _read(current, current)
    return None if unchanged else visit


def _read(told: Mapping[str, Any], current: Element) -> Visit:
    code = _code(told.get("businessStatus"))
    period = told.get("executionPeriod")
    if code is VisitCode.APPOINTMENT_BOOKED:
        return Visit(code, _start(period))
    if period != current.get("executionPeriod"):
        raise FhirRefused(
            422, "only appointment-booked takes another time", expression="Task.executionPeriod"
        )
    return Visit(code)


def _code(value: object) -> VisitCode:
    try:
        (code,) = (one["code"] for one in value["coding"] if one.get("system") == SYSTEM)  # type: ignore[index]
        return VisitCode(code)
    except (AttributeError, KeyError, TypeError, ValueError):
        advice = f"needs one coding of {SYSTEM}: {', '.join(VisitCode)}"
        raise FhirRefused(400, advice, expression="Task.businessStatus") from None


def _start(value: object) -> datetime:
    text = value.get("start") if isinstance(value, dict) and set(value) == {"start"} else None
    starts_at = parse_moment(text) if isinstance(text, str) else None
    if starts_at is None:
        advice = "needs start, and no end: when the appointment begins, such as 2026-12-01T09:30:00+09:00"
        raise FhirRefused(400, advice, expression="Task.executionPeriod")
    return starts_at
