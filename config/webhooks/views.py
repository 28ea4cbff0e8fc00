"""The pages of webhooks: where partners are told that something changed, and what became of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import EndpointInvalid
from config.typed import initial_by_prefix
from config.webhooks import page
from config.webhooks.endpoints import (
    SecretMade,
    endpoint_add,
    endpoint_off,
    endpoint_on,
    endpoint_rotate,
    endpoint_test,
    messages_replay,
)
from config.webhooks.forms import INVALID, EndpointForm
from records.actor import Actor
from records.guard import members_only
from records.models import PartnerClient, Role, Topic
from records.selectors import client_in_force, partner_clients


@sensitive_variables("made")
@require_http_methods(["GET", "HEAD", "POST"])
@members_only(Role.ADMINISTRATOR)
def webhooks(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = EndpointForm(request.POST or None, initial=initial_by_prefix(request)[""])
    form.fields["client"].queryset = _clients(by)
    if request.method == "POST" and form.is_valid():
        try:
            made = endpoint_add(
                client=form.cleaned_data["client"],
                url=form.cleaned_data["url"],
                topics=[Topic(topic) for topic in form.cleaned_data["topics"]],
                by=by,
                now=timezone.now(),
            )
        except EndpointInvalid as error:
            form.show(error)
        else:
            return _secret(request, made)
    context = {"endpoints": page.endpoints(by=by), "form": form, "partners": _clients(by)}
    return render(request, "config/webhooks/list.html", context)


def _clients(by: Actor) -> object:
    now, every = timezone.now(), partner_clients(organization_id=by.organization_id)
    return PartnerClient.objects.filter(
        pk__in=[one.pk for one in every if client_in_force(one, now)]
    ).order_by("name")


def _secret(request: HttpRequest, made: SecretMade) -> HttpResponse:
    """The reply itself shows the secret: a redirect would have to keep it somewhere in clear."""
    return render(request, "config/webhooks/secret.html", {"endpoint": made.endpoint, "secret": made.secret})


@require_safe
@members_only(Role.ADMINISTRATOR)
def webhook(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    found = page.endpoint(public_id, by=by)
    context = {
        "endpoint": found,
        "last": page.last_messages(found),
        "dead_letters": page.dead_letters(found),
        "next_try": page.next_try(found, now=timezone.now()),
    }
    return render(request, "config/webhooks/endpoint.html", context)


@require_POST
@members_only(Role.ADMINISTRATOR)
def webhook_test(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    endpoint_test(public_id=public_id, by=by, now=timezone.now())
    messages.success(request, _("A test is on its way. Load this page again to see what came of it."))
    return redirect("webhook", public_id)


@sensitive_variables("made")
@require_POST
@members_only(Role.ADMINISTRATOR)
def webhook_rotate(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    made = endpoint_rotate(public_id=public_id, by=by, now=timezone.now())
    return _secret(request, made)


@require_POST
@members_only(Role.ADMINISTRATOR)
def webhook_off(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    endpoint_off(public_id=public_id, by=by, now=timezone.now())
    messages.success(request, _("Nothing more is sent to this address."))
    return redirect("webhook", public_id)


@require_POST
@members_only(Role.ADMINISTRATOR)
def webhook_on(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    try:
        endpoint_on(public_id=public_id, by=by, now=timezone.now())
    except EndpointInvalid as error:
        messages.error(request, INVALID[error.why])
    else:
        messages.success(request, _("It is on once it has answered a test."))
    return redirect("webhook", public_id)


@require_POST
@members_only(Role.ADMINISTRATOR)
def webhook_replay(
    request: HttpRequest, public_id: UUID, message_id: int | None = None, *, by: Actor
) -> HttpResponse:
    sent = messages_replay(public_id=public_id, message_id=message_id, by=by, now=timezone.now())
    if sent:
        told = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", sent)
        messages.success(request, told % {"count": sent})
    else:
        messages.error(request, _("Nothing was sent: the address is switched off, or it was sent already."))
    return redirect("webhook", public_id)
