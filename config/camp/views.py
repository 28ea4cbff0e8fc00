"""A camp day: who would go where if its referrals were given their places together, and the button that does so."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.camp.page import camp_page
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Organization
from records.selectors import local_date
from referrals.domain.deadlines import too_far
from referrals.errors import CampChanged
from referrals.services import camp_assign, camp_preview
from referrals.services.camp import PLANNING


@require_safe
@members_only(*PLANNING)
def camp(request: HttpRequest, *, by: Actor) -> HttpResponse:
    return _shown(request, _day(request.GET.get("day", ""), by), by=by)


@require_POST
@members_only(*PLANNING)
def camp_use(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Give everybody the place of the plan that was seen; with another plan by now, nobody."""
    day = _day(request.POST.get("day", ""), by)
    try:
        done = camp_assign(day=day, by=by, now=timezone.now(), seen=request.POST.get("seen", ""))
    except CampChanged:
        notice = _("Places or people changed meanwhile. This is the new plan; nothing was stored.")
        return _shown(request, day, by=by, notice=notice, status=409)
    count = len(done.plan.assigned)
    text = ngettext(
        "%(count)s person has a place of this plan.", "%(count)s people have places of this plan.", count
    )
    messages.success(request, text % {"count": count})
    return redirect(f"{reverse('camp')}?day={day.isoformat()}")


def _shown(
    request: HttpRequest, day: date, *, by: Actor, notice: str = "", status: int = 200
) -> HttpResponse:
    planned = camp_preview(day=day, by=by, now=timezone.now())
    context = camp_page(planned, day, by=by)
    patients = (line.patient.pk for line in (*context["going"], *context["left"]))
    list_read(request, "camp", patients, by=by)
    return render(request, "config/camp/camp.html", context | {"notice": notice}, status=status)


def _day(told: str, by: Actor) -> date:
    """The day asked for; today where none is, it is no date, or nobody can mean it."""
    today = local_date(timezone.now(), Organization.objects.get(pk=by.organization_id))
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return today
    return today if too_far(day, today=today) else day
