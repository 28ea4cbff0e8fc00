"""Every error under /api/ as one problem document (RFC 9457): what happened, and what to do about it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from config.api.problems import PROBLEMS, Place, Problem, RequestRefused, about_blank
from config.api.refusals import refusal_of

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"
# Headers about the body that a problem document takes the place of.
OF_THE_BODY = ("content-type", "content-length", "content-encoding", "content-language")


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Django REST framework's handler: an anticipated error becomes its problem, any other one a bare 500."""
    request = context["request"]._request
    set_rollback()
    if isinstance(error, exceptions.APIException):
        return _of_framework(request, error)
    refused = _refused(error)
    if refused is None:
        logger.error("An API request failed", exc_info=error)
        return problem_response(request, about_blank(HTTPStatus.INTERNAL_SERVER_ERROR))
    headers = {} if refused.wait is None else {"Retry-After": str(refused.wait)}
    problem = PROBLEMS[refused.problem]
    return problem_response(request, problem, detail=refused.detail, places=refused.places, headers=headers)


def _refused(error: Exception) -> RequestRefused | None:
    if isinstance(error, RequestRefused):
        return error
    if isinstance(error, Http404):
        return RequestRefused("not-found")
    if isinstance(error, PermissionDenied):
        return RequestRefused("forbidden")
    if isinstance(error, RequestDataTooBig):
        return RequestRefused("too-large")
    if isinstance(error, SuspiciousOperation):
        return RequestRefused("request-invalid")
    return refusal_of(error)


def _of_framework(request: HttpRequest, error: exceptions.APIException) -> HttpResponse:
    problem = next(
        (one for one in PROBLEMS.values() if one.raised_as and isinstance(error, one.raised_as)),
        about_blank(HTTPStatus(error.status_code)),
    )
    return problem_response(request, problem, headers=headers_of(error))


def headers_of(error: exceptions.APIException) -> dict[str, str]:
    """How to sign in, or when to come again, where an error of the framework says so."""
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))
    return headers


def problem_response(
    request: HttpRequest,
    problem: Problem,
    *,
    detail: str = "",
    places: Sequence[Place] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as `application/problem+json`; `instance` is the address, which names no person."""
    body: dict[str, Any] = {
        "type": problem.type,
        "title": problem.title,
        "status": problem.status,
        "detail": detail or problem.advice,
        "instance": request.path,
    }
    if places:
        body["errors"] = [place.as_json() for place in places]
    more = {"Content-Language": "en"} | dict(headers or {})
    return JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE, headers=more)


def problems_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what Django itself refuses under /api/ (no such address, a wrong host) is a problem too."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(PREFIX) or response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        if response.headers.get("Content-Type") == CONTENT_TYPE:
            return response
        kept = {name: text for name, text in response.headers.items() if name.lower() not in OF_THE_BODY}
        return problem_response(request, about_blank(HTTPStatus(response.status_code)), headers=kept)

    return respond
