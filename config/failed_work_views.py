"""Trying work again that was given up; the list of it is the one of the visits with a failed step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import failed_work as failures
from config.work_list_address import Address
from config.work_lists import WorkList
from records.actor import Actor
from records.guard import members_only

FAILED = Address(WorkList.FAILED)


@require_safe
@members_only()
def failed_work(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """The address of a list that was one of its own once."""
    return redirect(str(FAILED), permanent=True)


@require_POST
@members_only(*failures.RETRY_ROLES)
def failed_work_retry(request: HttpRequest, item_id: int, *, by: Actor) -> HttpResponse:
    failures.failed_work_retry(item_id=item_id, by=by, now=timezone.now())
    messages.success(request, _("The work runs again. Its result appears here or in the case."))
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if own else str(FAILED))
