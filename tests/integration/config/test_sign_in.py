from collections.abc import Callable

import pytest
from allauth.core.internal.httpkit import get_client_ip
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from records.actor import Actor
from records.models import Membership, Organization, Practitioner, Role
from tests.factories import records as cast
from tests.factories.screening import open_exam

pytestmark = pytest.mark.usefixtures("tries_of_its_own")


def test_signing_in_leads_to_the_cases_and_signing_out_ends_it(visitor: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    answer = visitor.post(reverse("account_login"), {"login": user.username, "password": "a long password 1"})
    assert answer.headers["Location"] == reverse("home")
    assert visitor.get(reverse("cases")).status_code == 200

    visitor.post(reverse("account_logout"))
    assert visitor.get(reverse("cases")).status_code == 302


def test_without_redis_people_still_sign_in_and_the_log_says_that_nothing_is_counted(
    visitor: Client, clinic: Organization, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere.sock"}}
    user = cast.member(clinic).practitioner.user
    wrong = visitor.post(reverse("account_login"), {"login": user.username, "password": "wrong"})
    assert "The user name or the password is wrong." in wrong.content.decode()
    visitor.post(reverse("account_login"), {"login": user.username, "password": "a long password 1"})
    assert visitor.get(reverse("cases")).status_code == 200
    assert "Redis does not answer" in caplog.text


def test_what_a_message_says_travels_in_no_cookie(nurse: Client, screener: Actor) -> None:
    visit = open_exam(screener).encounter
    photograph = SimpleUploadedFile("hong-gil-dong.jpg", b"no photograph")
    nurse.post(reverse("intake-receive", args=[visit.public_id]), {"photograph": photograph})
    assert "messages" not in nurse.cookies
    page = nurse.get(reverse("intake-photographs", args=[visit.public_id]))
    assert "hong-gil-dong.jpg" in page.content.decode()


@pytest.mark.parametrize("name", ["known", "unknown"])
def test_after_five_wrong_passwords_a_name_waits_whether_anybody_has_it_or_not(
    visitor: Client, clinic: Organization, name: str
) -> None:
    user = cast.member(clinic).practitioner.user
    typed = {"login": user.username if name == "known" else f"no-{user.username}", "password": "wrong"}
    tries = [visitor.post(reverse("account_login"), typed) for _ in range(5)]
    assert {answer.status_code for answer in tries} == {200}

    answer = visitor.post(reverse("account_login"), typed | {"password": "a long password 1"})
    assert answer.status_code == 429
    assert 14 * 60 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "Try again in 15 minutes." in answer.content.decode()


def test_a_name_that_nobody_has_is_refused_in_the_same_words(visitor: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    pages = [
        visitor.post(reverse("account_login"), {"login": name, "password": "wrong"}).content.decode()
        for name in (user.username, f"no-{user.username}")
    ]
    assert all("The user name or the password is wrong." in page for page in pages)


def test_the_address_behind_the_proxy_is_the_one_that_the_proxy_saw(
    rf: RequestFactory, settings: LazySettings
) -> None:
    claimed = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7"})
    assert get_client_ip(claimed) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(claimed) == "203.0.113.7"


def test_a_password_that_somebody_else_set_is_changed_first(visitor: Client, clinic: Organization) -> None:
    membership = cast.member(clinic)
    Practitioner.objects.update(must_change_password=True)
    visitor.force_login(membership.practitioner.user)
    assert visitor.get(reverse("cases")).headers["Location"] == reverse("account_change_password")

    new = "one more long password"
    typed = {"oldpassword": "a long password 1", "password1": new, "password2": new}
    assert "Somebody else set" in visitor.get(reverse("account_change_password")).content.decode()
    assert visitor.post(reverse("account_change_password"), typed).headers["Location"] == "/"
    assert visitor.get(reverse("cases")).status_code == 200


def test_a_wrong_password_is_said_and_the_name_stays_typed(visitor: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    page = visitor.post(
        reverse("account_login"), {"login": user.username, "password": "wrong"}
    ).content.decode()
    assert 'role="alert"' in page
    assert f'value="{user.username}"' in page


def test_an_ended_role_opens_nothing_any_more(nurse: Client, membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(active=False)
    assert nurse.get(reverse("cases")).status_code == 403


def test_whoever_works_in_two_places_chooses_one_and_sees_only_that_one(
    nurse: Client, membership: Membership
) -> None:
    other = cast.clinic("Harbour clinic")
    second = Membership.objects.create(
        practitioner=membership.practitioner, organization=other, role=Role.GRADER
    )
    nurse.post(reverse("membership-choose"), {"membership": second.pk})
    page = nurse.get(reverse("cases")).wsgi_request
    assert page.membership == second


@pytest.mark.parametrize("chosen", ["", "none", "0"])
def test_a_role_of_somebody_else_cannot_be_chosen(nurse: Client, chosen: str) -> None:
    elsewhere = cast.member(cast.clinic())
    answer = nurse.post(reverse("membership-choose"), {"membership": chosen or elsewhere.pk})
    assert answer.status_code == 404


def test_the_language_is_switched_and_kept(visitor: Client, clinic: Organization) -> None:
    assert 'lang="en"' in visitor.get(reverse("account_login")).content.decode()
    visitor.post(reverse("set_language"), {"language": "ko", "next": reverse("account_login")})
    page = visitor.get(reverse("account_login")).content.decode()
    assert '<html lang="ko">' in page
    assert "로그인" in page


def test_a_page_opened_before_signing_out_elsewhere_refuses_its_form_kindly(clinic: Organization) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.force_login(cast.member(clinic).practitioner.user)
    answer = strict.post(reverse("failed-work-retry", args=[1]))
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()


def test_a_wrong_role_is_refused_with_the_reason(colleague: Callable[[str], Client]) -> None:
    answer = colleague(Role.PHARMACIST).post(reverse("failed-work-retry", args=[1]))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Only these roles may do this: Screener, Administrator." in page
    assert "You work here as: Pharmacist" in page


def test_the_head_of_every_page_forbids_foreign_and_inline_code(nurse: Client) -> None:
    answer = nurse.get(reverse("cases"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_users_are_only_known_by_their_membership(db: None) -> None:
    # A superuser of Django has no special way in: records belong to organizations.
    root = Client(headers={"accept-language": "en"})
    root.force_login(get_user_model().objects.create_superuser("root"))
    assert root.get(reverse("cases")).status_code == 403
