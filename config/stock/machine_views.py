"""Asking the machine at once what it holds, instead of within five minutes (MS-01)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from config.stock.roles import HANDLING
from pharmacy.dispense_selectors import machine_of
from pharmacy.tasks import compare_machines
from records.actor import Actor
from records.guard import members_only

MESSAGE_HOLDS_SECONDS = 60


@require_POST
@members_only(*HANDLING)
def compare(request: HttpRequest, *, by: Actor) -> HttpResponse:
    machine = machine_of(by=by)
    if machine is None:
        raise Http404
    asked = {"machine_id": machine.pk}
    try:
        compare_machines.apply_async(kwargs=asked, retry=False, expires=MESSAGE_HOLDS_SECONDS)
    except OperationalError:
        messages.warning(
            request, _("The machine cannot be asked now. It is asked again within five minutes.")
        )
    else:
        messages.success(request, _("The machine is asked now. Open this page again in a few seconds."))
    return redirect("stock")
