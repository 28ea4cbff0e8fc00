"""The recall register: who is overdue, and writing down who tried to reach them."""

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

from config import recall_register
from config.blinding import refuse_blinded
from config.live import digest_of, is_poll, list_remember, unchanged
from config.recall_forms import ContactForm, RecallFilterForm
from config.recall_register import RecallList, RecallRow
from records import access
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Role
from records.session import typed_before
from risk.errors import RecallClosed
from risk.models import Recall
from risk.services import recall_contact_record

PLACES = ("after", "before")
CONTACT_ROLES = tuple(role for role in Role if role is not Role.AUDITOR)


@require_safe
@members_only()
def recalls(request: HttpRequest, *, by: Actor) -> HttpResponse:
    today = timezone.localdate()
    form = RecallFilterForm(request.GET)
    form.is_valid()
    known = form.cleaned_data
    which, cause = RecallList(known.get("list") or RecallList.OVERDUE), known.get("cause") or ""
    found = recall_register.recalls_open(which, by=by, today=today, cause=cause)
    after, before = (_anchor(known.get(name), by) for name in PLACES)
    rows, page = recall_register.recall_page(found, today=today, after=after, before=before)
    shown = {
        "rows": rows,
        "previous": _address(which, cause, before=rows[0].recall.pk) if page.has_previous and rows else "",
        "next": _address(which, cause, after=rows[-1].recall.pk) if page.has_next and rows else "",
        "tabs": _tabs(which, by=by, today=today),
    }
    digest = _digest(**shown)
    if unchanged(request, digest):
        return HttpResponse(status=204)
    list_read(request, "recalls", (row.recall.patient_id for row in rows), by=by)
    context = shown | {
        "digest": digest,
        "address": _address(which, cause, **{name: known[name] for name in PLACES if known.get(name)}),
        "which": which,
        "may_record": by.role in CONTACT_ROLES,
    }
    if is_poll(request):
        return render(request, "config/recalls_live.html", context)
    list_remember(request, _address(which, cause))
    unknown = [str(form.fields[name].label) for name in form.errors]
    return render(request, "config/recalls.html", context | {"form": form, "unknown": unknown})


def _digest(*, rows: list[RecallRow], **around: Any) -> str:
    """Changes whenever anything that the page shows does."""
    return digest_of(([row.shown for row in rows], around))


def _tabs(which: RecallList, **whose: Any) -> list[dict[str, object]]:
    counted = recall_register.recalls_counted(**whose)
    most = recall_register.COUNT_TO
    texts = {RecallList.OVERDUE: _("Overdue"), RecallList.UPCOMING: _("Upcoming")}
    return [
        {
            "address": _address(one, ""),
            "key": str(one),
            "text": texts[one],
            "count": str(count) if count < most else f"{most - 1}+",
            "current": one is which,
        }
        for one, count in counted.items()
    ]


def _address(which: RecallList, cause: str, **page: int) -> str:
    query = {"list": str(which)} | ({"cause": cause} if cause else {}) | page
    return f"{reverse('recalls')}?{urlencode(query)}"


def _anchor(key: int | None, by: Actor) -> Recall | None:
    return access.within(Recall.objects.all(), by=by).filter(pk=key).first() if key else None


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*CONTACT_ROLES)
def recall_contact(request: HttpRequest, recall_id: int, *, by: Actor) -> HttpResponse:
    """Write down one attempt to reach the patient of a recall; not for a reader it would tell the result (GR-07)."""
    now = timezone.now()
    rows = Recall.objects.select_related("patient", "assessment__encounter")
    recall = access.fetch(rows, by=by, now=now, pk=recall_id)
    refuse_blinded(recall.assessment.encounter, by=by)
    typed = (typed_before(request) or QueryDict()).dict()
    form = ContactForm(request.POST or None, initial={"submission": uuid4()} | typed)
    if form.is_valid() and _recorded(request, recall, form, by=by):
        return redirect(request.session.get("work_list", reverse("recalls")))
    context = {"recall": recall, "form": form, "attempts": recall.contact_attempts.order_by("-attempted_at")}
    return render(request, "config/recall_contact.html", context, status=422 if form.is_bound else 200)


def _recorded(request: HttpRequest, recall: Recall, form: ContactForm, *, by: Actor) -> bool:
    try:
        recall_contact_record(recall_id=recall.pk, by=by, now=timezone.now(), **form.cleaned_data)
    except RecallClosed:
        form.add_error(None, _("This recall is closed already: the patient came, or declined."))
        return False
    messages.success(request, _("The attempt is written down."))
    return True
