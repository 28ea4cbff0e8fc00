"""Scanning packs and handing them over, from a bay or over the counter; or putting aside what lies in a bay.

What was scanned so far travels in the page: nothing is stored before everything is handed over.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import pharmacy.services
from config.blinding import refuse_blinded
from config.dispense.at_hand import AtHand, in_bay, over_counter
from config.dispense.bars import BarsForm, bars_scanned, bars_typed
from config.dispense.forms import Aside
from config.dispense.refusals import Refusal, refusal_of
from config.dispense.scan_page import scan_page
from config.handout.roles import HANDING_OUT
from pharmacy.domain.scans import fnc1_read
from pharmacy.errors import DrugDataStale, LotBlocked, PharmacyError, SafetyStops
from records.actor import Actor
from records.guard import members_only

SCANS_MOST = 50

# What keeps packs back for good, so that they are put aside.
STOPPED = (DrugDataStale, LotBlocked, SafetyStops)


@require_safe
@members_only(*HANDING_OUT)
def bay(request: HttpRequest, dispense_id: int, *, by: Actor) -> HttpResponse:
    return scan_page(request, _found(in_bay(dispense_id, by=by, now=timezone.now()), by))


@require_POST
@members_only(*HANDING_OUT)
def bay_scan(request: HttpRequest, dispense_id: int, *, by: Actor) -> HttpResponse:
    return _scan(request, _found(in_bay(dispense_id, by=by, now=timezone.now()), by), by)


@require_POST
@members_only(*HANDING_OUT)
def bay_give(request: HttpRequest, dispense_id: int, *, by: Actor) -> HttpResponse:
    return _give(request, _found(in_bay(dispense_id, by=by, now=timezone.now()), by), by)


@require_POST
@members_only(*HANDING_OUT)
def bay_aside(request: HttpRequest, dispense_id: int, *, by: Actor) -> HttpResponse:
    at_hand = _found(in_bay(dispense_id, by=by, now=timezone.now()), by)
    form = Aside(request.POST, prefix="aside")
    if not form.is_valid():
        return scan_page(request, at_hand, refused=Refusal("", 422), form=form)
    try:
        pharmacy.services.dispense_retain(
            dispense_id=dispense_id, by=by, now=timezone.now(), reason=form.reason()
        )
    except PharmacyError as error:
        return scan_page(request, at_hand, refused=refusal_of(error), form=form)
    messages.success(request, _("The packs are put aside and never given again. The pharmacist sees why."))
    return redirect("hand-over")


@require_safe
@members_only(*HANDING_OUT)
def counter(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    at_hand = _found(over_counter(prescription_id, by=by, now=timezone.now()), by)
    if not at_hand.open:
        return scan_page(request, at_hand)
    # What keeps it back is said before anybody looks for the packs.
    return _checked(request, at_hand, by, [])


@require_POST
@members_only(*HANDING_OUT)
def counter_scan(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    return _scan(request, _found(over_counter(prescription_id, by=by, now=timezone.now()), by), by)


@require_POST
@members_only(*HANDING_OUT)
def counter_give(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    return _give(request, _found(over_counter(prescription_id, by=by, now=timezone.now()), by), by)


def _found(at_hand: AtHand, by: Actor) -> AtHand:
    """What is handed out tells the result."""
    refuse_blinded(at_hand.prescription.encounter, by=by)
    return at_hand


def scans_of(request: HttpRequest) -> list[str]:
    """What was scanned before, with FNC1 as it is read."""
    return [fnc1_read(one) for one in request.POST.getlist("scanned")[:SCANS_MOST]]


def _scan(request: HttpRequest, at_hand: AtHand, by: Actor) -> HttpResponse:
    before, new = scans_of(request), fnc1_read(request.POST.get("scan", ""))
    if typed := bars_typed(request):
        if not typed.is_valid():
            return scan_page(request, at_hand, before, refused=Refusal("", 422), bars=typed)
        return _checked(request, at_hand, by, before, new=typed.cleaned_data["code"], typed=typed)
    if bars := bars_scanned(new):
        return scan_page(request, at_hand, before, bars=bars)
    return _checked(request, at_hand, by, before, new=new)


def _checked(
    request: HttpRequest,
    at_hand: AtHand,
    by: Actor,
    scans: list[str],
    *,
    new: str | None = None,
    typed: BarsForm | None = None,
) -> HttpResponse:
    """`typed`: `new` was read from the pack by eye, so the page does not say what should stand on it."""
    together = scans if new is None else [*scans, new]
    try:
        at_hand.left(together, by=by, now=timezone.now())
    except PharmacyError as error:
        refused = refusal_of(error, lot=None if typed else at_hand.lot)
        if new is None:
            refused = refused._replace(status=200)
        blocked = isinstance(error, STOPPED)
        return scan_page(request, at_hand, scans, refused=refused, bars=typed, blocked=blocked)
    return scan_page(request, at_hand, together)


def _give(request: HttpRequest, at_hand: AtHand, by: Actor) -> HttpResponse:
    scans = scans_of(request)
    try:
        given = at_hand.give(scans, by=by, now=timezone.now())
    except PharmacyError as error:
        return scan_page(request, at_hand, refused=refusal_of(error, lot=at_hand.lot))
    messages.success(
        request,
        _("Handed over to %(patient)s: packs %(packs)s.")
        % {"patient": at_hand.patient.name, "packs": given.packs_handed_over},
    )
    return redirect("hand-over")
