"""Releasing an authorised medicine into a bay or for the counter, by its own button or with the authorisation."""

from collections.abc import Mapping
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

import pharmacy.services
from config.authorise.act import Show
from config.authorise.machine_page import no_bay_words
from config.dispense.refusals import refusal_of
from pharmacy.dispense_selectors import bays_free, dispense_open_of, machine_of
from pharmacy.errors import PharmacyError
from pharmacy.models import Prescription
from records.actor import Actor

TAKEN_BACK = "taken back"


class GoOn(Protocol):
    """What an authorised medicine goes on to; `show` is the page with what keeps it back."""

    def __call__(self, request: HttpRequest, one: Prescription, by: Actor, *, show: Show) -> HttpResponse: ...


def let_machine_give(request: HttpRequest, one: Prescription, by: Actor, *, show: Show) -> HttpResponse:
    """Into the bay that was chosen, or the only one; what keeps it back is said on the page."""
    free = list(bays_free(by=by))
    chosen = request.POST.get("bay", "")
    found = [bay for bay in free if str(bay.pk) == chosen] if chosen else free
    if len(found) != 1:
        return show(request, one.pk, by, notice=_why_no_bay(one, by, several=len(found) > 1), status=409)
    try:
        pharmacy.services.dispense_release(
            prescription_id=one.pk, bay_id=found[0].pk, by=by, now=timezone.now()
        )
    except PharmacyError as error:
        notice, status = refusal_of(error)
        return show(request, one.pk, by, notice=notice, status=status)
    messages.success(request, _("The machine is told. This page says what it does."))
    return redirect("authorise-medicine", one.pk)


def let_staff_hand_over(request: HttpRequest, one: Prescription, by: Actor, *, show: Show) -> HttpResponse:
    """For the counter, where no machine stands (DM-07); what keeps it back is said on the page."""
    try:
        pharmacy.services.counter_release(prescription_id=one.pk, by=by, now=timezone.now())
    except PharmacyError as error:
        notice, status = refusal_of(error)
        return show(request, one.pk, by, notice=notice, status=status)
    messages.success(request, _("Released. Our staff can scan it and hand it over for ten minutes."))
    return redirect("authorise-medicine", one.pk)


# By the button that authorises.
AT_ONCE: Mapping[str, GoOn] = {"machine": let_machine_give, "counter": let_staff_hand_over}


def _why_no_bay(one: Prescription, by: Actor, *, several: bool) -> str:
    if dispense_open_of(one):
        return _("It is with the machine already.")
    machine = machine_of(by=by)
    if machine is None:
        return _("No machine is registered in this clinic. Let our staff hand it over instead.")
    if several:
        return _("Choose the bay.")
    return no_bay_words(machine)
