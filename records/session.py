"""Signed-in sessions on shared workstations: they end when nobody works, and nothing typed is lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

LONGEST = timedelta(hours=8)
# The last activity is written at most this often, so that a page is not one more write.
GRAIN = timedelta(seconds=15)
TYPED_LIMIT = 64 * 1024
BEGAN, SEEN, ENDED, TYPED = "session began", "session seen", "session ended", "session typed"
# Parts of names of fields that are nobody's to keep.
SECRET = ("password", "csrf", "credential")


def expiry(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: whoever did nothing for SESSION_IDLE_MINUTES, or signed in eight hours ago, is nobody.

    What belongs to them stays in their session until they sign in again; Django flushes it for anybody else.
    No page of a signed-in person stays in the browser, where the next one's back button would show it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY not in request.session:
            return get_response(request)
        _judge(request, timezone.now())
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return respond


def _judge(request: HttpRequest, now: datetime) -> None:
    session = request.session
    if BEGAN not in session:
        begin(request, now)
    elif session.get(ENDED) or seconds_left(request, now) <= 0:
        _end(request)
    elif not _is_poll(request) and now.timestamp() - session[SEEN] >= GRAIN.total_seconds():
        session[SEEN] = now.timestamp()
    # Pages warn before the end.
    request.session_seconds = max(0, round(seconds_left(request, now)))


def begin(request: HttpRequest, now: datetime) -> None:
    """The person has just signed in."""
    request.session.pop(ENDED, None)
    request.session[BEGAN] = request.session[SEEN] = now.timestamp()


def stay(request: HttpRequest, now: datetime) -> None:
    """The person said that they are still here."""
    request.session[SEEN] = now.timestamp()


def seconds_left(request: HttpRequest, now: datetime) -> float:
    """Until the session ends when nobody does anything; below zero when it has ended."""
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES).total_seconds()
    ends = min(request.session[SEEN] + idle, request.session[BEGAN] + LONGEST.total_seconds())
    return ends - now.timestamp()


def _end(request: HttpRequest) -> None:
    """What proved the person's second factor is forgotten too: signing in again asks for both."""
    if not request.session.get(ENDED):
        request.session[ENDED] = True
        request.session.pop(AUTHENTICATION_METHODS_SESSION_KEY, None)
    request.user = AnonymousUser()


def _is_poll(request: HttpRequest) -> bool:
    return request.headers.get("X-Nungil-Poll") == "1"


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The answer to somebody who is not, or no longer, signed in; what they typed waits for them.

    A script's request gets a plain 401, so that the page it came from can ask and stays as it is.
    """
    if is_from_script(request):
        return HttpResponse(
            _("Your session has ended. Sign in again."), status=401, content_type="text/plain"
        )
    page = _page_of(request)
    if request.method == "POST":
        _keep_typed(request, page)
    return redirect_to_login(page)


def ask_to_send_again(request: HttpRequest) -> HttpResponse:
    """The answer to a form of a page that is older than its person's signing in: what they typed is kept for it."""
    page = _page_of(request)
    _keep_typed(request, page)
    messages.warning(
        request, _("Nothing was stored: this page was opened before you signed in again. Repeat the step.")
    )
    return redirect(page)


def has_ended(request: HttpRequest) -> bool:
    """Whether it is a person's session that is over, and waits for that person."""
    return SESSION_KEY in request.session and not request.user.is_authenticated


def is_from_script(request: HttpRequest) -> bool:
    """Whether a page asks, not a person who goes to another one."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return "HX-Request" in request.headers or _is_poll(request) or mode in ("cors", "same-origin")


def _page_of(request: HttpRequest) -> str:
    """Where to return to: a form's own page, as its target may only take what is sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return request.path
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _keep_typed(request: HttpRequest, page: str) -> None:
    """Keep the text of a form that could not be taken; files, secrets and what is too long are not kept."""
    if SESSION_KEY not in request.session:
        return
    typed = request.POST.copy()
    for name in [name for name in typed if any(part in name.lower() for part in SECRET)]:
        del typed[name]
    text = typed.urlencode()
    if typed and len(text) <= TYPED_LIMIT:
        request.session[TYPED] = {"paths": [request.path, page.partition("?")[0]], "fields": text}


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What the reader sent from this page when it could not be taken; given back once.

    Form views show it as initial data, and the reader is told to look it over and send it again.
    """
    kept = request.session.get(TYPED)
    if request.method != "GET" or kept is None or request.path not in kept["paths"]:
        return None
    del request.session[TYPED]
    messages.info(
        request, _("You are signed in again. What you typed is still here: look it over, then send it.")
    )
    return QueryDict(kept["fields"])
