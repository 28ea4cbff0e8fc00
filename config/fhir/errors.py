"""Every error under /fhir/ as an OperationOutcome: what happened, and what to do about it."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from config.api.errors import headers_of
from config.api.problems import PROBLEMS, RequestRefused
from config.api.refusals import refusal_of
from config.fhir.mapping.elements import Element, without_empty
from records.errors import RecordNotFound
from screening.imaging.gate import PhotographRefused, RefusalCode

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/fhir+json; charset=utf-8"
PREFIX = "/fhir/"
BASE = "/fhir"
# http://hl7.org/fhir/issue-type
_CODES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "deleted",
    411: "required",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "business-rule",
    428: "required",
    429: "throttled",
}
_ADVICE: Mapping[int, str] = {
    401: "send 'Authorization: Bearer <token>' with a token of /oauth/token that has not ended",
    403: "no scope of this token allows that",
    404: "nothing that this client may read has this address; check the id",
    405: "this interaction is not offered here; see /fhir/metadata",
    406: "only application/fhir+json is offered",
    413: "the body is larger than is taken here",
    415: "send application/fhir+json, or with PATCH application/json-patch+json",
    429: "too many requests; wait as many seconds as Retry-After says",
    500: "something failed on our side; send the same request again later",
}


class FhirRefused(Exception):
    """A request that cannot be answered. `diagnostics` names no person and repeats no value of the request."""

    def __init__(self, status: int, diagnostics: str, *, expression: str = "") -> None:
        super().__init__(diagnostics)
        self.status, self.diagnostics, self.expression = status, diagnostics, expression


def outcome(status: int, diagnostics: str = "", *, expression: str = "") -> Element:
    issue = without_empty(
        {
            "severity": "error",
            "code": _CODES.get(status, "exception" if status >= 500 else "processing"),
            "diagnostics": diagnostics or _ADVICE.get(status, HTTPStatus(status).phrase),
            "expression": [expression] if expression else None,
        }
    )
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def refusal(
    status: int, diagnostics: str = "", *, expression: str = "", headers: Mapping[str, str] | None = None
) -> HttpResponse:
    body = json.dumps(outcome(status, diagnostics, expression=expression), ensure_ascii=False)
    more = {"Cache-Control": "no-store"} | dict(headers or {})
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=more)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Django REST framework's handler; what nobody anticipated is a bare 500."""
    set_rollback()
    if isinstance(error, FhirRefused):
        return refusal(error.status, error.diagnostics, expression=error.expression)
    if isinstance(error, RecordNotFound | Http404):
        return refusal(404)
    if refused := error if isinstance(error, RequestRefused) else refusal_of(error):
        return _of_rest(refused)
    if isinstance(error, PhotographRefused):
        return refusal(
            413 if error.code is RefusalCode.TOO_LARGE else 422, str(error), expression="Media.content"
        )
    if isinstance(error, RequestDataTooBig):
        return refusal(413)
    if isinstance(error, PermissionDenied):
        return refusal(403)
    if isinstance(error, exceptions.APIException):
        return refusal(error.status_code, headers=headers_of(error))
    logger.error("A FHIR request failed", exc_info=error)
    return refusal(500)


def _of_rest(refused: RequestRefused) -> HttpResponse:
    """A refusal that REST words as a problem: the same status, and its advice without REST's places."""
    details = [f"{place.pointer.rpartition('/')[2]}: {place.detail}" for place in refused.places]
    headers = {} if refused.wait is None else {"Retry-After": str(refused.wait)}
    return refusal(PROBLEMS[refused.problem].status, "; ".join(details) or refused.detail, headers=headers)


def outcomes_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what Django itself refuses under /fhir/ (a wrong host, a NUL) is an OperationOutcome too."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            not (request.path.startswith(PREFIX) or request.path == BASE)
            or response.status_code < HTTPStatus.BAD_REQUEST
        ):
            return response
        if response.headers.get("Content-Type") == CONTENT_TYPE:
            return response
        allow = response.headers.get("Allow")
        return refusal(response.status_code, headers={"Allow": allow} if allow else None)

    return respond
