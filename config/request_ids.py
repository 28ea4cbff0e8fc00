"""A partner's request has an id, which the answer and every log line of it repeat, so that both sides speak of one.

Source: facts/interop.md 2 ("X-Request-ID echoed").
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from hashlib import sha256
from uuid import uuid4

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
PREFIXES = ("/api/", "/fhir", "/oauth/")
# No space and no line break: it stands in a line of the log, and in a header.
_GIVEN = re.compile(r"[!-~]{1,64}", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request that is being answered, for a log; empty outside of one.

    A partner's own way of numbering may hold a record number: only a UUID stands there as it is.
    """
    given = _current.get()
    return (
        given if not given or _UUID.fullmatch(given) else f"sha256:{sha256(given.encode()).hexdigest()[:16]}"
    )


@receiver(request_finished)
def _forget(**_: object) -> None:
    """Not before: Django logs an error once all middleware has answered."""
    _current.set("")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: a partner's own id where it can be read, else a new UUID."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIXES):
            _current.set("")
            return get_response(request)
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else str(uuid4())
        _current.set(number)
        response = get_response(request)
        response.headers[HEADER] = number
        return response

    return respond
