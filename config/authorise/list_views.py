"""The list of what waits for a person."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.authorise.sources import KINDS, MEDICINES, REFERRALS, place_of, place_read, waiting_rows
from config.authorise.statistics_views import READERS
from config.authorise.waiting import Row, rows_of
from config.live import is_poll, unchanged
from records.actor import Actor
from records.guard import list_read, members_only
from referrals.services.camp import PLANNING

PAGE_SIZE = 25
_SHOWN = tuple(field.name for field in fields(Row) if field.name != "patient")


@dataclass(frozen=True)
class Address:
    """`kind`: medicines, referrals, or both (""). `after`: the row that the page follows."""

    kind: str = ""
    mine: bool = False
    after: str = ""

    def __str__(self) -> str:
        given = {"kind": self.kind, "mine": "1" if self.mine else "", "after": self.after}
        query = urlencode({name: value for name, value in given.items() if value})
        return reverse("authorise") + (f"?{query}" if query else "")


@require_safe
@members_only()
def waiting(request: HttpRequest, *, by: Actor) -> HttpResponse:
    address = _read(request)
    page = _page(address, by)
    if unchanged(request, page["digest"]):
        return HttpResponse(status=204)
    list_read(request, "authorise", (row.patient.pk for row in page["rows"]), by=by)
    template = "config/authorise/live.html" if is_poll(request) else "config/authorise/list.html"
    return render(request, template, page)


def _read(request: HttpRequest) -> Address:
    """What is not understood is left out."""
    kind = request.GET.get("kind", "")
    return Address(
        kind if kind in KINDS else "", request.GET.get("mine") == "1", request.GET.get("after", "")
    )


def _page(address: Address, by: Actor) -> dict[str, Any]:
    after = place_read(address.after, by=by)
    found = waiting_rows(address.kind, mine=address.mine, after=after, limit=PAGE_SIZE + 1, by=by)
    rows = rows_of(found[:PAGE_SIZE], by=by)
    more = len(found) > PAGE_SIZE
    following = Address(address.kind, address.mine, str(place_of(found[PAGE_SIZE - 1]))) if more else None
    return {
        "address": address,
        "rows": rows,
        "tabs": _tabs(address),
        "all_turns": Address(address.kind),
        "own_turns": Address(address.kind, mine=True),
        "first": Address(address.kind, address.mine) if after else None,
        "may_count": by.role in READERS,
        "may_plan": by.role in PLANNING,
        "lost": bool(address.after) and after is None,
        "next": following,
        "digest": _digest(rows, following),
    }


def _tabs(address: Address) -> list[dict[str, object]]:
    texts = {"": _("Everything"), MEDICINES: _("Medicines"), REFERRALS: _("Referrals")}
    return [
        {"address": Address(kind, address.mine), "text": text, "current": kind == address.kind}
        for kind, text in texts.items()
    ]


def _digest(rows: list[Row], following: Address | None) -> str:
    shown = [[getattr(row, name) for name in _SHOWN] + [row.patient.name] for row in rows]
    return hashlib.sha256(repr((shown, following)).encode()).hexdigest()[:16]
