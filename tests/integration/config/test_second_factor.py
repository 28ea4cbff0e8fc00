"""The second factor: who needs one, how it is set up, and what each way of showing it opens."""

from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from records.models import Organization, Role
from tests.factories import records as cast
from tests.integration.config.conftest import signed_in

SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "a long password 1"


pytestmark = pytest.mark.usefixtures("tries_of_its_own")


@pytest.fixture
def administrator(clinic: Organization) -> User:
    return cast.member(clinic, Role.ADMINISTRATOR).practitioner.user


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


def password_typed(visitor: Client, user: User, wanted: str = "cases") -> str:
    typed = {"login": user.username, "password": PASSWORD, "next": reverse(wanted)}
    return visitor.post(reverse("account_login"), typed).headers["Location"]


def test_an_administrator_sets_up_an_app_first_and_then_gets_to_the_page_they_wanted(
    visitor: Client, administrator: User
) -> None:
    assert password_typed(visitor, administrator) == reverse("cases")
    assert visitor.get(reverse("cases")).headers["Location"] == reverse("mfa_index")
    assert "Your role needs a second factor" in visitor.get(reverse("mfa_index")).content.decode()

    visitor.get(reverse("mfa_activate_totp"))
    secret = visitor.session["mfa.totp.secret"]
    done = visitor.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    page = visitor.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert f'href="{reverse("cases")}"' in page
    assert visitor.get(reverse("cases")).status_code == 200


def test_the_secret_of_an_app_is_not_readable_in_the_database(visitor: Client, administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_recovery_codes_are_shown_once(visitor: Client, administrator: User) -> None:
    password_typed(visitor, administrator)
    TOTP.activate(administrator, SECRET)
    codes = RecoveryCodes.activate(administrator).generate_codes()
    first, second = (visitor.get(reverse("mfa_view_recovery_codes")).content.decode() for _ in range(2))
    assert codes[0] in first
    assert quote("\n".join(codes)) in first
    assert codes[0] not in second


def test_a_password_alone_no_longer_signs_in_whoever_has_an_app(visitor: Client, administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    assert password_typed(visitor, administrator) == reverse("mfa_authenticate")
    assert visitor.get(reverse("cases")).headers["Location"].startswith(reverse("account_login"))

    wrong = visitor.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "The code is wrong or used already" in wrong.content.decode()
    right = visitor.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert right.headers["Location"] == reverse("cases")
    assert visitor.get(reverse("cases")).status_code == 200


def test_a_recovery_code_opens_the_account_once(administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    code = RecoveryCodes.activate(administrator).generate_codes()[0]
    answers = []
    for _ in range(2):
        visitor = Client(headers={"accept-language": "en"})
        password_typed(visitor, administrator)
        answers.append(visitor.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert answers == [302, 200]


def test_wrong_codes_lock_out_as_wrong_passwords_do(visitor: Client, administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    password_typed(visitor, administrator)
    for _ in range(5):
        visitor.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = visitor.post(reverse("mfa_authenticate"), {"code": code_now(SECRET)})
    assert "Too many wrong tries" in answer.content.decode()


def test_a_session_from_before_the_app_was_set_up_is_asked_for_its_code(
    visitor: Client, administrator: User
) -> None:
    password_typed(visitor, administrator)
    TOTP.activate(administrator, SECRET)
    asked = visitor.get(reverse("cases")).headers["Location"]
    assert asked == f"{reverse('mfa_reauthenticate')}?next={quote(reverse('cases'), safe='')}"

    confirmed = visitor.post(asked, {"code": code_now(SECRET), "next": reverse("cases")})
    assert confirmed.headers["Location"] == reverse("cases")
    assert visitor.get(reverse("cases")).status_code == 200


def test_a_second_factor_that_was_taken_away_opens_nothing_any_more(clinic: Organization) -> None:
    membership = cast.member(clinic, Role.ADMINISTRATOR)
    client = signed_in(membership)
    assert client.get(reverse("cases")).status_code == 200
    Authenticator.objects.all().delete()
    assert client.get(reverse("cases")).headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(("required", "status"), [(False, 200), (True, 302)])
def test_the_other_roles_need_a_second_factor_where_the_house_says_so(
    visitor: Client, clinic: Organization, settings: LazySettings, required: bool, status: int
) -> None:
    settings.MFA_REQUIRED = required
    visitor.force_login(cast.member(clinic, Role.SCREENER).practitioner.user)
    assert visitor.get(reverse("cases")).status_code == status


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "account_change_password"],
)
def test_every_page_of_the_account_shows_to_its_owner_only(
    visitor: Client, administrator: User, name: str
) -> None:
    assert visitor.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))
    password_typed(visitor, administrator)
    page = visitor.get(reverse(name))
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
