"""Counting a locked bay and putting it back to work (DM-03)."""

from collections.abc import Mapping

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import pharmacy.services
from config.blinding import task_blinding
from config.dispense.forms import OtherLot, OwnLot
from config.dispense.refusals import Refusal, refusal_of
from config.typed import initial_by_prefix
from pharmacy.dispense_selectors import dispense_to_count
from pharmacy.dispense_texts import reason_text
from pharmacy.domain.counts import Counted
from pharmacy.domain.dispensing import COUNT_ROLES
from pharmacy.errors import CountInvalid, PharmacyError
from pharmacy.medicine_texts import MEDICINES
from pharmacy.models import Bay, Lot
from records import access
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Role
from screening.services import result_look

OTHERS = 2
COUNTING = tuple(Role(role) for role in COUNT_ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*COUNTING)
def bay_count(request: HttpRequest, bay_id: int, *, by: Actor) -> HttpResponse:
    rows = access.within(Bay.objects.all(), by=by, path="machine__organization_id")
    bay = get_object_or_404(rows, pk=bay_id)
    if blinded := _kept_back(request, bay, by):
        return blinded
    given = request.POST if request.method == "POST" else None
    own, others = _forms(by, given, initial_by_prefix(request))
    if given is None or not _valid(own, *others):
        return _show(request, bay, own, others, Refusal("", 422 if given is not None else 200), by)
    return _count(request, bay, own, others, by)


def _kept_back(request: HttpRequest, bay: Bay, by: Actor) -> HttpResponse | None:
    """What is counted tells the result. Whoever sends a count has seen it; a locked bay waits for no read."""
    order = dispense_to_count(bay)
    if order is None:
        return None
    visit = order.prescription.encounter
    if request.method == "POST":
        result_look(encounter=visit, by=by, now=timezone.now(), why="counted the bay of its medicine")
        return None
    if blinding := task_blinding(visit, by=by):
        context = {"bay": bay, "task": blinding, "encounter": visit, "back": request.path}
        return render(request, "config/dispense/blinded.html", context)
    return None


def _forms(
    by: Actor, given: QueryDict | None = None, typed: Mapping[str, dict[str, str]] | None = None
) -> tuple[OwnLot, list[OtherLot]]:
    """`given`: as sent; `typed`: before a session ended. Both empty: counted from nothing."""
    before, lots = typed or {}, _lots(by)
    own = OwnLot(given, prefix="own", initial=before.get("own"))
    prefixes = [f"other-{place}" for place in range(OTHERS)]
    return own, [OtherLot(given, prefix=one, initial=before.get(one), lots=lots) for one in prefixes]


def _valid(*forms: Form) -> bool:
    """Every form is looked at, so that all faults are shown together."""
    return not sum(not form.is_valid() for form in forms)


def _count(request: HttpRequest, bay: Bay, own: OwnLot, others: list[OtherLot], by: Actor) -> HttpResponse:
    order = dispense_to_count(bay)
    found: list[Counted | None] = [own.counted(order.lot_id) if order else None]
    found += [form.counted() for form in others]
    counted = [one for one in found if one is not None]
    numbers = repr(counted)
    if _more_than_booked(counted, by) and request.POST.get("again") != numbers:
        asked = _("These are more packs than the books have. Count once more. If it is so, enter it again.")
        own, others = _forms(by)
        return _show(request, bay, own, others, Refusal(asked, 422), by, again=numbers)
    try:
        pharmacy.services.bay_count(bay_id=bay.pk, counted=counted, by=by, now=timezone.now())
    except CountInvalid as error:
        _mark(error, own, others)
        return _show(request, bay, own, others, Refusal("", 422), by)
    except PharmacyError as error:
        return _show(request, bay, own, others, refusal_of(error), by)
    messages.success(request, _("Counted. The books say what was found, and the bay is open again."))
    return redirect("hand-over")


def _more_than_booked(counted: list[Counted], by: Actor) -> bool:
    """Whether packs were found that nobody received: often a slip of the finger."""
    rows = access.within(Lot.objects.filter(pk__in=[one.lot for one in counted]), by=by)
    booked = dict(rows.values_list("pk", "on_hand"))
    return any(one.found > booked.get(one.lot, one.found) for one in counted)


def _mark(error: CountInvalid, own: OwnLot, others: list[OtherLot]) -> None:
    if error.field == "with_patient":
        own.add_error(
            "with_patient", _("More than were released. Count what is too much as loose in the bay.")
        )
    else:
        others[0].add_error("lot", _("Count each lot once; the lot of the order stands above."))


def _lots(by: Actor) -> list[tuple[int, str]]:
    rows = access.within(Lot.objects.select_related("medicine"), by=by).order_by(
        "medicine__code", "expiry", "pk"
    )
    return [
        (
            lot.pk,
            f"{MEDICINES.get(lot.medicine.code, lot.medicine.code)}, {lot.number}, {lot.expiry.isoformat()}",
        )
        for lot in rows
    ]


def _show(
    request: HttpRequest,
    bay: Bay,
    own: OwnLot,
    others: list[OtherLot],
    refused: Refusal,
    by: Actor,
    *,
    again: str = "",
) -> HttpResponse:
    """`again`: numbers to be entered once more before they are believed."""
    order = dispense_to_count(bay)
    if order:
        list_read(request, "bay-count", [order.prescription.encounter.patient_id], by=by)
    context = {
        "bay": bay,
        "order": order,
        "why": reason_text(order.reason) if order else "",
        "own": own,
        "others": others,
        "others_open": any(form["lot"].value() or form.errors for form in others),
        "notice": refused.notice,
        "again": again,
    }
    return render(request, "config/dispense/count.html", context, status=refused.status)
