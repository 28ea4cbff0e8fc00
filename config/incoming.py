"""What is refused before anything reads a request: too long, of unknown length, in another encoding, or with a NUL.

Django reads a form for its CSRF token before any guard knows who sent it, and writes large files to the disk: so the
length is judged first. No text of ours holds a NUL, no database column takes one, and no other encoding than UTF-8
is ever needed.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

from records import session

NUL = "\x00"
UTF_8 = ("utf-8", "utf8")
FORM_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
View = Callable[..., HttpResponse]


class RequestUnread(BadRequest):
    """A request that is answered without reading it, with this status."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def body_up_to(limit: int | None) -> Callable[[View], View]:
    """A view that takes more than a form, from people who are signed in. None: it judges the length itself."""

    def marked(view: View) -> View:
        view.body_max_bytes = limit
        return view

    return marked


class Incoming:
    """Middleware; stands before what reads a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404
        if request.content_params.get("charset", "utf-8").lower() not in UTF_8:
            raise RequestUnread(415, "a body in another encoding than UTF-8")
        if "%00" in request.META.get("QUERY_STRING", "") or _has_nul(request.COOKIES.values()):
            raise BadRequest("a NUL in the address or a cookie")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> HttpResponse | None:
        limit: int | None = getattr(view, "body_max_bytes", FORM_MAX_BYTES)
        return None if limit is None else _judge(request, limit)


def _judge(request: HttpRequest, limit: int) -> HttpResponse | None:
    given = request.META.get("CONTENT_LENGTH") or ""
    if request.META.get("HTTP_TRANSFER_ENCODING") and not given:
        raise RequestUnread(411, "a body without its length")
    length = int(given) if given.isdecimal() else 0
    if length > limit:
        raise RequestDataTooBig("more than fits")
    if length > FORM_MAX_BYTES and not request.user.is_authenticated:
        request.POST = QueryDict()  # what nobody has signed in for is not read
        return session.ask_to_sign_in(request)
    if request.method == "POST" and _has_nul(_texts(request)):
        raise BadRequest("a NUL in a form")
    return None


def _texts(request: HttpRequest) -> Iterable[str]:
    try:
        fields: Any = request.POST
    except UnreadablePostError as gone:
        raise BadRequest("a form that ended early") from gone
    for name, values in fields.lists():
        yield from (name, *values)


def _has_nul(texts: Iterable[str]) -> bool:
    return any(NUL in text for text in texts)
