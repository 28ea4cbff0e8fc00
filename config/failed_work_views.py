"""Work that was given up, and trying it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import failed_work as failures
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import WorkItem


@require_safe
@members_only()
def failed_work(request: HttpRequest, *, by: Actor) -> HttpResponse:
    after, before = (_anchor(request.GET.get(name, ""), by) for name in ("after", "before"))
    found, page = failures.failed_work_page(by=by, after=after, before=before)
    list_read(request, "failed work", (one.encounter.patient_id for one in found), by=by)
    may_retry = by.role in failures.RETRY_ROLES
    return render(request, "config/failed_work.html", {"found": found, "page": page, "may_retry": may_retry})


def _anchor(key: str, by: Actor) -> WorkItem | None:
    """The item a page begins or ends at; finished meanwhile, or never there: the first page."""
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    return failures.failed_items(by=by).filter(pk=int(key)).first()


@require_POST
@members_only(*failures.RETRY_ROLES)
def failed_work_retry(request: HttpRequest, item_id: int, *, by: Actor) -> HttpResponse:
    failures.failed_work_retry(item_id=item_id, by=by, now=timezone.now())
    messages.success(request, _("The work runs again. Its result appears here or in the case."))
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if own else reverse("failed-work"))
