"""A pack that a patient brings back: found by its scan, set aside, never given again (DM-06)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import pharmacy.services
from config.blinding import visits_blinded
from config.dispense.refusals import refusal_of
from config.handout.roles import HANDING_OUT
from pharmacy.dispense_selectors import dispenses_given_of_pack
from pharmacy.domain.scans import fnc1_read, read_scan
from pharmacy.errors import PharmacyError, ScanInvalid
from pharmacy.models import Dispense
from records.actor import Actor
from records.guard import list_read, members_only

SHOWN_MOST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*HANDING_OUT)
def pack_return(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """One patient had it: it is taken back at once. A pack without a serial number may be of several; one is chosen."""
    if request.method != "POST":
        return _show(request)
    scan = fnc1_read(request.POST.get("scan", ""))
    try:
        found = list(dispenses_given_of_pack(read_scan(scan), by=by)[:SHOWN_MOST])
    except ScanInvalid as error:
        return _show(request, notice=refusal_of(error).notice, status=422)
    chosen = request.POST.get("of", "")
    fits = [one for one in found if str(one.pk) == chosen] if chosen else found
    if not fits:
        return _show(request, notice=_("No such pack was given here, or it came back already."), status=422)
    if visits_blinded((one.prescription.encounter_id for one in fits), by=by):
        return _show(request, notice=_for_a_colleague(), status=409)
    if len(fits) > 1:
        list_read(request, "pack-return", (one.prescription.encounter.patient_id for one in fits), by=by)
        return _show(request, scan=scan, choices=fits)
    return _take_back(request, fits[0], scan, by)


def _for_a_colleague() -> str:
    """Whose pack it was tells a result; no name is given."""
    return _(
        "This pack belongs to a case that you may still read without knowing its result. "
        "Nothing was booked. Let a colleague take it back."
    )


def _take_back(request: HttpRequest, of: Dispense, scan: str, by: Actor) -> HttpResponse:
    try:
        pharmacy.services.pack_return(dispense_id=of.pk, scan=scan, by=by, now=timezone.now())
    except PharmacyError as error:
        return _show(request, notice=refusal_of(error).notice, status=409)
    said = _("Taken back from %(patient)s and set aside. It is never given again.")
    messages.success(request, said % {"patient": of.prescription.encounter.patient.name})
    return redirect("pack-return")


def _show(
    request: HttpRequest,
    *,
    notice: str = "",
    scan: str = "",
    choices: list[Dispense] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"notice": notice, "scan": scan.replace("\x1d", "<GS>"), "choices": choices or []}
    return render(request, "config/dispense/return.html", context, status=status)
