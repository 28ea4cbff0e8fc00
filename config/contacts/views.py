"""The contact work-list: who is to be called, and writing down who was."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.blinding import refuse_blinded
from config.contacts import page as pages
from config.contacts.forms import AttemptForm, ListForm
from config.contacts.page import ContactList
from config.live import digest_of, is_poll, unchanged
from records import access
from records.actor import Actor
from records.guard import list_read, members_only, refuse
from records.models import Role
from records.session import typed_before
from referrals.domain.contact import ContactOutcome, Party
from referrals.errors import AlarmClosed
from referrals.models import ReferralAlarm
from referrals.services import contact_record
from referrals.services.contacts import CALLING_ROLES
from risk.models import ContactChannel

READING_ROLES = (*CALLING_ROLES, Role.AUDITOR)


@require_safe
@members_only(*READING_ROLES)
def contacts(request: HttpRequest, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    form = ListForm(request.GET)
    form.is_valid()
    known = form.cleaned_data
    which = ContactList.LATER if known.get("list") == ContactList.LATER else ContactList.DUE
    anchors = {name: _anchor(known.get(name), by) for name in ("after", "before")}
    rows, page = pages.contacts_page(pages.contacts_open(which, by=by, now=now), now=now, **anchors)
    shown = {
        "rows": rows,
        "previous": _address(which, before=rows[0].alarm.pk) if page.has_previous and rows else "",
        "next": _address(which, after=rows[-1].alarm.pk) if page.has_next and rows else "",
        "tabs": _tabs(which, pages.contacts_counted(by=by, now=now)),
    }
    digest = digest_of(([row.shown for row in rows], shown["previous"], shown["next"], shown["tabs"]))
    if unchanged(request, digest):
        return HttpResponse(status=204)
    list_read(request, "contacts", (row.patient.pk for row in rows), by=by)
    here = _address(which, **{name: one.pk for name, one in anchors.items() if one})
    context = shown | {
        "digest": digest,
        "address": here,
        "which": which,
        "may_call": by.role in CALLING_ROLES,
    }
    template = "config/contacts/live.html" if is_poll(request) else "config/contacts/list.html"
    return render(request, template, context)


def _tabs(which: ContactList, counted: dict[ContactList, int]) -> list[dict[str, object]]:
    texts = {ContactList.DUE: _("Due now"), ContactList.LATER: _("Due later")}
    most = pages.COUNT_TO
    return [
        {
            "address": _address(one),
            "key": str(one),
            "text": texts[one],
            "count": str(count) if count < most else f"{most - 1}+",
            "current": one is which,
        }
        for one, count in counted.items()
    ]


def _address(which: ContactList, **page: int) -> str:
    return f"{reverse('contacts')}?{urlencode({'list': str(which)} | page)}"


def _anchor(key: int | None, by: Actor) -> ReferralAlarm | None:
    return access.within(ReferralAlarm.objects.all(), by=by).filter(pk=key).first() if key else None


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*READING_ROLES)
def contact(request: HttpRequest, alarm_id: int, *, by: Actor) -> HttpResponse:
    """One silence, and one attempt to end it; not for a reader it would tell the result (GR-07)."""
    now = timezone.now()
    rows = ReferralAlarm.objects.select_related(
        "referral__hospital", "referral__encounter__patient__referral_needs"
    )
    alarm = access.fetch(rows, by=by, now=now, patient="referral.encounter.patient_id", pk=alarm_id)
    refuse_blinded(alarm.referral.encounter, by=by)
    typed = (typed_before(request) or QueryDict()).dict()
    party = pages.PARTY_OF[pages.Step(alarm.step)]
    first = {"submission": uuid4(), "party": str(party), "channel": str(ContactChannel.PHONE)}
    form = AttemptForm(request.POST if request.method == "POST" else None, initial=first | typed)
    closed = alarm.closed_at is not None
    if request.method == "POST" and by.role not in CALLING_ROLES:
        return refuse(request, _("Your role only reads this page."))
    if request.method == "POST" and form.is_valid():
        closed = not _recorded(alarm, form.cleaned_data, by=by)
        if not closed:
            messages.success(request, _("The attempt is written down."))
            return redirect("contacts")
    context = pages.contact_page(alarm, now=now) | {"form": form, "closed": closed}
    context |= {"may_call": by.role in CALLING_ROLES}
    status = 409 if closed and form.is_bound else 422 if form.errors else 200
    return render(request, "config/contacts/contact.html", context, status=status)


def _recorded(alarm: ReferralAlarm, given: dict[str, Any], *, by: Actor) -> bool:
    """False where the referral went on meanwhile."""
    try:
        contact_record(
            alarm_id=alarm.pk,
            party=Party(given["party"]),
            channel=ContactChannel(given["channel"]),
            outcome=ContactOutcome(given["outcome"]),
            submission=given["submission"],
            note=given["note"],
            by=by,
            now=timezone.now(),
        )
    except AlarmClosed:
        return False
    return True
