"""The page on which packs are scanned."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from config.authorise.turns import release_role
from config.dispense.at_hand import AtHand
from config.dispense.bars import BarsForm
from config.dispense.forms import Aside
from config.dispense.refusals import Refusal
from config.typed import initial_by_prefix
from pharmacy.dispense_texts import reason_text, status_text
from pharmacy.domain.scans import PackLabel, read_scan
from pharmacy.errors import PharmacyError

NOTHING = Refusal("", 200)


def scan_page(
    request: HttpRequest,
    at_hand: AtHand,
    scans: list[str] | None = None,
    *,
    refused: Refusal = NOTHING,
    form: Aside | None = None,
    bars: BarsForm | None = None,
    blocked: bool = False,
) -> HttpResponse:
    """The page; `scans` are packs that fit, `bars` the form for one that has no square code."""
    fitting, typed = scans or [], initial_by_prefix(request)
    context = {
        "at_hand": at_hand,
        "patient": at_hand.patient,
        "may_release": request.membership.role == release_role(at_hand.prescription.organization.country),
        "dispense": at_hand.dispense,
        "why": reason_text(at_hand.dispense.reason) if at_hand.dispense else "",
        "status": status_text(at_hand.dispense) if at_hand.dispense else "",
        "scanned": [(one.replace("\x1d", "<GS>"), _label(one)) for one in fitting],
        "complete": at_hand.packs > 0 and len(fitting) >= at_hand.packs,
        "notice": refused.notice,
        "to_scan": reverse("bay-scan" if at_hand.dispense else "counter-scan", args=[at_hand.key]),
        "bars": bars or (BarsForm(initial=typed["bars"]) if typed["bars"] else None),
        "blocked": blocked,
        "form": form or Aside(prefix="aside", initial=typed["aside"]),
    }
    return render(request, "config/dispense/scan.html", context, status=refused.status)


def _label(scan: str) -> PackLabel | None:
    try:
        return read_scan(scan)
    except PharmacyError:
        return None
