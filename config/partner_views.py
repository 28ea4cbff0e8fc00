"""The partners page: which programs may call the REST interface for this organization, and where they may be told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from config.partner_forms import HostForm, PartnerForm, RevokeForm, show
from config.typed import initial_by_prefix
from records.actor import Actor
from records.errors import HostInvalid, PartnerClientInvalid
from records.guard import members_only
from records.models import PartnerClient, PartnerHost, Role
from records.selectors import partner_client_by_id, partner_clients
from records.services import (
    partner_client_create,
    partner_client_revoke,
    partner_host_add,
    partner_host_remove,
)

SENT_TWICE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Row:
    """A client as the page shows it. `state`: in-force, expired or revoked."""

    client: PartnerClient
    state: str
    form: RevokeForm
    host_form: HostForm

    @property
    def hosts(self) -> list[PartnerHost]:
        return list(self.client.hosts.all())


@require_safe
@members_only(Role.ADMINISTRATOR)
def partners(request: HttpRequest, *, by: Actor) -> HttpResponse:
    return _page(request, by=by)


@sensitive_variables("made")
@require_POST
@members_only(Role.ADMINISTRATOR)
def partner_make(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """The reply itself shows the token: a redirect would have to keep it somewhere, and it is kept nowhere."""
    form = PartnerForm(request.POST)
    if not form.is_valid():
        return _page(request, by=by, form=form)
    try:
        made = partner_client_create(
            name=form.cleaned_data["name"], expires_at=form.expires_at(), by=by, now=timezone.now()
        )
    except PartnerClientInvalid as error:
        show(error, form, made_just_now=_made_just_now(form.cleaned_data["name"], by))
        return _page(request, by=by, form=form)
    address = request.build_absolute_uri("/api/v1/screenings")
    context = {"client": made.client, "token": made.token, "address": address}
    return render(request, "config/partner_token.html", context)


def _made_just_now(name: str, by: Actor) -> bool:
    """Whether a form sent twice made this token: a token cannot be shown again, and "in use" would hide it."""
    mine = PartnerClient.objects.filter(organization_id=by.organization_id, created_by_id=by.practitioner_id)
    since = timezone.now() - SENT_TWICE_WITHIN
    return mine.filter(name=" ".join(name.split()), revoked_at=None, created_at__gte=since).exists()


@require_POST
@members_only(Role.ADMINISTRATOR)
def partner_revoke(request: HttpRequest, client_id: int, *, by: Actor) -> HttpResponse:
    client = partner_client_by_id(client_id, organization_id=by.organization_id)
    form = RevokeForm(request.POST, prefix=str(client.pk))
    if not form.is_valid():
        return _page(request, by=by, revoking=(client.pk, form))
    reason = form.cleaned_data["reason"]
    partner_client_revoke(client_id=client.pk, by=by, now=timezone.now(), reason=reason)
    messages.success(request, _("The token of %(name)s opens nothing any more.") % {"name": client.name})
    return redirect("partners")


@require_POST
@members_only(Role.ADMINISTRATOR)
def host_add(request: HttpRequest, client_id: int, *, by: Actor) -> HttpResponse:
    client = partner_client_by_id(client_id, organization_id=by.organization_id)
    form = HostForm(request.POST, prefix=_host_prefix(client))
    if not form.is_valid():
        return _page(request, by=by, listing=(client.pk, form))
    try:
        partner_host_add(client_id=client.pk, host=form.cleaned_data["host"], by=by, now=timezone.now())
    except HostInvalid as error:
        form.show(error)
        return _page(request, by=by, listing=(client.pk, form))
    messages.success(request, _("On the list. A program of this partner may ask to be told there."))
    return redirect("partners")


@require_POST
@members_only(Role.ADMINISTRATOR)
def host_remove(request: HttpRequest, client_id: int, host_id: int, *, by: Actor) -> HttpResponse:
    partner_host_remove(client_id=client_id, host_id=host_id, by=by, now=timezone.now())
    messages.success(request, _("Off the list. Nothing more is sent to this host."))
    return redirect("partners")


def _page(
    request: HttpRequest,
    *,
    by: Actor,
    form: PartnerForm | None = None,
    revoking: tuple[int, RevokeForm] | None = None,
    listing: tuple[int, HostForm] | None = None,
) -> HttpResponse:
    now = timezone.now()
    typed = initial_by_prefix(request)
    revokes, lists = (dict([one]) if one else {} for one in (revoking, listing))
    rows = [
        Row(
            client,
            _state(client, now),
            revokes.get(client.pk) or _revoke_form(client, typed),
            lists.get(client.pk) or _host_form(client, typed),
        )
        for client in partner_clients(organization_id=by.organization_id)
    ]
    context: dict[str, Any] = {
        "in_force": [row for row in rows if row.state == "in-force"],
        "ended": [row for row in rows if row.state != "in-force"],
        "form": form or PartnerForm(initial=typed[""]),
    }
    return render(request, "config/partners.html", context)


def _revoke_form(client: PartnerClient, typed: dict[str, dict[str, str]]) -> RevokeForm:
    prefix = str(client.pk)
    return RevokeForm(prefix=prefix, initial=typed[prefix])


def _host_form(client: PartnerClient, typed: dict[str, dict[str, str]]) -> HostForm:
    prefix = _host_prefix(client)
    return HostForm(prefix=prefix, initial=typed[prefix])


def _host_prefix(client: PartnerClient) -> str:
    return f"host-{client.pk}"


def _state(client: PartnerClient, now: datetime) -> str:
    if client.revoked_at:
        return "revoked"
    return "expired" if client.expires_at and client.expires_at <= now else "in-force"
