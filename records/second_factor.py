"""Who needs more than a password, and whether this session has shown it."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from records.models import Membership, Role

WANTED = "wanted page"
MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needed(role: str) -> bool:
    """Administrators always; everybody where the house asks for it."""
    return role == Role.ADMINISTRATOR or settings.MFA_REQUIRED


def shown(request: HttpRequest) -> bool:
    """Whether this session was opened, or has been confirmed since, with a second factor."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def enrolled(user: User) -> bool:
    """Whether the user has a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=MAIN).exists()


def missing(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """The way to the page that sets up or asks for the second factor; None when nothing is missing."""
    if not needed(membership.role):
        return None
    has_one = enrolled(request.user)
    if has_one and shown(request):
        return None
    page = request.get_full_path() if request.method == "GET" else "/"
    if has_one:
        return redirect(f"{_confirmation(request.user)}?{urlencode({'next': page})}")
    request.session[WANTED] = page
    return redirect("mfa_index")


def _confirmation(user: User) -> str:
    app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
    return reverse("mfa_reauthenticate" if app.exists() else "mfa_reauthenticate_webauthn")


def wanted(request: HttpRequest) -> str:
    """The page that the second factor was set up for."""
    return request.session.get(WANTED, "/")
