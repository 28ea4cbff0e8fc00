"""What a patient agrees to, reads and takes home at the kiosk: only of a medicine that was released for them."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

import records.services
from config.errors import HandoutMissing
from config.handout.contents import Handout, handout, prescription_released
from config.handout.label import label_pdf
from config.handout.leaflet import leaflet_pdf
from config.handout.views import pdf_answer
from config.intake.consents import READ_ALOUD
from config.kiosk.guard import View, guest_only
from config.kiosk.stage import latest_prescription, stage_of
from config.kiosk.state import Guest, Kiosk, guest_set
from config.kiosk.views import show
from config.security import framed, framing
from pharmacy.models import Prescription
from pharmacy.selectors import policy_of
from records.errors import ConsentMissing, RecordNotFound
from records.models import AuditAction, ConsentScope
from records.selectors import age_years

ANSWERS = ("yes", "no")
PAPERS = {"label": "kiosk-label", "leaflet": "kiosk-leaflet-paper"}
# The pages after the sections of the leaflet.
LAST_PARTS = ("better", "worse")


def released_only(view: View) -> View:
    """A page about the released medicine of the patient before the screen; without one they learn where it stands."""

    @guest_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: int, kiosk: Kiosk, guest: Guest, **kwargs: int) -> HttpResponse:
        newest = latest_prescription(guest.patient_id, by=kiosk.by)
        if newest is None or not stage_of(newest, now=timezone.now()).may_be_told:
            return redirect("kiosk-medicine")
        try:
            one = prescription_released(newest.pk, by=kiosk.by, now=timezone.now())
        except RecordNotFound:
            return redirect("kiosk-medicine")
        return view(request, *args, kiosk=kiosk, guest=guest, one=one, **kwargs)

    return guarded


def agreed_only(view: View) -> View:
    """A page that is shown once the patient agreed to this very medicine (PL-06), or has it."""

    @released_only
    @wraps(view)
    def guarded(
        request: HttpRequest, *args: int, kiosk: Kiosk, guest: Guest, one: Prescription, **kwargs: int
    ) -> HttpResponse:
        if guest.agreed != one.pk and stage_of(one, now=timezone.now()).asks_first:
            return redirect("kiosk-consent")
        return view(request, *args, kiosk=kiosk, one=one, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@released_only
def consent(request: HttpRequest, *, kiosk: Kiosk, guest: Guest, one: Prescription) -> HttpResponse:
    if not stage_of(one, now=timezone.now()).asks_first:
        return redirect("kiosk-medicine")
    giver = _who_agrees(one)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ANSWERS:
        _consent_note(one, kiosk, giver=giver, agrees=answer == "yes")
        if answer == "no":
            guest_set(request, Guest(guest.patient_id), now=timezone.now())
            return show(request, "declined", kiosk)
        guest_set(request, Guest(guest.patient_id, agreed=one.pk), now=timezone.now())
        return redirect("kiosk-leaflet", 1)
    told = READ_ALOUD[ConsentScope.MEDICINE]
    return show(request, "consent", kiosk, told=told, guardian=giver == "guardian")


def _who_agrees(one: Prescription) -> str:
    """A guardian for somebody under age in the clinic's country, or of unknown age."""
    policy = policy_of(one.organization)
    age = age_years(one.encounter.patient.birth_date, timezone.localdate())
    under_age = policy is None or age is None or policy.is_under_age(age)
    return "guardian" if under_age else "patient"


@transaction.atomic
def _consent_note(one: Prescription, kiosk: Kiosk, *, giver: str, agrees: bool) -> None:
    now = timezone.now()
    patient = one.encounter.patient
    if agrees:
        records.services.consent_give(
            patient=patient, scope=ConsentScope.MEDICINE, by=kiosk.by, now=now, given_by=giver
        )
    else:
        with suppress(ConsentMissing):  # a yes that became a no
            records.services.consent_withdraw(
                patient=patient, scope=ConsentScope.MEDICINE, by=kiosk.by, now=now, reason="no at the kiosk"
            )
    records.services.audit_record(
        by=kiosk.by,
        now=now,
        action=AuditAction.UPDATE,
        entity=one,
        patient_id=patient.pk,
        detail=f"kiosk: the {giver} {'agreed' if agrees else 'did not agree'} to this medicine",
    )


@require_safe
@agreed_only
def leaflet(request: HttpRequest, number: int, *, kiosk: Kiosk, one: Prescription) -> HttpResponse:
    """One part of the leaflet at a time; the last two are what to do if it does not help, and when at once."""
    try:
        told = handout(one)
    except HandoutMissing:
        return show(request, "explained", kiosk)
    parts = len(told.sections) + len(LAST_PARTS)
    if not 1 <= number <= parts:
        raise Http404
    more = {"told": told, "number": number, "parts": parts, "back": number - 1, "next": number + 1}
    if number > len(told.sections):
        return show(request, LAST_PARTS[number - len(told.sections) - 1], kiosk, **more)
    section, heading, sentences = told.sections[number - 1]
    return show(request, "leaflet", kiosk, section=section, heading=heading, sentences=sentences, **more)


@require_safe
@agreed_only
def paper(request: HttpRequest, which: str, *, kiosk: Kiosk, one: Prescription) -> HttpResponse:
    """A paper inside the page, so that it goes when the patient does."""
    if which not in PAPERS:
        raise Http404
    return framing(show(request, "paper", kiosk, which=which, address=PAPERS[which]))


@require_safe
@agreed_only
def label_paper(request: HttpRequest, *, kiosk: Kiosk, one: Prescription) -> HttpResponse:
    return _paper(one, label_pdf, "label")


@require_safe
@agreed_only
def leaflet_paper(request: HttpRequest, *, kiosk: Kiosk, one: Prescription) -> HttpResponse:
    return _paper(one, leaflet_pdf, "leaflet")


def _paper(one: Prescription, make: Callable[[Handout], bytes], name: str) -> HttpResponse:
    return framed(pdf_answer(one, make, name=name, language=get_language()))
