"""The page of hospitals' programs at the FHIR door: what each may, with which keys, and for which hospital."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from config.programs.forms import LinkForm, ProgramForm
from config.programs.registering import hospital_link, program_register
from config.typed import initial_by_prefix
from records.actor import Actor
from records.errors import PartnerClientInvalid
from records.guard import members_only
from records.models import BackendService, Organization, PartnerClient, PartnerKey, Role
from records.selectors import client_in_force, partner_clients
from records.services import backend_service_close
from referrals.domain.travel import Place
from referrals.models import Hospital
from referrals.near_selectors import hospitals_listed

HOSPITALS_OFFERED = 200


@sensitive_post_parameters("jwks")
@require_http_methods(["GET", "HEAD", "POST"])
@members_only(Role.ADMINISTRATOR)
def programs(request: HttpRequest, *, by: Actor) -> HttpResponse:
    choices = _hospitals(by)
    typed = initial_by_prefix(request)[""]
    sent = request.POST if request.method == "POST" else None
    form = ProgramForm(sent, initial=typed, hospitals=choices)
    form.fields["client"].queryset = _clients(by)
    if form.is_valid():
        try:
            service = _registered(form, by)
        except PartnerClientInvalid as error:
            form.show(error)
        else:
            told = _("%(name)s signs with these keys from now on, as client_id %(id)s.")
            messages.success(request, told % {"name": service.client.name, "id": service.public_id})
            return redirect("programs")
    context = {"rows": _rows(by, choices), "form": form, "partners": _clients(by)}
    return render(request, "config/programs/list.html", context, status=422 if form.errors else 200)


def _registered(form: ProgramForm, by: Actor) -> BackendService:
    given = form.cleaned_data
    return program_register(
        client_id=given["client"].pk,
        hospital_id=given["hospital"],
        jwks=given["jwks"],
        scopes=given["scopes"],
        by=by,
        now=timezone.now(),
    )


@require_POST
@members_only(Role.ADMINISTRATOR)
def program_link(request: HttpRequest, client_id: int, *, by: Actor) -> HttpResponse:
    form = LinkForm(request.POST, hospitals=_hospitals(by), prefix=str(client_id))
    if not form.is_valid():
        messages.error(request, _("This hospital cannot be chosen. Choose one of the list."))
        return redirect("programs")
    hospital_link(client_id=client_id, hospital_id=form.cleaned_data["hospital"], by=by, now=timezone.now())
    messages.success(request, _("Stored. The program speaks for this hospital only."))
    return redirect("programs")


@require_POST
@members_only(Role.ADMINISTRATOR)
def program_close(request: HttpRequest, client_id: int, *, by: Actor) -> HttpResponse:
    backend_service_close(client_id=client_id, by=by, now=timezone.now())
    messages.success(request, _("Its keys have ended. The program gets nothing more by FHIR."))
    return redirect("programs")


def _clients(by: Actor) -> QuerySet[PartnerClient]:
    now, every = timezone.now(), partner_clients(organization_id=by.organization_id)
    return PartnerClient.objects.filter(
        pk__in=[one.pk for one in every if client_in_force(one, now)]
    ).order_by("name")


def _hospitals(by: Actor) -> list[tuple[int, str]]:
    """The nearest ones, and those for which a program of the clinic speaks already."""
    clinic = Organization.objects.get(pk=by.organization_id)
    here = Place(clinic.latitude, clinic.longitude)
    keys = hospitals_listed(here, clinic.country, size=HOSPITALS_OFFERED)
    linked = Hospital.objects.filter(clients__client__organization=clinic)
    names = Hospital.objects.in_bulk(keys) | {one.pk: one for one in linked}
    return [(key, one.name) for key, one in names.items()]


def _rows(by: Actor, choices: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """Programs with their keys in force; those without one have ended."""
    in_force = Prefetch("keys", PartnerKey.objects.filter(revoked_at=None).order_by("key_id"), "in_force")
    found = BackendService.objects.filter(client__organization_id=by.organization_id)
    now = timezone.now()
    return [
        {
            "service": one,
            "client": one.client,
            "keys": one.in_force if client_in_force(one.client, now) else [],
            "hospital": getattr(one.client, "hospital_client", None),
            "form": _link_form(one.client, choices),
        }
        for one in found.select_related("client__hospital_client__hospital")
        .prefetch_related(in_force)
        .order_by("client__name", "pk")
    ]


def _link_form(client: PartnerClient, choices: list[tuple[int, str]]) -> LinkForm:
    link = getattr(client, "hospital_client", None)
    initial = {"hospital": link.hospital_id if link else ""}
    return LinkForm(hospitals=choices, prefix=str(client.pk), initial=initial)
