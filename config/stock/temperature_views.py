"""The temperature log of a clinic, and what a pharmacist decides of packs that were too warm or too cold."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from config.stock.act import store_or_show
from config.stock.forms import DecisionForm, LogForm, ReadingForm
from config.stock.plot import DAYS, HEIGHT, WIDTH, plot_of
from config.stock.roles import DECIDING, HANDLING, READING
from config.typed import initial_by_prefix
from pharmacy.domain.readings import TakenReading, read_celsius, read_log
from pharmacy.domain.storage import Storage
from pharmacy.models import ExcursionDecision, TemperatureExcursion
from pharmacy.services import excursion_decide, temperature_note
from pharmacy.temperature_selectors import excursions, last_reading, readings_of
from records import access
from records.actor import Actor
from records.guard import members_only

EXCURSIONS_SHOWN = 20
HERE = ("stock-temperature",)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*READING)
def temperature(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """The log; a POST notes one reading, taken now."""
    if request.method != "POST":
        return _page(request, by=by)
    access.role_required(by, *HANDLING)
    form = ReadingForm(request.POST)

    def store(typed: dict[str, Any]) -> str:
        now = timezone.now()
        taken = TakenReading(now.replace(second=0, microsecond=0), read_celsius(typed["celsius"]))
        return _noted(Storage(typed["storage"]), [taken], from_logger=False, by=by)

    return store_or_show(
        request, form, store=store, show=lambda: _page(request, by=by, reading=form), back=HERE
    )


@require_POST
@members_only(*HANDLING)
def log(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = LogForm(request.POST, request.FILES, prefix="log")

    def store(typed: dict[str, Any]) -> str:
        taken = read_log(typed["file"], zone=timezone.get_current_timezone())
        return _noted(Storage(typed["storage"]), taken, from_logger=True, by=by)

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, by=by, logger=form),
        fields={"time": "file", "celsius": "file"},
        back=HERE,
    )


@require_POST
@members_only(*DECIDING)
def decide(request: HttpRequest, excursion_id: int, *, by: Actor) -> HttpResponse:
    get_object_or_404(access.within(TemperatureExcursion.objects.all(), by=by), pk=excursion_id)
    form = DecisionForm(request.POST, prefix=str(excursion_id))

    def store(typed: dict[str, Any]) -> str:
        excursion_decide(
            excursion_id=excursion_id,
            decision=ExcursionDecision(typed["decision"]),
            reason=typed["reason"],
            seen_readings=typed["seen"],
            by=by,
            now=timezone.now(),
        )
        return _("The decision is kept with the log.")

    return store_or_show(
        request,
        form,
        store=store,
        show=lambda: _page(request, by=by, deciding={excursion_id: form}),
        back=HERE,
    )


def _noted(storage: Storage, taken: list[TakenReading], *, from_logger: bool, by: Actor) -> str:
    new = temperature_note(
        storage=storage, readings=taken, from_logger=from_logger, by=by, now=timezone.now()
    )
    return ngettext("One reading is noted.", "%(new)s readings are noted.", new) % {"new": new}


def _page(
    request: HttpRequest,
    *,
    by: Actor,
    reading: ReadingForm | None = None,
    logger: LogForm | None = None,
    deciding: dict[int, DecisionForm] | None = None,
) -> HttpResponse:
    typed = initial_by_prefix(request)
    shown = list(excursions(by=by)[:EXCURSIONS_SHOWN])
    may_decide = by.role in DECIDING
    context = {
        "places": [_place(storage, by=by) for storage in Storage],
        "excursions": [
            (one, _decision_form(one, deciding or {}, typed) if may_decide and not one.decision else None)
            for one in shown
        ],
        "any_decided": any(one.decision for one in shown),
        "reading": reading or ReadingForm(initial=typed.get("")),
        "logger": logger or LogForm(prefix="log"),
        "may_note": by.role in HANDLING,
        "may_decide": may_decide,
        "days": DAYS,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "config/stock/temperature.html", context)


def _decision_form(
    one: TemperatureExcursion, refused: dict[int, DecisionForm], typed: dict[str, dict[str, str]]
) -> DecisionForm:
    known = typed.get(str(one.pk), {}) | {"seen": one.readings}
    return refused.get(one.pk) or DecisionForm(prefix=str(one.pk), initial=known)


def _place(storage: Storage, *, by: Actor) -> dict[str, Any]:
    now = timezone.now()
    readings = list(readings_of(storage, since=now - timedelta(days=DAYS), by=by))
    return {
        "storage": storage.value,
        "last": last_reading(storage, by=by),
        "plot": plot_of(storage, readings, now=now),
        "count": len(readings),
    }
