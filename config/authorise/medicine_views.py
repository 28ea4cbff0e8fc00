"""Releasing or refusing one medicine, and following a refusal up."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import pharmacy.services
from config.authorise.act import decide
from config.authorise.forms import EndSupply, FollowUp, MedicineRefusal, Overriding, Release
from config.authorise.giving import AT_ONCE
from config.authorise.kept_back import kept_back
from config.authorise.machine_page import machine_view
from config.authorise.meanwhile import medicine_meanwhile
from config.authorise.medicine_page import OVERRIDING, REFUSING, medicine_by_id, medicine_page, soft_stops
from config.blinding import task_blinding
from config.live import is_poll, unchanged
from config.typed import initial_by_prefix
from pharmacy.domain.rules import FOLLOW_UP_ROLES
from pharmacy.models import Prescription
from pharmacy.selectors import state_of, warning_signs_to_ask
from records import access
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from screening.services import result_look

PAGE = "authorise-medicine"


@require_safe
@members_only()
def medicine(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    if is_poll(request) and _shown_already(request, prescription_id, by):
        return HttpResponse(status=204)
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    if blinding := task_blinding(one.encounter, by=by):
        return kept_back(request, blinding)
    return show_medicine(request, prescription_id, by)


def _shown_already(request: HttpRequest, prescription_id: int, by: Actor) -> bool:
    """Whether an open page shows the machine as it is; then nothing is sent, so nothing was read."""
    rows = access.within(Prescription.objects.select_related("organization", "lot"), by=by)
    one = rows.filter(pk=prescription_id).first()
    view = machine_view(one, by=by, now=timezone.now()) if one else None
    return view is not None and unchanged(request, view.digest)


# No other country's policy names another role yet; the service asks the policy of the clinic's country.
@require_POST
@members_only(Role.PHARMACIST)
def release(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    form = Release(request.POST, prefix="release", to_ask=bool(warning_signs_to_ask(one)))
    answer = _decide(
        request, one, form, by, pharmacy.services.prescription_authorise, _("The medicine is released.")
    )
    go_on = AT_ONCE.get(request.POST.get("then", ""))
    if answer.status_code == 302 and go_on is not None:
        return go_on(request, one, by, show=show_medicine)
    return answer


@require_POST
@members_only(*REFUSING)
def refuse(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    form = MedicineRefusal(request.POST, prefix="refuse")
    done = _("The medicine is refused. A physician follows the case up.")
    return _decide(request, one, form, by, pharmacy.services.prescription_refuse, done, words="reason")


@require_POST
@members_only(*OVERRIDING)
def override(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    one = medicine_by_id(prescription_id, by=by, now=now)
    form = Overriding(request.POST, prefix="override", stops=soft_stops(one, Role(by.role), now))
    done = _("Every stop is answered. A pharmacist can release the medicine now.")
    return _decide(request, one, form, by, pharmacy.services.prescription_override, done)


@require_POST
@members_only(*OVERRIDING)
def reserve(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    """Try again what waits for stock."""
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    form = forms.Form(request.POST, prefix="reserve")
    done = _("A pack is reserved. A pharmacist can release the medicine now.")
    return _decide(request, one, form, by, pharmacy.services.prescription_reserve, done)


@require_POST
@members_only(*(Role(role) for role in FOLLOW_UP_ROLES))
def follow_up(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    form = FollowUp(request.POST, prefix="follow")
    return _decide(
        request,
        one,
        form,
        by,
        pharmacy.services.prescription_follow_up,
        _("Noted. Nothing waits here any more."),
    )


def _decide(
    request: HttpRequest,
    one: Prescription,
    form: forms.Form,
    by: Actor,
    service: Any,
    done: str,
    words: str = "words",
) -> HttpResponse:
    def store(given: dict[str, Any]) -> None:
        named = {words if name == "words" else name: value for name, value in given.items()}
        service(prescription_id=one.pk, by=by, now=timezone.now(), seen=request.POST.get("seen", ""), **named)

    # Whoever decides has seen the result.
    result_look(encounter=one.encounter, by=by, now=timezone.now(), why="decided on its proposal")

    return decide(
        request,
        form,
        store=store,
        show=partial(show_medicine, request, one.pk, by),
        meanwhile=lambda: medicine_meanwhile(Prescription.objects.get(pk=one.pk)),
        done=done,
        back=(PAGE, one.pk),
    )


def show_medicine(
    request: HttpRequest,
    prescription_id: int,
    by: Actor,
    *,
    form: forms.Form | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a medicine, with a form that was refused and why."""
    now = timezone.now()
    one = medicine_by_id(prescription_id, by=by, now=now)
    page = medicine_page(one, by=by, now=now)
    initial = initial_by_prefix(request)
    forms_shown: dict[str, forms.Form] = {
        "release": Release(prefix="release", initial=initial["release"], to_ask=bool(page["to_ask"])),
        "refuse": MedicineRefusal(prefix="refuse", initial=initial["refuse"]),
        "override": Overriding(prefix="override", initial=initial["override"], stops=page["stops"]),
        "end": EndSupply(prefix="end", initial=initial["end"]),
        "follow": FollowUp(prefix="follow", initial=initial["follow"]),
    }
    if form is not None:
        forms_shown[str(form.prefix)] = form
    context = page | {"forms": forms_shown, "notice": notice, "typed": _typed(form) if notice else ""}
    context |= {"seen": state_of(one)}
    return render(request, "config/authorise/medicine.html", context, status=status)


def _typed(form: forms.Form | None) -> str:
    """The words of a decision that was not stored, to be copied."""
    return str(form.cleaned_data.get("words", "")) if form is not None else ""
