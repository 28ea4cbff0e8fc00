"""A copied session cookie never comes along when its person proves once more who they are."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from records import session
from records.models import Organization, Role
from tests.factories import records as cast
from tests.integration.config.test_second_factor import SECRET, code_now, password_typed

pytestmark = pytest.mark.usefixtures("tries_of_its_own")


@pytest.fixture
def administrator(clinic: Organization) -> User:
    return cast.member(clinic, Role.ADMINISTRATOR).practitioner.user


def copied(client: Client) -> Client:
    """Somebody who has the cookie of that moment."""
    thief = Client(headers={"accept-language": "en"})
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return thief


def test_a_cookie_copied_before_the_idle_end_stays_dead_when_its_person_returns(
    visitor: Client, administrator: User
) -> None:
    TOTP.activate(administrator, SECRET)
    password_typed(visitor, administrator)
    visitor.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert visitor.get(reverse("cases")).status_code == 200
    thief = copied(visitor)
    kept = visitor.session
    kept[session.SEEN] -= 3600
    kept.save()
    assert visitor.get(reverse("cases")).status_code == 302

    cache.clear()  # the same code within half a minute would be refused as used
    password_typed(visitor, administrator)
    visitor.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert visitor.get(reverse("cases")).status_code == 200
    assert thief.get(reverse("cases")).status_code == 302


def test_a_cookie_copied_before_a_code_was_confirmed_opens_nothing(
    visitor: Client, administrator: User
) -> None:
    password_typed(visitor, administrator)
    TOTP.activate(administrator, SECRET)
    asked, thief = visitor.get(reverse("cases")).headers["Location"], copied(visitor)
    visitor.post(asked, {"code": code_now(SECRET), "next": reverse("cases")})
    assert visitor.get(reverse("cases")).status_code == 200
    assert thief.get(reverse("cases")).headers["Location"].startswith(reverse("account_login"))


def test_a_cookie_copied_before_the_app_was_set_up_opens_nothing(
    visitor: Client, administrator: User
) -> None:
    password_typed(visitor, administrator)
    visitor.get(reverse("mfa_activate_totp"))
    thief = copied(visitor)
    visitor.post(reverse("mfa_activate_totp"), {"code": code_now(visitor.session["mfa.totp.secret"])})
    assert visitor.get(reverse("cases")).status_code == 200
    assert thief.get(reverse("cases")).headers["Location"].startswith(reverse("account_login"))
