"""Response headers that keep pages from loading or running anything that is not ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


FRAMING = f"{POLICY}; frame-src 'self'"
# The browser's own viewer of a PDF is an object inside the frame.
FRAMED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def framing(response: HttpResponse) -> HttpResponse:
    """A page that may hold another one of ours in a frame."""
    response.headers["Content-Security-Policy"] = FRAMING
    return response


def framed(response: HttpResponse) -> HttpResponse:
    """A paper that may stand in a frame of a page of ours, and of nobody else's."""
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Middleware: a strict Content-Security-Policy on every response."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return respond
