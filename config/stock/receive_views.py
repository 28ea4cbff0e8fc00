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
from config.stock.places import places
from config.stock.roles import HANDLING
from config.stock.shelf import places_in_use, shelves
from config.templatetags.words import moment
from config.typed import initial_by_prefix
from pharmacy.domain.labels import read_gtin
from pharmacy.domain.scans import read_scan
from pharmacy.domain.storage import Storage
from pharmacy.errors import LotInvalid, LotNotNamed, ScanInvalid
from pharmacy.models import Lot, TemperatureExcursion
from pharmacy.selectors import medicine_of_gtin
from pharmacy.services import lot_receive, lot_receive_scanned
from pharmacy.temperature_selectors import excursions_keeping_back
from pharmacy.texts import STORAGES
from records.actor import Actor
from records.guard import members_only

RECEIVED = ("stock-receive",)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*HANDLING)
def receive(request: HttpRequest, *, by: Actor) -> HttpResponse:
    if request.method != "POST":
        typed = initial_by_prefix(request)
        scan, hand = ScanForm(initial=typed.get("")), HandForm(prefix="hand", initial=typed.get("hand"))
        return _page(request, scan, hand, by=by)
    form = ScanForm(request.POST)
    if bars := _bars(form):
        return _ask_for_lot(request, form, bars, by=by)

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
        show=lambda: _page(request, form, HandForm(prefix="hand"), by=by),
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
        show=lambda: _page(request, ScanForm(), form, by=by),
        fields={"medicine_code": "medicine"},
        back=RECEIVED,
    )


def _bars(form: ScanForm) -> str:
    """The product number, where the bars of a pack were scanned; they name neither lot nor expiry."""
    try:
        read_scan(form.data.get("scan", ""))
    except LotNotNamed as bars:
        return bars.gtin
    except ScanInvalid:
        pass
    return ""


def _ask_for_lot(request: HttpRequest, form: ScanForm, gtin: str, *, by: Actor) -> HttpResponse:
    typed = {name: form.data.get(name, "") for name in ("packs", "medicine")}
    code = medicine_of_gtin(request.membership.organization.pk, gtin)
    hand = HandForm(prefix="hand", initial={**typed, "gtin": gtin})
    hand.fields["number"].widget.attrs["autofocus"] = True
    return _page(request, ScanForm(), hand, by=by, asked={"gtin": gtin, "medicine": code})


def _received(lot: Lot, packs: int) -> str:
    booked = ngettext(
        "One pack of lot %(lot)s is booked.", "%(packs)s packs of lot %(lot)s are booked.", packs
    )
    there = _("Now there: %(there)s.")
    told = [booked % {"packs": packs, "lot": lot.number}, there % {"there": lot.on_hand}]
    return " ".join([*told, *map(_kept_back, excursions_keeping_back(lot))])


def _kept_back(excursion: TemperatureExcursion) -> str:
    told = _(
        "None of it is given until the pharmacist decides: %(place)s was at %(lowest)s to %(highest)s °C, "
        "last on %(last)s."
    )
    return told % {
        "place": STORAGES[excursion.storage],
        "lowest": excursion.lowest,
        "highest": excursion.highest,
        "last": moment(excursion.last_at),
    }


def _page(
    request: HttpRequest,
    scan: ScanForm,
    hand: HandForm,
    *,
    by: Actor,
    asked: dict[str, str] | None = None,
) -> HttpResponse:
    """`asked`: the product of which the bars were scanned, so that lot and expiry are asked for."""
    if asked:
        scan.fields["scan"].widget.attrs.pop("autofocus", None)
    now = timezone.now()
    in_use = places_in_use(shelves(request.membership.organization, by=by, now=now))
    context = {
        "scan": scan,
        "hand": hand,
        "asked": asked,
        "hand_open": bool(hand.errors or asked),
        "places": [one for one in places(Storage, by=by, now=now) if one.outside or one.storage in in_use],
    }
    return render(request, "config/stock/receive.html", context)
