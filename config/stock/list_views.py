"""The stock of a clinic: what lies where, what may be given, and what needs a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.stock.places import places
from config.stock.roles import HANDLING, READING, WITHDRAWING
from config.stock.shelf import places_in_use, shelves
from config.stock.trouble import machine_facts, need_rows
from pharmacy.selectors import lots_out_of_balance
from pharmacy.temperature_selectors import excursions
from records import access
from records.actor import Actor
from records.guard import members_only


@require_safe
@members_only(*READING)
def stock(request: HttpRequest, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    shelf = shelves(request.membership.organization, by=by, now=now)
    context = {
        "shelves": shelf,
        "needs": need_rows(timezone.localdate(now)),
        "open_excursions": list(excursions(by=by).filter(decision="")),
        "due": [one.storage for one in places(places_in_use(shelf), by=by, now=now) if one.due],
        "unbalanced": list(access.within(lots_out_of_balance(), by=by)),
        "may_handle": by.role in HANDLING,
        "may_recall": by.role in WITHDRAWING,
        **machine_facts(by=by, now=now),
    }
    return render(request, "config/stock/stock.html", context)
