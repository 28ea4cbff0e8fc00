"""The way of a referral after it was sent, as people hear of it: answers, appointments, and what was found."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config.authorise.course_forms import AppointmentForm, KeptForm, OutcomeForm, StepForm, Words
from config.authorise.meanwhile import referral_meanwhile
from config.authorise.referral_page import SENDING, referral_by_id
from config.authorise.referral_views import PAGE, decide_referral
from config.blinding import refuse_blinded
from config.outcomes import referral_complete
from records.actor import Actor
from records.guard import members_only
from records.session import typed_before
from referrals import services
from referrals.domain.status import ReferralStatus
from referrals.errors import IllegalTransition, ReferralChanged
from referrals.models import Referral
from referrals.selectors import state_of


@require_POST
@members_only(*SENDING)
def step(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = StepForm(request.POST, prefix="step", one=one)
    return decide_referral(request, one, form, by, services.referral_move, _("The step is written down."))


@require_POST
@members_only(*SENDING)
def appointment(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = AppointmentForm(request.POST, prefix="appointment", one=one)
    return decide_referral(
        request, one, form, by, services.appointment_book, _("The appointment is written down.")
    )


@require_POST
@members_only(*SENDING)
def missed(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """The patient did not attend: somebody calls, and books again."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = Words(request.POST, prefix="missed")
    done = _("Written down. The patient is to be called, and another appointment made.")
    return decide_referral(request, one, form, by, services.appointment_missed, done)


@require_POST
@members_only(*SENDING)
def kept(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """A date after the deadline stays, for a reason that is kept."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = KeptForm(request.POST, prefix="kept")
    return decide_referral(request, one, form, by, services.late_date_keep, _("The reason is kept."))


@require_POST
@members_only(*SENDING)
def again(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """Another hospital for one that came to nothing."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    done = _("Another hospital was looked for. See below what was found.")
    return decide_referral(request, one, forms.Form(request.POST), by, _matched_again, done)


def _matched_again(**given: Any) -> Referral:
    """Raises ReferralChanged where the need was over before the button was pressed."""
    found = services.referral_rematch(**given)
    if found is None:
        raise ReferralChanged("nobody has to be found for it any more; look at the case again")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*SENDING)
def outcome(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """Close it with what the hospital found; it is the confirmed diagnosis of these eyes from then on."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    refuse_blinded(one.encounter, by=by)
    typed = (typed_before(request) or QueryDict()).dict()
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial=typed)
    notice = (
        ""
        if one.status == ReferralStatus.IN_PROGRESS
        else _("It is not being treated, so it has no finding.")
    )
    if request.method == "POST" and form.is_valid():
        notice = _stored(request, one, form, by)
        if not notice:
            return redirect(PAGE, one.pk)
    context = {"one": one, "form": form, "notice": notice, "seen": state_of(one)}
    status = 409 if notice and form.is_bound else 422 if form.errors else 200
    return render(request, "config/authorise/outcome.html", context, status=status)


def _stored(request: HttpRequest, one: Referral, form: OutcomeForm, by: Actor) -> str:
    """What somebody else did first, in words; empty where it is stored."""
    try:
        referral_complete(
            referral_id=one.pk,
            found=form.found(form.cleaned_data),
            examined_on=form.cleaned_data["examined_on"],
            reason=form.cleaned_data["words"],
            seen=request.POST.get("seen", ""),
            by=by,
            now=timezone.now(),
        )
    except (ReferralChanged, IllegalTransition):
        return referral_meanwhile(Referral.objects.get(pk=one.pk))
    return ""
