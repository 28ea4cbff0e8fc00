"""The work-lists: today's visits, what waits, what failed, who is photographed again, all visits."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from config import work_lists
from config.failed_work import RETRY_ROLES
from config.live import is_poll, list_remember, unchanged
from config.work_list_address import Address, AddressForm, address_read, parts_unknown
from config.work_list_page import work_list_page
from config.work_list_search import MOST_PATIENTS, search_keep, search_words
from config.work_list_tabs import tabs_of
from records.actor import Actor
from records.guard import list_read, members_only

LONGEST_SEARCH = 200


@require_safe
@members_only()
def cases(request: HttpRequest, *, by: Actor) -> HttpResponse:
    address, form = address_read(request.GET, first=work_lists.first_list(by.role))
    words = search_words(request.session, address.search)
    zone = ZoneInfo(request.membership.organization.time_zone)
    page = work_list_page(address, words, today=timezone.localdate(), zone=zone, by=by)
    if unchanged(request, page.digest):
        return HttpResponse(status=204)
    list_read(request, "cases", (row.encounter.patient_id for row in page.rows), by=by)
    context = {
        "address": address,
        "page": page,
        "words": words,
        "tabs": tabs_of(address, page.counts, by.role),
        "may_retry": by.role in RETRY_ROLES,
    }
    if is_poll(request):
        return render(request, "config/work_list/live.html", context)
    list_remember(request, str(address))
    return render(request, "config/cases.html", context | _around(form, address, words))


def _around(form: AddressForm, address: Address, words: str) -> dict[str, Any]:
    """What stands around the part of the page that keeps itself up to date."""
    return {
        "form": form,
        "title": work_lists.TEXTS[address.list],
        "unknown": parts_unknown(form),
        "forgotten": bool(address.search) and not words,
        "with_urgency": address.list in work_lists.WITH_URGENCY,
        "cleared": Address(address.list),
        "searched_off": address.with_(search=""),
        "most_patients": MOST_PATIENTS,
    }


@require_POST
@members_only()
def cases_search(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Search all visits; the words are kept in the session, and the address has only their key."""
    words = request.POST.get("words", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    key = search_keep(request.session, words) if words else ""
    return redirect(str(Address(work_lists.WorkList.ALL, search=key)))
