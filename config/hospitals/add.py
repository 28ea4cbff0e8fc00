"""The page on which an administrator enters a hospital that no directory lists with its place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.hospitals.about_forms import AddForm
from config.hospitals.tell import refuse_beside
from config.typed import initial_by_prefix
from records.actor import Actor
from records.guard import members_only
from records.models import Organization, Role
from referrals import services
from referrals.domain.travel import Place, estimated_km
from referrals.errors import HospitalInvalid, HospitalKnown
from referrals.models import Hospital


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(Role.ADMINISTRATOR)
def hospital_new(request: HttpRequest, *, by: Actor) -> HttpResponse:
    clinic = Organization.objects.get(pk=by.organization_id)
    if request.method != "POST":
        return _page(request, AddForm(country=clinic.country, initial=initial_by_prefix(request).get("")))
    form = AddForm(request.POST, country=clinic.country)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        one = services.hospital_add(**form.given, by=by, now=timezone.now())
    except HospitalInvalid as error:
        refuse_beside(form, error, error.field)
        known = Hospital.objects.get(pk=error.hospital_id) if isinstance(error, HospitalKnown) else None
        return _page(request, form, known=known, status=422)
    messages.success(request, _stored(one, clinic))
    return redirect("hospital", one.pk)


def _stored(one: Hospital, clinic: Organization) -> str:
    km = estimated_km(Place(clinic.latitude, clinic.longitude), Place(one.latitude, one.longitude))
    return _(
        "Stored, about %(km)s km from the clinic. If that is wrong, correct its place."
        " Tell its places too, else nobody is referred there."
    ) % {"km": f"{km:.1f}"}


def _page(request: HttpRequest, form: AddForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "config/hospitals/add.html", {"form": form, **more}, status=status)
