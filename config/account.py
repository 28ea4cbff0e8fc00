"""Signing in and its second factor: allauth's pages with what this house adds to them."""

import math
import time
from typing import Any
from urllib.parse import quote

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal import ratelimit
from allauth.mfa.base import views as second_factor_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from records import second_factor, session
from records.guard import memberships_of
from records.models import Practitioner

LOCKED_SECONDS = 15 * 60


class SecondFactor(second_factor_views.IndexView):
    """What the reader has set up; whoever lacks what their role needs reads why they are here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = {membership.role for membership in memberships_of(self.request)}
        needed = any(map(second_factor.needed, roles))
        return super().get_context_data(**kwargs) | {
            "needed": needed,
            "wanted": second_factor.wanted(self.request),
        }


class NewSessionKey:
    """From the moment a second factor is shown the session opens more: a cookie copied before opens none of it."""

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response


class ShownBySettingUp(NewSessionKey):
    """Setting up a second factor proves it for this session."""

    kind: Authenticator.Type

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type=self.kind.value)
        return response


class AppSetUp(ShownBySettingUp, totp.ActivateTOTPView):
    kind = Authenticator.Type.TOTP


class KeyAdd(ShownBySettingUp, webauthn.AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN


class CodeConfirm(NewSessionKey, second_factor_views.ReauthenticateView):
    pass


class KeyConfirm(NewSessionKey, webauthn.ReauthenticateWebAuthnView):
    pass


class RecoveryCodes(recovery_codes.ViewRecoveryCodesView):
    """The codes, once: to print, or as a file made of the page itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        file = f"data:text/plain;charset=utf-8,{quote(chr(10).join(context['unused_codes']))}"
        return context | {"wanted": second_factor.wanted(self.request), "file": file}


class PasswordChange(LoginRequiredMixin, account.PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "set_by_other": self._reader().filter(must_change_password=True)
        }

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        self._reader().update(must_change_password=False)
        return response

    def _reader(self) -> QuerySet[Practitioner]:
        return Practitioner.objects.filter(user_id=self.request.user.pk)

    def get_default_success_url(self) -> str:
        return "/"


@never_cache
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> JsonResponse:
    """What a page asks in the background before it warns; to post says that somebody is still here."""
    if not request.user.is_authenticated:
        return JsonResponse({"person": None, "seconds_left": 0})
    now = timezone.now()
    if request.method == "POST":
        session.stay(request, now)
    state = {"person": request.user.pk, "seconds_left": math.ceil(session.seconds_left(request, now))}
    return JsonResponse(state | {"token": get_token(request)})


def too_many(request: HttpRequest) -> HttpResponse:
    """429: who was locked out learns for how long, and nothing about whose name it is."""
    seconds = _seconds_locked(request) or 60
    response = render(request, "429.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _seconds_locked(request: HttpRequest) -> int:
    """Until the oldest wrong try of a used-up limit is forgotten."""
    name = getattr(request, "locked_out_key", None)
    if name is None:
        return 0
    waits = [0.0]
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        key = ratelimit.get_cache_key(
            request, app="allauth.account", action="login_failed", rate=rate, key=name
        )
        tries = cache.get(key, [])
        if len(tries) >= rate.amount:
            waits.append(tries[-1] + rate.duration - time.time())
    return math.ceil(max(waits))
