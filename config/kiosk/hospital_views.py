"""Where the patient before the screen goes: the slip of their referral, without a word of what was found."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.kiosk.guard import guest_only
from config.kiosk.state import Guest, Kiosk
from config.kiosk.views import show
from config.letter.slip import slip_of, slip_referral
from records.models import AuditAction
from records.services import audit_record


@require_safe
@guest_only
def hospital(request: HttpRequest, *, kiosk: Kiosk, guest: Guest) -> HttpResponse:
    """Without a hospital that a person authorised, the patient learns where their medicine stands instead."""
    one = slip_referral(guest.patient_id, by=kiosk.by)
    if one is None:
        return redirect("kiosk-medicine")
    now = timezone.now()
    audit_record(
        by=kiosk.by,
        now=now,
        action=AuditAction.READ,
        entity=one,
        patient_id=guest.patient_id,
        detail="slip at the kiosk",
    )
    return show(request, "hospital", kiosk, slip=slip_of(one, today=timezone.localdate(now)))
