"""The forms of allauth in the words and the manner of this house."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("User name"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "code": _("Code"),
    "name": _("Name of the key"),
    "passwordless": _("Sign in with this key alone, without a password"),
}
HELP = {
    "password1": _("At least 12 characters. A short sentence is easy to remember."),
    "name": _("So that you can tell your keys apart, such as “blue key”."),
    "passwordless": _("The key then asks for its PIN or your finger every time."),
}


class Worded:
    """A label above each field and nothing inside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS.get(name, field.label), HELP.get(name, "")
            field.widget.attrs.pop("placeholder", None)
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class SignIn(Worded, account.LoginForm):
    pass


class Confirm(Worded, account.ReauthenticateForm):
    pass


class ChangePassword(Worded, account.ChangePasswordForm):
    pass


class Code(Worded, second_factor.AuthenticateForm):
    pass


class ConfirmCode(Worded, second_factor.ReauthenticateForm):
    pass


class AppCode(Worded, totp.ActivateTOTPForm):
    pass


class KeyName(Worded, webauthn.AddWebAuthnForm):
    pass
