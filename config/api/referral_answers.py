"""A hospital's answer to a referral, read and taken: the service that FHIR's Task and the portal call decides."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from rest_framework.request import Request

from config.api.meta import parse_moment
from config.api.problems import Place, RequestRefused, pointer
from config.fhir.mapping.task_answers import EYES, Outcome
from config.fhir.mapping.task_visits import Visit, VisitCode
from config.outcomes import hospital_answer
from records.models import PartnerClient
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from referrals.selectors import state_of
from referrals.services import hospital_visit, referral_resume
from referrals.services.step_facts import REASON_LONGEST
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality

_S = ReferralStatus
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)
_EYES: Mapping[str, Laterality] = {name: eye for eye, name in EYES.items()}
OUTCOMES_MOST = len(EYES) * len(DISEASES)


@dataclass(frozen=True)
class Answer:
    """`steps`: the status wanted, and before it what the table asks for on the way there (REFR-23).

    `visit`: an appointment, or that it was not kept. `resumes`: it ends a hold. `note`: said beside the last step.
    """

    steps: tuple[ReferralStatus, ...] = ()
    reason: str = ""
    outcome: Outcome = field(default_factory=dict)
    visit: Visit | None = None
    resumes: bool = False
    note: str = ""


def read_accept(data: object) -> Answer:
    return Answer((_S.RECEIVED, _S.ACCEPTED), note=_note(_object(data)))


def read_reject(data: object) -> Answer:
    given = _object(data, "reason")
    return Answer((_S.REJECTED,), reason=_reason(given.get("reason")), note=_note(given))


def read_complete(data: object) -> Answer:
    given = _object(data, "outcome")
    found = _outcome(given.get("outcome"))
    return Answer((_S.IN_PROGRESS, _S.COMPLETED), outcome=found, note=_note(given))


def read_appointment(data: object) -> Answer:
    given = _object(data, "starts_at")
    told = given.get("starts_at")
    starts_at = parse_moment(told) if isinstance(told, str) else None
    if starts_at is None:
        _refuse(pointer("starts_at"), "must be a moment with its offset, such as 2026-12-01T09:30:00+09:00")
    return Answer(visit=Visit(VisitCode.APPOINTMENT_BOOKED, starts_at), note=_note(given))


def read_no_show(data: object) -> Answer:
    return Answer(visit=Visit(VisitCode.DID_NOT_ATTEND), note=_note(_object(data)))


def read_resume(data: object) -> Answer:
    return Answer(resumes=True, note=_note(_object(data)))


Read = Callable[[object], Answer]


def version_of(request: Request) -> str:
    """The version that the answer is about. Raises RequestRefused (428, 400)."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise RequestRefused("version-missing")
    version = _VERSION.fullmatch(given)
    if version is None:
        raise RequestRefused("request-invalid", 'If-Match must be the ETag of the referral, such as W/"3"')
    return version[1]


def digest_of(request: Request, version: str) -> str:
    """The same for the same answer to the same version of the same referral."""
    told = json.dumps([request.path, version, request.data], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def answer_take(
    answer: Answer, *, referral_id: int, status: str, seen: str, client: PartnerClient, now: datetime
) -> None:
    """All steps of an answer from `status` on, in the caller's transaction.

    Raises as `hospital_answer`, `hospital_visit` and `referral_resume` do.
    """
    told: dict[str, Any] = {
        "referral_id": referral_id,
        "client_id": client.pk,
        "by": client.actor(),
        "now": now,
    }
    for step in _left(answer.steps, ReferralStatus(status)):
        last = step is answer.steps[-1]
        moved: Referral = hospital_answer(
            status=step,
            reason=answer.reason if last else "",
            note=answer.note if last else "",
            outcome=answer.outcome if last else {},
            seen=seen,
            **told,
        )
        seen = state_of(moved)
    if answer.visit is not None:
        hospital_visit(starts_at=answer.visit.starts_at, seen=seen, note=answer.note, **told)
    if answer.resumes:
        referral_resume(seen=seen, note=answer.note, **told)


def _left(steps: tuple[ReferralStatus, ...], status: ReferralStatus) -> tuple[ReferralStatus, ...]:
    """Without a step that was taken before, or that leads back."""
    if not steps:
        return steps
    skipped = (steps[0], _S.ON_HOLD) if steps[-1] is _S.ACCEPTED else (steps[0],)
    return steps[1:] if len(steps) > 1 and status in skipped else steps


def _object(data: object, *names: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        _refuse(pointer(), "must be a JSON object")
    for name in data:
        if name not in (*names, "note"):
            _refuse(
                pointer(name), f"is not known here; send {', '.join((*names, 'note where there is one'))}"
            )
    return data


def _note(given: Mapping[str, Any]) -> str:
    return _line(given["note"], "note") if "note" in given else ""


def _reason(value: object) -> str:
    return _line(value, "reason")


def _line(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 1 <= len(value.strip()) <= REASON_LONGEST:
        _refuse(pointer(name), f"must be one line of 1 to {REASON_LONGEST} characters; it is kept")
    return value.strip()


def _outcome(value: object) -> Outcome:
    if not isinstance(value, list) or not 1 <= len(value) <= OUTCOMES_MOST:
        _refuse(
            pointer("outcome"), f"must be a list with 1 to {OUTCOMES_MOST} entries, one an eye and disease"
        )
    found: dict[tuple[Laterality, Label], bool] = {}
    for position, one in enumerate(value):
        place, present = _found(one, position)
        if place in found:
            _refuse(pointer("outcome", position), "names an eye and disease twice")
        found[place] = present
    return found


def _found(value: object, position: int) -> tuple[tuple[Laterality, Label], bool]:
    here = pointer("outcome", position)
    if not isinstance(value, Mapping) or set(value) != {"eye", "code", "present"}:
        _refuse(here, "must be an object with eye, code and present")
    eye, code, present = value["eye"], value["code"], value["present"]
    if not isinstance(eye, str) or eye not in _EYES:
        _refuse(f"{here}/eye", f"must be one of {', '.join(_EYES)}")
    if not isinstance(code, str) or code not in set(DISEASES):
        _refuse(f"{here}/code", f"must be one of {', '.join(DISEASES)}")
    if not isinstance(present, bool):
        _refuse(f"{here}/present", "must be true or false")
    return (_EYES[eye], Label(code)), present


def _refuse(where: str, advice: str) -> NoReturn:
    raise RequestRefused("content-invalid", places=[Place(where, advice)])
