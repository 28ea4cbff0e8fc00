"""Taking the pack at the kiosk: the patient holds it under the screen's own scanner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

import pharmacy.services
from config.dispense.scan_views import scans_of
from config.kiosk.state import Kiosk
from config.kiosk.telling_views import agreed_only
from config.kiosk.views import show
from pharmacy.dispense_selectors import dispense_newest_of
from pharmacy.domain.scans import fnc1_read
from pharmacy.errors import (
    DispenseClosed,
    DrugDataStale,
    LotBlocked,
    PackMismatch,
    SafetyStops,
    ScanInvalid,
)
from pharmacy.models import Dispense, DispenseStatus, Prescription


@require_POST
@agreed_only
def scan(request: HttpRequest, *, kiosk: Kiosk, one: Prescription) -> HttpResponse:
    """The last pack hands all of them over; a wrong one moves nothing and is recorded (DM-04)."""
    dispense = dispense_newest_of(one)
    if not kiosk.scanner or dispense is None or dispense.status != DispenseStatus.IN_BAY:
        return redirect("kiosk-medicine")
    before, now = scans_of(request), timezone.now()
    scans = [*before, fnc1_read(request.POST.get("scan", ""))]
    about = {"dispense_id": dispense.pk, "by": kiosk.by, "now": now}
    try:
        left = pharmacy.services.dispense_scan(scans=scans, **about)
        if left == 0:
            pharmacy.services.dispense_hand_over(scans=scans, **about)
            return redirect("kiosk-medicine")
    except ScanInvalid:
        wrong = _("The code was not read. Hold the square code of the pack under the scanner again.")
        return _take(request, kiosk, dispense, before, wrong)
    except PackMismatch:
        wrong = _("This is not your pack. Put it back. Take the other one, or ask our staff.")
        return _take(request, kiosk, dispense, before, wrong)
    except (LotBlocked, DrugDataStale, SafetyStops):
        return show(request, "help", kiosk)
    except DispenseClosed:
        return redirect("kiosk-medicine")
    return _take(request, kiosk, dispense, scans, "")


def _take(
    request: HttpRequest, kiosk: Kiosk, dispense: Dispense, scans: list[str], wrong: str
) -> HttpResponse:
    scanned = [one.replace("\x1d", "<GS>") for one in scans]
    more = {"dispense": dispense, "scanned": scanned, "wrong": wrong}
    return show(request, "take", kiosk, status=422 if wrong else 200, **more)
