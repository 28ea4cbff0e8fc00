"""The kiosk: handing the screen over, who the patient is, and what becomes of their medicine."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import HandoutMissing
from config.handout.contents import Handout, contact, handout
from config.handout.roles import HANDING_OUT
from config.kiosk.forms import Who
from config.kiosk.guard import guest_only, kiosk_only
from config.kiosk.identity import is_closed_to_tries, patient_identify, wrong_count
from config.kiosk.stage import Stage, latest_prescription, stage_of
from config.kiosk.state import Guest, Kiosk, guest_leave, guest_set, kiosk_close, kiosk_open
from config.letter.slip import slip_referral
from config.live import digest_of, unchanged
from pharmacy.dispense_selectors import dispense_newest_of, machine_of
from pharmacy.domain.handout_rules import IDLE_ASK, IDLE_CLOSE, IDLE_WAITING
from pharmacy.models import Prescription
from records.actor import Actor
from records.guard import members_only


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*HANDING_OUT)
def hand_over(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Hand the screen over to patients; who does is signed out."""
    kiosk_close(request)
    if request.method == "POST":
        scanner = request.POST.get("scanner") == "yes"
        kiosk_open(request, request.membership, now=timezone.now(), scanner=scanner)
        return redirect("kiosk-start")
    return render(request, "config/kiosk/hand_over.html")


@require_safe
@kiosk_only
def start(request: HttpRequest, *, kiosk: Kiosk) -> HttpResponse:
    """Both languages, to choose from; whoever stood here before is gone."""
    guest_leave(request)
    return show(request, "start", kiosk)


@require_POST
@kiosk_only
def leave(request: HttpRequest, *, kiosk: Kiosk) -> HttpResponse:
    guest_leave(request)
    return redirect("kiosk-start")


@require_http_methods(["GET", "HEAD", "POST"])
@kiosk_only
def who(request: HttpRequest, *, kiosk: Kiosk) -> HttpResponse:
    guest_leave(request)
    now = timezone.now()
    if is_closed_to_tries(request, now=now):
        return show(request, "closed", kiosk, status=429)
    form = Who(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = patient_identify(**form.cleaned_data, kiosk=kiosk, now=now)
        if found is not None:
            guest_set(request, Guest(found.pk), now=now)
            return redirect("kiosk-medicine")
        wrong_count(request, now=now)
        form.add_error(None, _("Number and birth date do not belong together. Look again, or ask our staff."))
    return show(request, "who", kiosk, status=422 if form.errors else 200, form=form)


@require_safe
@guest_only
def medicine(request: HttpRequest, *, kiosk: Kiosk, guest: Guest) -> HttpResponse:
    """Where the medicine stands; the page asks again by itself while the patient waits."""
    prescription = latest_prescription(guest.patient_id, by=kiosk.by)
    stage = stage_of(prescription, now=timezone.now())
    dispense = dispense_newest_of(prescription) if prescription else None
    digest = digest_of((stage, prescription and prescription.pk, dispense and (dispense.pk, dispense.status)))
    if unchanged(request, digest):
        return HttpResponse(status=204)
    if prescription and stage.asks_first and guest.agreed != prescription.pk:
        return redirect("kiosk-consent")
    more = {"digest": digest, "waits": stage.waits, "dispense": dispense, "machine": machine_of(by=kiosk.by)}
    more["hospital_named"] = slip_referral(guest.patient_id, by=kiosk.by) is not None
    if prescription and stage is Stage.GIVEN:
        more["told"] = told_of(prescription)
    return show(request, stage.value, kiosk, **more)


def told_of(prescription: Prescription) -> Handout | None:
    """What the patient is told of it; None where only a person can."""
    try:
        return handout(prescription)
    except HandoutMissing:
        return None


def show(request: HttpRequest, page: str, kiosk: Kiosk, *, status: int = 200, **more: Any) -> HttpResponse:
    """One page of the kiosk with what all of them need."""
    waits = more.pop("waits", False)
    context = {
        "kiosk": kiosk,
        "contact": contact(kiosk.organization),
        "idle_ask": int((IDLE_WAITING if waits else IDLE_ASK).total_seconds()),
        "idle_close": int(IDLE_CLOSE.total_seconds()),
        "other_language": "en" if translation.get_language() == "ko" else "ko",
        "waits": waits,
    }
    return render(request, f"config/kiosk/{page}.html", context | more, status=status)
