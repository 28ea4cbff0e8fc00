"""The pages of a patient's orders, reached from a visit."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import pharmacy.services
from config.blinding import refuse_blinded
from config.orders.forms import FillForm, OrderForm, ReasonForm
from config.orders.shown import SIGNING_ROLES, order_page
from config.orders.words import proposed_words, stops_words
from config.typed import initial_by_prefix
from pharmacy.domain.order_reading import orderable
from pharmacy.domain.order_status import STORED, OrderStatus
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.errors import (
    OrderChanged,
    OrderFilledAlready,
    OrderInvalid,
    OrderStepImpossible,
    SafetyStops,
    SupplyOpen,
    VisitNotAssessed,
)
from pharmacy.models import MedicationOrder
from pharmacy.order_selectors import order_by_id, order_state_of
from pharmacy.selectors import policy_of
from pharmacy.services.orders import FILLING_ROLES, ORDERING_ROLES
from records.actor import Actor
from records.errors import RecordNotFound
from records.guard import members_only
from records.models import Role
from records.session import typed_before
from screening.models import Encounter
from screening.selectors import encounter_by_public_id

MEANWHILE = (OrderChanged, OrderStepImpossible, OrderFilledAlready, SupplyOpen)
DONE: dict[str, LazyText] = {
    OrderStatus.CANCELLED: gettext_lazy("The order is cancelled. Nothing more is released on it."),
    OrderStatus.ON_HOLD: gettext_lazy("The order is on hold. Nothing is released on it for now."),
    OrderStatus.ACTIVE: gettext_lazy("The order is in force again."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*ORDERING_ROLES)
def enter(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Enter an order; what was typed is given back with everything that is to be corrected."""
    now = timezone.now()
    encounter = encounter_by_public_id(str(public_id), by=by, now=now)
    if encounter.cancelled_at is not None:
        return redirect("case", public_id)
    policy = policy_of(encounter.organization)
    form = OrderForm(
        request.POST if request.method == "POST" else None,
        initial=(typed_before(request) or QueryDict()).dict(),
        medicines=orderable(policy) if policy else (),
        may_sign=by.role in SIGNING_ROLES,
    )
    if request.method == "POST":
        form.is_valid()
        try:
            if "source" in form.errors:
                raise OrderInvalid({})
            order = pharmacy.services.order_enter(
                patient=encounter.patient, typed=form.typed(), by=by, now=now
            )
        except OrderInvalid as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The order is recorded."))
            return redirect("order", public_id, order.pk)
    context = {"encounter": encounter, "form": form}
    return render(request, "config/orders/enter.html", context, status=422 if form.errors else 200)


@require_safe
@members_only()
def order(request: HttpRequest, public_id: UUID, order_id: int, *, by: Actor) -> HttpResponse:
    return _show(request, *_found(public_id, order_id, by, timezone.now()), by)


@require_POST
@members_only(*ORDERING_ROLES)
def move(request: HttpRequest, public_id: UUID, order_id: int, *, by: Actor) -> HttpResponse:
    """Cancel, put on hold or in force again, with a reason."""
    found = _found(public_id, order_id, by, timezone.now())
    to = request.POST.get("to", "")
    form = ReasonForm(request.POST, prefix=to if to in STORED else "cancelled")
    if to not in STORED or not form.is_valid():
        form.is_valid()
        return _show(request, *found, by, form=form, status=422)

    def store(now: datetime, seen: str) -> object:
        reason = form.cleaned_data["reason"]
        return pharmacy.services.order_move(
            order_id=order_id, to=OrderStatus(to), by=by, now=now, reason=reason, seen=seen
        )

    return _act(request, found, by, store, done=str(DONE.get(OrderStatus(to), "")), form=form)


@require_POST
@members_only(*FILLING_ROLES)
def fill(request: HttpRequest, public_id: UUID, order_id: int, *, by: Actor) -> HttpResponse:
    """Say that a pharmacy filled the next supply."""
    found = _found(public_id, order_id, by, timezone.now())
    form = FillForm(request.POST, prefix="fill")
    if not form.is_valid():
        return _show(request, *found, by, form=form, status=422)

    def store(now: datetime, seen: str) -> object:
        pharmacy_name = form.cleaned_data["pharmacy"]
        return pharmacy.services.order_fill(
            order_id=order_id, pharmacy=pharmacy_name, by=by, now=now, seen=seen
        )

    return _act(request, found, by, store, done=_("The next supply is filled."), form=form)


@require_POST
@members_only(*(Role(role) for role in OVERRIDING_ROLES))
def supply(request: HttpRequest, public_id: UUID, order_id: int, *, by: Actor) -> HttpResponse:
    """Propose the next supply in this visit, and go to where it is released."""
    found = _found(public_id, order_id, by, timezone.now())

    def store(now: datetime, seen: str) -> HttpResponse:
        made = pharmacy.services.order_supply_propose(order_id=order_id, encounter=found[1], by=by, now=now)
        messages.success(request, proposed_words(made))
        return redirect("authorise-medicine", made.pk)

    return _act(request, found, by, store)


Found = tuple[MedicationOrder, Encounter]


def _found(public_id: UUID, order_id: int, by: Actor, now: datetime) -> Found:
    """An order with a visit of its patient. It tells a disease, so it is kept back like a result (GR-07)."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=now)
    refuse_blinded(encounter, by=by)
    found = order_by_id(order_id, by=by, now=now)
    if found.patient_id != encounter.patient_id:
        raise RecordNotFound("no such order of this patient; check the number")
    return found, encounter


def _act(
    request: HttpRequest,
    found: Found,
    by: Actor,
    store: Callable[[datetime, str], object],
    *,
    done: str = "",
    form: ReasonForm | FillForm | None = None,
) -> HttpResponse:
    try:
        made = store(timezone.now(), request.POST.get("seen", ""))
    except MEANWHILE:
        notice = _("The order changed in the meantime. Look at it again; nothing was stored.")
        return _show(request, *_again(found, by), by, form=form, notice=notice, status=409)
    except VisitNotAssessed:
        notice = _(
            "This visit has no result yet, so its warning signs are not known. Finish the screening first."
        )
        return _show(request, *found, by, notice=notice, status=422)
    except SafetyStops as stopped:
        return _show(request, *found, by, notice=stops_words(stopped), status=422)
    if isinstance(made, HttpResponse):
        return made
    messages.success(request, done)
    return redirect("order", found[1].public_id, found[0].pk)


def _again(found: Found, by: Actor) -> Found:
    return order_by_id(found[0].pk, by=by, now=timezone.now()), found[1]


def _show(
    request: HttpRequest,
    one: MedicationOrder,
    encounter: Encounter,
    by: Actor,
    *,
    form: ReasonForm | FillForm | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    page = order_page(one, encounter, by=by, today=timezone.localdate())
    initial = initial_by_prefix(request)
    forms = {step.replace("-", "_"): ReasonForm(prefix=step, initial=initial[step]) for step in page["steps"]}
    shown = forms | {"fill": FillForm(prefix="fill", initial=initial["fill"])}
    if form is not None:
        shown[str(form.prefix).replace("-", "_")] = form
    context = page | {"forms": shown, "notice": notice, "seen": order_state_of(one)}
    return render(request, "config/orders/order.html", context, status=status)
