"""Every address that takes a partner's token, of things that one program reaches: by REST, and by FHIR for each kind
and interaction of the table.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from config.fhir.kinds import KINDS
from tests.factories import bundles
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir.test_hospital_visits import soon, whole
from tests.integration.config.fhir.test_subscriptions import asked
from tests.integration.config.fhir.test_task_patch import PATCH, op
from tests.integration.config.partner_world import MRN, OF_NOBODY, Program, Reached
from tests.integration.config.test_api_referrals import OUTCOME

# How a program is answered that names what is another's.
REFUSED = (400, 404, 409, 415, 422)
# Every program has some: this one's are asked for.
ITS_OWN = ("AuditEvent",)
_number = count(1)


@dataclass(frozen=True)
class Door:
    """One method of one address. `name`: that of its pattern in the router.

    `own`: how the program whose it is is answered; `other`: one that may not reach it. `scope`: the kind and the
    letter that it takes.
    """

    name: str
    method: str
    address: str
    body: Any = None
    scope: tuple[str, str] | None = None
    own: tuple[int, ...] = (200,)
    other: tuple[int, ...] = (404,)
    content_type: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.address} ({self.name})"

    @property
    def fhir(self) -> bool:
        return self.address.startswith("/fhir")

    def token(self, program: Program, *, other: bool = False) -> str:
        """What opens it; `other`: what opens the other door of the two."""
        return program.fhir if self.fhir is not other else program.rest

    def by(self, token: str) -> HttpResponse:
        """The answer to whoever has the token; what it did is undone."""
        given = {"authorization": f"Bearer {token}"} if token else {}
        given |= (
            {"if-match": self.version, "idempotency-key": f"door-{next(_number)}"} if self.version else {}
        )
        kind = self.content_type or ("application/fhir+json" if self.fhir else "application/json")
        content = {} if self.body is None else {"data": json.dumps(self.body), "content_type": kind}
        browser = Client(raise_request_exception=False, headers=given)
        with transaction.atomic():
            answer = getattr(browser, self.method)(self.address, **content)
            transaction.set_rollback(True)
        return answer


def doors(of: Reached) -> Iterator[Door]:
    for kind in sorted(KINDS.keys() - OF_NOBODY):
        yield from _fhir_doors(of, kind)
    yield from _fhir_others(of)
    yield from _rest_doors(of)


def _fhir_doors(of: Reached, kind: str) -> Iterator[Door]:
    key, number = of.fhir[kind]
    letters, here = KINDS[kind].letters, f"/fhir/{kind}/{key}"
    if "r" in letters:
        scope = (kind, "r")
        yield Door("fhir-instance", "get", here, scope=scope)
        yield Door("fhir-history", "get", f"{here}/_history", scope=scope)
        yield Door("fhir-version", "get", f"{here}/_history/{number}", scope=scope)
    if "s" in letters:
        asked_for = f"?_id={key}" if KINDS[kind].needs or kind in ITS_OWN else ""
        yield Door("fhir-search", "get", f"/fhir/{kind}{asked_for}", scope=(kind, "s"), other=(200,))
    if "c" in letters:
        yield Door("fhir-search", "post", f"/fhir/{kind}", _created(of)[kind], (kind, "c"), (), REFUSED)
    if "u" in letters:
        yield from _updates(of, kind)


def _updates(of: Reached, kind: str) -> Iterator[Door]:
    key, number = of.fhir[kind]
    task, version = of.program.caller.get(f"{kind}/{key}") | {"status": "received"}, f'W/"{number}"'
    patch = [op("replace", "/status", "received")]
    here = f"/fhir/{kind}/{key}"
    yield Door("fhir-instance", "put", here, task, (kind, "u"), version=version)
    yield Door("fhir-instance", "patch", here, patch, (kind, "u"), content_type=PATCH, version=version)


def _created(of: Reached) -> Mapping[str, Any]:
    """By kind, what names a person, a photograph or an order of the program whose they are."""
    person, photograph = f"Patient/{of.fhir['Patient'][0]}", {"reference": of.waiting}
    return {
        "Patient": _somebody_else(of),
        "Media": uploaded.described(person, "R", bundles.content(9)),
        "Binary": {"resourceType": "Binary", "id": of.fhir["Binary"][0]},
        "ServiceRequest": bundles.order(person, number="EXT-9") | {"supportingInfo": [photograph]},
    }


def _somebody_else(of: Reached) -> Any:
    """The record number of one person with the details of another."""
    other = {"name": [{"text": "Nobody Known"}], "birthDate": "2001-01-01", "gender": "male"}
    return bundles.patient(of.clinic, MRN, **other)


def _fhir_others(of: Reached) -> Iterator[Door]:
    bundle = bundles.transaction(of.clinic, number="EXT-10")
    bundle["entry"][0]["resource"] = _somebody_else(of)
    for name, address in (("fhir-transaction", "/fhir/"), ("fhir-base", "/fhir")):
        yield Door(name, "post", address, bundle, ("ServiceRequest", "c"), (), REFUSED)
    own = f"/fhir/Subscription/{of.subscription}"
    bad = asked("http://127.0.0.1/")
    yield Door("fhir-subscriptions", "post", "/fhir/Subscription", bad, ("Subscription", "c"), (422,), (422,))
    yield Door("fhir-subscription", "get", own, scope=("Subscription", "r"))
    yield Door("fhir-subscription", "delete", own, scope=("Subscription", "d"), own=(200, 204))


def _rest_doors(of: Reached) -> Iterator[Door]:
    here, sent = f"/api/v1/referrals/{of.referral.pk}", f"/api/v1/screenings/{of.screening}"
    yield Door("api-screenings", "get", "/api/v1/screenings", other=(200,))
    yield Door("api-screenings", "post", "/api/v1/screenings", {}, own=(400,), other=(400,))
    yield Door("api-screening", "get", sent)
    yield Door("api-screening-cancel", "post", f"{sent}/cancel", {"reason": "twice"})
    yield Door("api-referrals", "get", "/api/v1/referrals", other=(200,))
    yield Door("api-referral", "get", here)
    yield Door("api-referral-letter", "get", f"{here}/letter?language=en")
    possible: Mapping[str, tuple[Any, int]] = {
        "accept": ({}, 200),
        "reject": ({"reason": "full"}, 200),
        "complete": ({"outcome": OUTCOME}, 409),
        "appointment": ({"starts_at": whole(soon())}, 409),
        "did-not-attend": ({}, 409),
        "resume": ({}, 409),
    }
    version = f'W/"{of.fhir["Task"][1]}"'
    for step, (body, status) in possible.items():
        yield Door(f"api-referral-{step}", "post", f"{here}/{step}", body, own=(status,), version=version)
