"""The pages. A view loads through a selector, says who reads, and renders; it decides nothing."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import risk.texts
import screening.selectors
from config import case_list, case_work
from config.case import case_outcome
from config.case_page import case_page
from config.navigation import navigation_of
from config.recall_register import recall_register
from config.timeline import timeline
from records import access
from records.actor import Actor
from records.guard import CHOSEN, list_read, members_only, memberships_of
from screening.models import FundusImage
from screening.storage import derivative_name

REFRESH_SECONDS = 5


@require_safe
@members_only()
def home(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Everyone starts where their role has most to do."""
    return redirect(navigation_of(by.role)[0].url_name)


@require_safe
@members_only()
def cases(request: HttpRequest, *, by: Actor) -> HttpResponse:
    rows = case_list.cases_newest(by=by)
    list_read(request, "cases", (row.encounter.patient_id for row in rows), by=by)
    waiting = any(row.state is case_list.CaseState.WAITING for row in rows)
    context = {"rows": rows, "newest": case_list.NEWEST, "waiting": waiting}
    return render(request, "config/cases.html", context | _refresh(request, waiting=waiting))


@require_safe
@members_only()
def case(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    encounter = screening.selectors.encounter_by_public_id(str(public_id), by=by, now=now)
    page = case_page(encounter, case_outcome(encounter), today=timezone.localdate(now))
    context = {"page": page, "moments": timeline(encounter), "simulated": risk.texts.SIMULATED}
    return render(request, "config/case.html", context | _refresh(request, waiting=page["waiting"]))


@require_safe
@members_only()
def photograph(request: HttpRequest, public_id: UUID, sha256: str, *, by: Actor) -> FileResponse:
    """The upright copy without metadata; the original never leaves through a page."""
    image = access.fetch(
        FundusImage.objects.select_related("exam__encounter"),
        by=by,
        now=timezone.now(),
        path="exam__encounter__organization_id",
        patient="exam.encounter.patient_id",
        exam__encounter__public_id=public_id,
        sha256=sha256,
    )
    try:
        copy = default_storage.open(derivative_name(image.sha256))
    except FileNotFoundError as missing:
        raise Http404 from missing
    return FileResponse(copy, content_type="image/jpeg")


@require_safe
@members_only()
def recalls(request: HttpRequest, *, by: Actor) -> HttpResponse:
    register = recall_register(by=by, today=timezone.localdate())
    rows = (*register.overdue, *register.upcoming)
    list_read(request, "recalls", (row.recall.patient_id for row in rows), by=by)
    return render(request, "config/recalls.html", {"register": register})


@require_safe
@members_only()
def failed_work(request: HttpRequest, *, by: Actor) -> HttpResponse:
    found = case_work.failed_work_of(by=by)
    list_read(request, "failed work", (one.encounter.patient_id for one in found), by=by)
    context = {"found": found, "may_retry": by.role in case_work.RETRY_ROLES}
    return render(request, "config/failed_work.html", context)


@require_POST
@members_only(*case_work.RETRY_ROLES)
def failed_work_retry(request: HttpRequest, item_id: int, *, by: Actor) -> HttpResponse:
    case_work.failed_work_retry(item_id=item_id, by=by, now=timezone.now())
    messages.success(request, _("The work runs again. Its result appears here or in the case."))
    return redirect("failed-work")


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
    parts = {"database": _answers(_ask_database), "redis": _answers(lambda: cache.get("readyz"))}
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


def _refresh(request: HttpRequest, *, waiting: bool) -> dict[str, object]:
    """While something waits the page loads itself again, unless the reader paused that."""
    paused = request.GET.get("refresh") == "off"
    return {"refresh_seconds": REFRESH_SECONDS if waiting and not paused else 0, "refresh_paused": paused}
