"""How well readers agree, and turning a settled case into one that measures others."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from config.agreement import agreement_page
from config.agreement_truth import truth_lines
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Role
from screening import services
from screening.errors import NotSettled
from screening.services.grading import QUALITY_ROLES

AGREEMENT_ROLES = (Role.GRADER, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)
QUALITY_DUE_IN_DAYS = 14
ALL = "all"
DEFAULT_DAYS = "90"
PERIODS = (("30", _("30 days")), (DEFAULT_DAYS, _("90 days")), ("365", _("A year")), (ALL, _("All")))


class PeriodForm(forms.Form):
    days = forms.ChoiceField(label=_("Period"), choices=PERIODS)


@require_safe
@members_only(*AGREEMENT_ROLES)
def agreement(request: HttpRequest, *, by: Actor) -> HttpResponse:
    asked = request.GET.get("days")
    form = PeriodForm({"days": asked if asked in dict(PERIODS) else DEFAULT_DAYS})
    days = form["days"].value()
    since = None if days == ALL else timezone.now() - timedelta(days=int(days))
    page = agreement_page(by=by, since=since)
    list_read(request, "agreement", (task.encounter.patient_id for task in page.settled), by=by)
    # A grader's page is about their own reads.
    truth = [] if by.role == Role.GRADER else truth_lines(by=by, since=since)
    context = {"page": page, "form": form, "may_measure": by.role in QUALITY_ROLES, "truth": truth}
    context |= {"shows_truth": by.role != Role.GRADER}
    return render(request, "config/grading/agreement.html", context)


@require_POST
@members_only(*QUALITY_ROLES)
def quality_case(request: HttpRequest, task_id: int, *, by: Actor) -> HttpResponse:
    """Let a settled case measure the readers who do not know it."""
    due_by = timezone.localdate() + timedelta(days=QUALITY_DUE_IN_DAYS)
    try:
        given = services.quality_case_make(task_id=task_id, by=by, now=timezone.now(), due_by=due_by)
    except NotSettled:
        messages.warning(
            request, gettext("Only a case that two readers agree on, or an arbiter decided, can do this.")
        )
    else:
        told = ngettext(
            "%(readers)s other reader gets this case without knowing it.",
            "%(readers)s other readers get this case without knowing it.",
            given,
        )
        messages.success(request, told % {"readers": given})
    return redirect("agreement")
