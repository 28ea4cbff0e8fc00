"""The list of hospitals near the clinic, and the page of one, where a coordinator tells what it offers."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.hospitals import page as pages
from config.hospitals.forms import FORMS, LanguagesForm, ListForm, known, places_shown
from config.hospitals.tell import told
from config.hospitals.words import LANGUAGES
from config.intake.dates import read_date
from config.typed import initial_by_prefix
from records.actor import Actor
from records.guard import members_only, refuse
from records.models import Organization, Role
from records.selectors import local_date
from referrals.errors import HospitalChanged
from referrals.models import Hospital
from referrals.services.telling import TELLING_ROLES

AMENDING = frozenset({"about"})
READING_ROLES = (Role.PHYSICIAN, *TELLING_ROLES, Role.AUDITOR)


@require_safe
@members_only(*READING_ROLES)
def hospitals(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = ListForm(request.GET)
    form.is_valid()
    name, number = form.cleaned_data.get("name") or "", form.cleaned_data.get("page") or 1
    clinic = Organization.objects.get(pk=by.organization_id)
    rows, more = pages.rows_near(clinic, name, number)
    context = {
        "rows": rows,
        "form": form,
        "name": name,
        "may_add": by.role == Role.ADMINISTRATOR,
        "previous": _address(name, number - 1) if number > 1 else "",
        "next": _address(name, number + 1) if more else "",
    }
    return render(request, "config/hospitals/list.html", context)


def _address(name: str, number: int) -> str:
    return f"{reverse('hospitals')}?{urlencode({'name': name, 'page': number})}"


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*READING_ROLES)
def hospital(request: HttpRequest, hospital_id: int, *, by: Actor) -> HttpResponse:
    now, clinic = timezone.now(), Organization.objects.get(pk=by.organization_id)
    one = pages.hospital_of_country(hospital_id, clinic)
    if request.method != "POST":
        return _page(request, one, clinic, now, by=by)
    if by.role not in TELLING_ROLES:
        return refuse(request, _("Your role only reads this page."))
    what = request.POST.get("what", "")
    if what in AMENDING and by.role != Role.ADMINISTRATOR:
        return refuse(request, _("Only an administrator changes the name and place of a hospital."))
    if what not in FORMS:
        return _page(request, one, clinic, now, by=by, status=422)
    form = _form(what, one, request.POST)
    try:
        if form.is_valid() and told(what, form, one, by=by, now=now):
            messages.success(request, _("Stored. The next search for a hospital heeds it."))
            return redirect("hospital", one.pk)
    except HospitalChanged:
        return _changed_meanwhile(request, one, clinic, now, by=by, what=what, form=form)
    return _page(request, one, clinic, now, by=by, sent=(what, form), status=422)


def _changed_meanwhile(
    request: HttpRequest,
    one: Hospital,
    clinic: Organization,
    now: datetime,
    *,
    by: Actor,
    what: str,
    form: forms.Form,
) -> HttpResponse:
    """What was typed stands in the form, beside what is stored; sending it again replaces what is stored."""
    messages.warning(
        request, _("Somebody else changed this meanwhile. Look at what is stored below, then save again.")
    )
    typed = {name: form.data.get(f"{what}-{name}", "") for name in form.fields if name[:5] != "seen_"}
    return _page(request, one, clinic, now, by=by, typed={what: typed}, status=409)


def _form(what: str, one: Hospital, data: Any = None, initial: dict[str, Any] | None = None) -> forms.Form:
    own = {"country": one.country, "kind": one.type_code} if what in AMENDING else {}
    form = FORMS[what](data, prefix=what, initial=initial, **own)
    if isinstance(form, LanguagesForm):
        others = one.languages.exclude(code__in=list(LANGUAGES)).values_list("code", flat=True)
        form.fields["languages"].choices = [*LANGUAGES.items(), *((code, code) for code in others)]
    return form


def _page(
    request: HttpRequest,
    one: Hospital,
    clinic: Organization,
    now: datetime,
    *,
    by: Actor,
    sent: tuple[str, forms.Form] | None = None,
    typed: dict[str, dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = local_date(now, clinic)
    typed = typed or initial_by_prefix(request)
    context = pages.known_of(one, clinic, today)
    wanted = sent[1]["monday"].value() if sent and sent[0] == "week" else typed.get("week", {}).get("monday")
    week = _week(context["weeks"], wanted or request.GET.get("week", ""))
    shown = {
        what: _form(what, one, initial=_initial(what, one, today, week) | typed.get(what, {}))
        for what in FORMS
    }
    if sent:
        shown[sent[0]] = sent[1]
    may_tell = by.role in TELLING_ROLES and one.active
    open_form = sent[0] if sent else next((what for what in FORMS if typed.get(what)), "")
    if not open_form and request.GET.get("week"):
        open_form = "week"
    context |= {"forms": shown, "week": week, "may_tell": may_tell, "open_form": open_form}
    context["may_amend"] = by.role == Role.ADMINISTRATOR
    return render(request, "config/hospitals/hospital.html", context, status=status)


def _initial(what: str, one: Hospital, today: date, week: pages.Week) -> dict[str, Any]:
    if what != "week":
        return known(what, one, today)
    places = {urgency: count for urgency, count, _taken in week.cells}
    return places_shown(places) | {"monday": week.monday.isoformat()}


def _week(weeks: list[pages.Week], wanted: str) -> pages.Week:
    """The week that was asked for, or this one."""
    monday = read_date(wanted)
    return next((week for week in weeks if week.monday == monday), weeks[0])
