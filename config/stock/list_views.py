"""The stock of a clinic: what lies where, what may be given, and what needs a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.stock.roles import HANDLING, READING, WITHDRAWING
from config.stock.shelf import places_in_use, shelves
from config.stock.trouble import machine_facts, need_rows
from pharmacy.domain.storage import Storage, reading_due
from pharmacy.temperature_selectors import excursions, last_reading
from records.actor import Actor
from records.guard import members_only


@require_safe
@members_only(*READING)
def stock(request: HttpRequest, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    shelf = shelves(request.membership.organization, by=by, now=now)
    last = {storage: last_reading(storage, by=by) for storage in Storage if storage in places_in_use(shelf)}
    context = {
        "shelves": shelf,
        "needs": need_rows(timezone.localdate(now)),
        "open_excursions": list(excursions(by=by).filter(decision="")),
        "due": [one for one, row in last.items() if reading_due(row.measured_at if row else None, now)],
        "last": last,
        "may_receive": by.role in HANDLING,
        "may_recall": by.role in WITHDRAWING,
        **machine_facts(by=by),
    }
    return render(request, "config/stock/stock.html", context)
