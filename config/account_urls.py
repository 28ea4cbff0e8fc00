"""Signing in: the patterns of allauth that are used here, and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from config import account as ours

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/key/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/second-factor/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-out/", account.logout, name="account_logout"),
    path("account/session/", ours.session_state, name="session"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", ours.CodeConfirm.as_view(), name="mfa_reauthenticate"),
    path("account/confirm/key/", ours.KeyConfirm.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/password/", ours.PasswordChange.as_view(), name="account_change_password"),
    path("account/second-factor/", ours.SecondFactor.as_view(), name="mfa_index"),
    path("account/second-factor/app/", ours.AppSetUp.as_view(), name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "account/second-factor/recovery-codes/", ours.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "account/second-factor/recovery-codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("account/second-factor/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/second-factor/keys/add/", ours.KeyAdd.as_view(), name="mfa_add_webauthn"),
    path("account/second-factor/keys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
