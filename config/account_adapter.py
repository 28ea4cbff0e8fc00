"""How allauth signs people in here: who may, what it says, and what it keeps secret."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from records import session
from records.sealing import seal, unseal

PURPOSE = "second factor"
WAIT = _("Too many wrong tries. Wait a quarter of an hour, or ask your administrator.")
# What allauth says by itself is a mail-order shop's; these are the moments worth a word here.
NOTICES = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The security key is added."),
    "mfa/messages/webauthn_removed.txt": _("The security key is removed."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name or the password is wrong. Check both and try again."),
        "incorrect_password": _("The password is wrong. Type it again."),
        "enter_current_password": _("That is not your present password. Type it again."),
        "too_many_login_attempts": WAIT,
        "rate_limited": WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators add their colleagues; nobody adds themselves."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A name that is locked out gets a page of its own, whether anybody has that name or not."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            request.locked_out_key = key
            raise ImmediateHttpResponse(respond_429(request)) from None

    def login(self, request: HttpRequest, user: User) -> None:
        """Django keeps the key of an ended session for its person; whoever copied the cookie must not come along."""
        super().login(request, user)
        request.session.cycle_key()
        session.begin(request, timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in just now need not do it again to set up a second factor."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("account_login")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        text = kwargs.get("message") or NOTICES.get(message_template)
        if text:
            messages.add_message(request, level, text)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong or used already. Wait for the next one and type that."),
    }

    def encrypt(self, text: str) -> str:
        """A copy of the database alone gives nobody's codes away."""
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=PURPOSE)
