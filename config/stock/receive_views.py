"""Packs come in: by the code of one of them, or by hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from config.stock.act import store_or_show
from config.stock.forms import HandForm, ScanForm
from config.stock.roles import HANDLING
from config.typed import initial_by_prefix
from pharmacy.domain.labels import read_gtin
from pharmacy.errors import LotInvalid
from pharmacy.models import Lot
from pharmacy.selectors import medicine_of_gtin
from pharmacy.services import lot_receive, lot_receive_scanned
from records.actor import Actor
from records.guard import members_only

RECEIVED = ("stock-receive",)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*HANDLING)
def receive(request: HttpRequest, *, by: Actor) -> HttpResponse:
    if request.method != "POST":
        typed = initial_by_prefix(request)
        return _page(
            request, ScanForm(initial=typed.get("")), HandForm(prefix="hand", initial=typed.get("hand"))
        )
    form = ScanForm(request.POST)

    def store(typed: dict[str, Any]) -> str:
        lot = lot_receive_scanned(
            organization=request.membership.organization,
            scan=typed["scan"],
            packs=typed["packs"],
            medicine_code=typed["medicine"],
            by=by,
            now=timezone.now(),
        )
        return _received(lot, typed["packs"])

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, form, HandForm(prefix="hand")),
        # What a scan says wrongly is corrected by scanning again.
        fields={"medicine_code": "medicine", "gtin": "scan", "number": "scan", "expiry": "scan"},
        back=RECEIVED,
    )


@require_POST
@members_only(*HANDLING)
def receive_by_hand(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = HandForm(request.POST, prefix="hand")

    def store(typed: dict[str, Any]) -> str:
        organization = request.membership.organization
        code = typed["medicine"] or medicine_of_gtin(organization.pk, read_gtin(typed["gtin"]))
        if not code:
            raise LotInvalid("medicine_code", "this product number is new here; say which medicine is in it")
        lot = lot_receive(
            organization=organization,
            medicine_code=code,
            gtin=typed["gtin"],
            number=typed["number"],
            expiry=typed["expiry"],
            packs=typed["packs"],
            by=by,
            now=timezone.now(),
        )
        return _received(lot, typed["packs"])

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, ScanForm(), form),
        fields={"medicine_code": "medicine"},
        back=RECEIVED,
    )


def _received(lot: Lot, packs: int) -> str:
    told = ngettext("One pack of lot %(lot)s is booked.", "%(packs)s packs of lot %(lot)s are booked.", packs)
    return (
        f"{told % {'packs': packs, 'lot': lot.number}} {_('Now there: %(there)s.') % {'there': lot.on_hand}}"
    )


def _page(request: HttpRequest, scan: ScanForm, hand: HandForm) -> HttpResponse:
    context = {"scan": scan, "hand": hand, "hand_open": bool(hand.errors)}
    return render(request, "config/stock/receive.html", context)
