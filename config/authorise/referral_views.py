"""Authorising, sending, handing on or refusing one referral, and following a refusal up."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.authorise.act import decide
from config.authorise.course_forms import course_forms
from config.authorise.forms import FollowUp, HandOn, HospitalChoice, ReferralRefusal
from config.authorise.hospitals import hospital_choices
from config.authorise.kept_back import kept_back
from config.authorise.meanwhile import referral_meanwhile
from config.authorise.referral_page import SENDING, referral_by_id, referral_page
from config.blinding import task_blinding
from config.letter.keeping import letter_at_sending
from config.letter.views import address_at
from config.typed import initial_by_prefix
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from referrals import services
from referrals.domain.decisions import FOLLOW_UP_ROLES
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from referrals.selectors import state_of
from screening.services import result_look

PAGE = "authorise-referral"
FOLLOWING = tuple(dict.fromkeys((Role.PHYSICIAN, *(Role(role) for role in FOLLOW_UP_ROLES.values()))))


@require_safe
@members_only()
def referral(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    if blinding := task_blinding(one.encounter, by=by):
        return kept_back(request, blinding)
    return _show(request, referral_id, by)


@require_POST
@members_only(Role.PHYSICIAN)
def authorise(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """The proposed hospital, or another one with a reason; sent at once where the physician says so."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = forms.Form(request.POST)
    if "other" in request.POST:
        form = HospitalChoice(request.POST, prefix="other", choices=hospital_choices(one))
    at_once = "send" in request.POST
    service = services.referral_authorise_and_send if at_once else mover(ReferralStatus.AUTHORISED)
    done = _("Authorised and sent.") if at_once else _("Authorised. The coordinator sends it.")
    return decide_referral(request, one, form, by, service, done)


@require_POST
@members_only(*SENDING)
def choose(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = HospitalChoice(request.POST, prefix="choose", choices=hospital_choices(one))
    done = _("The hospital is chosen. A physician authorises it.")
    return decide_referral(request, one, form, by, mover(ReferralStatus.PROPOSED), done)


@require_POST
@members_only(*SENDING)
def send(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    done = _("Sent to the hospital.")
    return decide_referral(request, one, forms.Form(request.POST), by, mover(ReferralStatus.REQUESTED), done)


@require_POST
@members_only(*SENDING)
def hand_on(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    """Back to the physician, or to the coordinator to find another hospital; both with a reason."""
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    back = "back" in request.POST
    wanted = ReferralStatus.PROPOSED if back else ReferralStatus.NEEDS_COORDINATOR
    done = _("Handed back to the physician.") if back else _("The coordinator looks for another hospital.")
    return decide_referral(request, one, HandOn(request.POST, prefix="hand"), by, mover(wanted), done)


@require_POST
@members_only(Role.PHYSICIAN)
def refuse(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = ReferralRefusal(request.POST, prefix="refuse")
    done = _("The referral is refused. Somebody follows the case up.")
    return decide_referral(request, one, form, by, services.referral_refuse, done)


@require_POST
@members_only(*FOLLOWING)
def follow_up(request: HttpRequest, referral_id: int, *, by: Actor) -> HttpResponse:
    one = referral_by_id(referral_id, by=by, now=timezone.now())
    form = FollowUp(request.POST, prefix="follow")
    done = _("Noted. Nothing waits here any more.")
    return decide_referral(request, one, form, by, services.referral_follow_up, done, words="words")


def mover(status: ReferralStatus) -> Callable[..., Referral]:
    return partial(services.referral_move, status=status)


def decide_referral(
    request: HttpRequest,
    one: Referral,
    form: forms.Form,
    by: Actor,
    service: Callable[..., Referral],
    done: str,
    words: str = "reason",
) -> HttpResponse:
    def store(given: dict[str, Any]) -> None:
        named = {words if name == "words" else name: value for name, value in given.items()}
        now = timezone.now()
        after = service(referral_id=one.pk, by=by, now=now, seen=request.POST.get("seen", ""), **named)
        letter_at_sending(after, address=address_at(request), by=by, now=now)

    # Whoever decides has seen the result.
    result_look(encounter=one.encounter, by=by, now=timezone.now(), why="decided on its proposal")

    return decide(
        request,
        form,
        store=store,
        show=partial(_show, request, one.pk, by),
        meanwhile=lambda: referral_meanwhile(Referral.objects.get(pk=one.pk)),
        done=done,
        back=(PAGE, one.pk),
    )


def _show(
    request: HttpRequest,
    referral_id: int,
    by: Actor,
    *,
    form: forms.Form | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    one = referral_by_id(referral_id, by=by, now=now)
    page = referral_page(one, by=by, now=now)
    initial = initial_by_prefix(request)
    shown: dict[str, forms.Form] = {
        "other": HospitalChoice(prefix="other", initial=initial["other"], choices=page["choices"]),
        "choose": HospitalChoice(prefix="choose", initial=initial["choose"], choices=page["choices"]),
        "hand": HandOn(prefix="hand", initial=initial["hand"]),
        "refuse": ReferralRefusal(prefix="refuse", initial=initial["refuse"]),
        "follow": FollowUp(prefix="follow", initial=initial["follow"]),
    }
    shown |= course_forms(one, initial)
    if form is not None and form.prefix:
        shown[form.prefix] = form
    typed = form.cleaned_data.get("words", "") if form is not None and notice else ""
    context = page | {"forms": shown, "notice": notice, "typed": typed, "seen": state_of(one)}
    return render(request, "config/authorise/referral.html", context, status=status)
