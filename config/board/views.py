"""The referral board: every open referral of the clinic, by deadline."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.board import page as pages
from config.board.forms import BoardForm
from config.board.page import BoardList
from config.live import digest_of, is_poll, unchanged
from records import access
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Organization
from records.selectors import local_date
from referrals.models import Referral

PLACES = ("after", "before")
FILTERS = ("state", "urgency")


@require_safe
@members_only()
def board(request: HttpRequest, *, by: Actor) -> HttpResponse:
    today = local_date(timezone.now(), Organization.objects.get(pk=by.organization_id))
    form = BoardForm(request.GET)
    form.is_valid()
    known = form.cleaned_data
    which = BoardList(known.get("list") or BoardList.ALL)
    narrowed = {name: known[name] for name in FILTERS if known.get(name)}
    found = pages.board_referrals(which, by=by, today=today, **narrowed)
    anchors = {name: _anchor(known.get(name), by) for name in PLACES}
    rows, page = pages.board_page(found, today=today, **anchors)
    shown: dict[str, Any] = {
        "previous": _address(which, narrowed, before=rows[0].referral.pk)
        if page.has_previous and rows
        else "",
        "next": _address(which, narrowed, after=rows[-1].referral.pk) if page.has_next and rows else "",
        "tabs": _tabs(which, narrowed, pages.board_counted(by=by, today=today)),
    }
    digest = digest_of(([row.shown for row in rows], shown))
    if unchanged(request, digest):
        return HttpResponse(status=204)
    list_read(request, "referrals", (row.patient.pk for row in rows), by=by)
    context = shown | {
        "sections": pages.in_sections(rows),
        "digest": digest,
        "address": _address(which, narrowed, **{name: one.pk for name, one in anchors.items() if one}),
        "which": which,
        "narrowed": narrowed,
    }
    if is_poll(request):
        return render(request, "config/board/live.html", context)
    unknown = [str(form.fields[name].label) for name in form.errors]
    return render(request, "config/board/list.html", context | {"form": form, "unknown": unknown})


def _tabs(
    which: BoardList, narrowed: dict[str, str], counted: dict[BoardList, int]
) -> list[dict[str, object]]:
    texts = {BoardList.ALL: _("All"), BoardList.OVERDUE: _("Overdue"), BoardList.MINE: _("Your turn")}
    most = pages.COUNT_TO
    return [
        {
            "address": _address(one, narrowed),
            "key": str(one),
            "text": texts[one],
            "count": str(count) if count < most else f"{most - 1}+",
            "current": one is which,
        }
        for one, count in counted.items()
    ]


def _address(which: BoardList, narrowed: dict[str, str], **page: int) -> str:
    return f"{reverse('referrals')}?{urlencode({'list': str(which)} | narrowed | page)}"


def _anchor(key: int | None, by: Actor) -> Referral | None:
    return access.within(Referral.objects.all(), by=by).filter(pk=key).first() if key else None
