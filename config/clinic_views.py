"""The clinic's page: what patients read of it on labels, slips and the screen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.clinic_form import ClinicForm, as_shown
from config.handout.contents import contact
from records.actor import Actor
from records.errors import OrganizationChanged, OrganizationInvalid
from records.guard import members_only
from records.models import Organization, Role
from records.services import organization_amend
from records.session import typed_before


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(Role.ADMINISTRATOR)
def clinic(request: HttpRequest, *, by: Actor) -> HttpResponse:
    if request.method != "POST":
        typed = typed_before(request)
        known = as_shown(Organization.objects.get(pk=by.organization_id))
        return _page(request, ClinicForm(initial=known | (typed.dict() if typed else {})), by)
    form = ClinicForm(request.POST)
    if not form.is_valid():
        return _page(request, form, by, status=422)
    try:
        organization_amend(given=form.given, seen=form.seen, by=by, now=timezone.now())
    except OrganizationInvalid as error:
        form.refuse(error)
        return _page(request, form, by, status=422)
    except OrganizationChanged:
        return _changed_meanwhile(request, form, by)
    messages.success(request, _("Saved. Labels, slips and screens say so from now on."))
    return redirect("clinic")


def _changed_meanwhile(request: HttpRequest, form: ClinicForm, by: Actor) -> HttpResponse:
    """What was typed stands in the form, what is stored below it; sending it again replaces what is stored."""
    own = Organization.objects.get(pk=by.organization_id)
    messages.warning(
        request, _("Somebody else changed this meanwhile. Look at what is stored below, then save again.")
    )
    return _page(request, ClinicForm(as_shown(own) | form.given), by, status=409)


def _page(request: HttpRequest, form: ClinicForm, by: Actor, *, status: int = 200) -> HttpResponse:
    own = Organization.objects.get(pk=by.organization_id)
    context = {"form": form, "clinic": own, "contact": contact(own)}
    return render(request, "config/clinic.html", context, status=status)
