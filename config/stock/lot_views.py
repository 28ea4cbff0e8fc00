"""One lot: its ledger, and setting packs aside, destroying and counting them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.stock.act import store_or_show
from config.stock.forms import CountForm, MoveForm
from config.stock.ledger_page import ledger_of, lot_by_id
from config.stock.roles import HANDLING, READING, TRACING, WITHDRAWING
from config.typed import initial_by_prefix
from pharmacy.services import lot_count, lot_destroy, lot_quarantine
from pharmacy.stock_selectors import signs_of
from records.actor import Actor
from records.guard import members_only

QUARANTINE, DESTROY, COUNT = "quarantine", "destroy", "count"


@require_safe
@members_only(*READING)
def lot(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    return _page(request, lot_id, by=by)


@require_POST
@members_only(*WITHDRAWING)
def quarantine(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    return _move(request, lot_id, QUARANTINE, lot_quarantine, _("The packs are set aside."), by=by)


@require_POST
@members_only(*WITHDRAWING)
def destroy(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    return _move(request, lot_id, DESTROY, lot_destroy, _("The packs are booked as destroyed."), by=by)


@require_POST
@members_only(*HANDLING)
def count(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    lot_by_id(lot_id, by=by)
    form = CountForm(request.POST, prefix=COUNT)

    def store(typed: dict[str, Any]) -> str:
        made = lot_count(lot_id=lot_id, in_machine=typed["in_machine"], by=by, now=timezone.now())
        if made.booked == made.in_machine:
            return _("The count is entered. It is what the books had.")
        told = _("The count is entered: %(found)s instead of %(booked)s.")
        return told % {"found": made.in_machine, "booked": made.booked}

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, lot_id, by=by, refused={COUNT: form}),
        back=("stock-lot", lot_id),
    )


def _move(
    request: HttpRequest, lot_id: int, name: str, service: Callable[..., object], done: str, *, by: Actor
) -> HttpResponse:
    lot_by_id(lot_id, by=by)
    form = MoveForm(request.POST, prefix=name)

    def store(typed: dict[str, Any]) -> str:
        service(lot_id=lot_id, packs=typed["packs"], reason=typed["reason"], by=by, now=timezone.now())
        return done

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, lot_id, by=by, refused={name: form}),
        back=("stock-lot", lot_id),
    )


def _page(
    request: HttpRequest, lot_id: int, *, by: Actor, refused: dict[str, Any] | None = None
) -> HttpResponse:
    row = lot_by_id(lot_id, by=by)
    typed = initial_by_prefix(request)
    kinds = {QUARANTINE: MoveForm, DESTROY: MoveForm, COUNT: CountForm}
    forms = {name: kind(prefix=name, initial=typed.get(name)) for name, kind in kinds.items()}
    context = {
        "lot": row,
        "free": row.on_hand - row.reserved,
        "sign": signs_of([row], row.organization, now=timezone.now())[row.pk],
        "ledger": ledger_of(row),
        "forms": forms | (refused or {}),
        "may_count": by.role in HANDLING,
        "may_withdraw": by.role in WITHDRAWING,
        "may_trace": by.role in TRACING,
    }
    return render(request, "config/stock/lot.html", context)
