"""Recalling lots, and who received packs of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config.stock.act import store_or_show
from config.stock.forms import RecallForm
from config.stock.ledger_page import lot_by_id
from config.stock.recipients import csv_of, recipients
from config.stock.roles import TRACING, WITHDRAWING
from config.typed import initial_by_prefix
from pharmacy.dispense_selectors import dispenses_given_of_lot
from pharmacy.models import Lot
from pharmacy.services import lots_recall
from records import access
from records.actor import Actor
from records.guard import members_only


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*WITHDRAWING)
def recall(request: HttpRequest, *, by: Actor) -> HttpResponse:
    if request.method != "POST":
        return _page(request, RecallForm(initial=initial_by_prefix(request).get("")), by=by)
    form = RecallForm(request.POST)

    def store(typed: dict[str, Any]) -> str:
        lots = lots_recall(**typed, by=by, now=timezone.now())
        if not lots:
            return _(
                "No lot here has this number, or all were recalled already. A delivery of it is refused from now on."
            )
        told = ngettext("One lot is recalled.", "%(lots)s lots are recalled.", len(lots))
        return told % {"lots": len(lots)}

    return store_or_show(
        request, form, store=store, show=lambda: _page(request, form, by=by), back=("stock-recall",)
    )


@require_safe
@members_only(*TRACING)
def recipients_page(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    lot = lot_by_id(lot_id, by=by)
    context = {"lot": lot, "rows": recipients(lot, by=by, now=timezone.now())}
    return render(request, "config/stock/recipients.html", context)


@require_safe
@members_only(*TRACING)
def recipients_csv(request: HttpRequest, lot_id: int, *, by: Actor) -> HttpResponse:
    rows = recipients(lot_by_id(lot_id, by=by), by=by, now=timezone.now())
    response = HttpResponse(csv_of(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lot-{lot_id}-recipients.csv"'
    return response


def _page(request: HttpRequest, form: RecallForm, *, by: Actor) -> HttpResponse:
    rows = access.within(Lot.objects.filter(recalled_at__isnull=False), by=by)
    lots = rows.select_related("medicine").order_by("-recalled_at", "-pk")
    context = {"form": form, "recalled": [(lot, _patients(lot, by=by)) for lot in lots]}
    return render(request, "config/stock/recall.html", context)


def _patients(lot: Lot, *, by: Actor) -> int:
    """How many patients are known to have packs of a lot still."""
    given = dispenses_given_of_lot(gtin=lot.gtin, number=lot.number, by=by)
    return len({one.prescription.encounter.patient_id for one in given})
