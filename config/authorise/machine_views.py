"""Letting machine or staff give an authorised medicine, and what a pharmacist does when it did not come to that."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

import pharmacy.services
from config.authorise.forms import EndSupply
from config.authorise.giving import TAKEN_BACK, let_machine_give, let_staff_hand_over
from config.authorise.machine_page import ENDING
from config.authorise.medicine_page import medicine_by_id
from config.authorise.medicine_views import PAGE, show_medicine
from config.dispense.refusals import refusal_of
from pharmacy.dispense_selectors import dispense_newest_of
from pharmacy.errors import PharmacyError
from pharmacy.models import Dispense
from records.actor import Actor
from records.errors import RecordNotFound
from records.guard import members_only
from records.models import Role
from screening.services import result_look


@require_POST
@members_only(Role.PHARMACIST)
def give(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    return let_machine_give(request, one, by, show=show_medicine)


@require_POST
@members_only(Role.PHARMACIST)
def release_for_counter(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    return let_staff_hand_over(request, one, by, show=show_medicine)


@require_POST
@members_only(Role.PHARMACIST)
def cancel(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    def store(newest: Dispense) -> None:
        pharmacy.services.dispense_cancel(dispense_id=newest.pk, by=by, now=timezone.now(), reason=TAKEN_BACK)

    done = _("The release is taken back. The packs stay reserved for the patient.")
    return _with_newest(request, prescription_id, by, store, done)


@require_POST
@members_only(Role.PHARMACIST)
def replace(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    def store(newest: Dispense) -> None:
        pharmacy.services.packs_replace(dispense_id=newest.pk, by=by, now=timezone.now())

    done = _("Other packs of the same lot are reserved. Let the machine give them.")
    return _with_newest(request, prescription_id, by, store, done)


@require_POST
@members_only(*ENDING)
def end_supply(request: HttpRequest, prescription_id: int, *, by: Actor) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    form = EndSupply(request.POST, prefix="end")
    if not form.is_valid():
        return show_medicine(request, one.pk, by, form=form, status=422)
    result_look(encounter=one.encounter, by=by, now=timezone.now(), why="ended its supply")

    def store() -> None:
        pharmacy.services.supply_end(
            prescription_id=one.pk, by=by, now=timezone.now(), reason=form.cleaned_data["words"]
        )

    return _stored(request, one.pk, by, store, _("What was left is back on the shelf."), form=form)


def _with_newest(
    request: HttpRequest, prescription_id: int, by: Actor, store: Callable[[Dispense], Any], done: str
) -> HttpResponse:
    one = medicine_by_id(prescription_id, by=by, now=timezone.now())
    newest = dispense_newest_of(one)
    if newest is None:
        raise RecordNotFound("nothing was released of it; look at the medicine again")
    return _stored(request, one.pk, by, lambda: store(newest), done)


def _stored(
    request: HttpRequest,
    prescription_id: int,
    by: Actor,
    store: Callable[[], Any],
    done: str,
    *,
    form: forms.Form | None = None,
) -> HttpResponse:
    try:
        store()
    except PharmacyError as error:
        notice, status = refusal_of(error)
        return show_medicine(request, prescription_id, by, form=form, notice=notice, status=status)
    messages.success(request, done)
    return redirect(PAGE, prescription_id)
