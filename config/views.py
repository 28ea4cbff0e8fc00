"""The pages. A view loads through a selector, says who reads, and renders; it decides nothing."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from config.navigation import start_of
from records.actor import Actor
from records.guard import CHOSEN, members_only, memberships_of


@require_safe
@members_only()
def home(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Everyone starts where their role has most to do."""
    return redirect(start_of(by.role))


@require_POST
@members_only()
def membership_choose(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Work in another of the reader's own roles or organizations."""
    chosen = request.POST.get("membership", "")
    if chosen not in {str(membership.pk) for membership in memberships_of(request)}:
        raise Http404
    request.session[CHOSEN] = int(chosen)
    return redirect("home")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return JsonResponse({"status": "up"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and Redis answer; 503 names what does not."""
    parts = {"database": _answers(_ask_database), "redis": _answers(lambda: cache.ping())}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # whatever keeps it from answering, the probe must say so and not fail itself
        return False
    return True
