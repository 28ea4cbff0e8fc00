"""Who may see a page of the kiosk: a screen that was handed over, and on it a patient who said who they are."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control

from config.kiosk.state import Kiosk, guest_of, guest_set, kiosk_of
from config.live import is_poll
from records.session import ask_to_sign_in

View = Callable[..., HttpResponse]


def kiosk_only(view: View) -> View:
    """A page of an opened kiosk, called with `kiosk`, in its clinic's time zone; closed to whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("kiosk-open")
        kiosk = kiosk_of(request, now=timezone.now())
        if kiosk is None:
            return ask_to_sign_in(request)
        with timezone.override(kiosk.organization.time_zone):
            response = view(request, *args, kiosk=kiosk, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def guest_only(view: View) -> View:
    """A page for the patient before the screen, called with `guest`; without one the kiosk starts anew."""

    @kiosk_only
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, kiosk: Kiosk, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        guest = guest_of(request, now=now)
        if guest is None:
            return redirect("kiosk-start")
        if not is_poll(request):
            guest_set(request, guest, now=now)
        return view(request, *args, kiosk=kiosk, guest=guest, **kwargs)

    return guarded
