"""Light, dark, or as the computer is set: a choice of this browser, so it lives in a cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("light", "dark", "auto")
COOKIE = "theme"
ONE_YEAR = 365 * 24 * 60 * 60


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Back to where the reader was, in the chosen colours."""
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        return HttpResponseBadRequest()
    answer = redirect(_came_from(request))
    answer.set_cookie(
        COOKIE, chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


def _came_from(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("home")
