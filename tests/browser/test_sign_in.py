"""Signing in at a shared workstation: an app, a security key, and a session that ends in the middle of a form."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from records import session
from records.models import Membership, Organization, Role
from tests.browser.chromium import PageAs
from tests.factories import records as cast
from tests.factories import screening

PASSWORD = "a long password 1"
OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def _tries_of_its_own(settings: LazySettings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": str(uuid4())}}


@pytest.fixture
def administrator(clinic: Organization) -> User:
    user = cast.member(clinic, Role.ADMINISTRATOR).practitioner.user
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return user


def password_type(page: Page, user: User) -> None:
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_of(secret: str, *, steps: int = 0) -> str:
    """The app's code now, or of a neighbouring half minute: each opens the account once."""
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1 + steps]))


def test_an_administrator_sets_up_an_app_and_signs_in_with_it(
    open_page: OpenPage, administrator: User, axe: Callable[[Page], None]
) -> None:
    page = open_page()
    page.goto("/admin/")
    axe(page)
    password_type(page, administrator)
    expect(page.get_by_text("Your role needs a second factor")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_alt_text("Picture code for the app")).to_be_visible()
    axe(page)
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()

    expect(page.get_by_text("These codes are shown only now")).to_be_visible()
    axe(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    codes = saved.value.path().read_text().split()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile("/admin/$"))

    again = open_page()
    again.goto("/admin/")
    password_type(again, administrator)
    axe(again)
    again.get_by_label("Code").fill(code_of(secret, steps=1))
    again.get_by_role("button", name="Sign in", exact=True).click()
    expect(again).to_have_url(re.compile("/admin/$"))


def test_a_security_key_signs_in_without_a_password(open_page: OpenPage, administrator: User) -> None:
    page = open_page()
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True}
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True}})
    page.goto("/cases/")
    local = page.url.replace("127.0.0.1", "localhost")
    page.goto(local)
    password_type(page, administrator)
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("These codes are shown only now")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile("/cases/"))

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a security key").click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def hours_pass(user: User) -> None:
    """The person went for lunch."""
    for row in Session.objects.all():
        data = row.get_decoded()
        if data.get("_auth_user_id") == str(user.pk):
            data[session.SEEN] -= 3600
            row.session_data = Session.objects.encode(data)
            row.save()


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing_typed(
    page_as: PageAs, clinic: Organization
) -> None:
    nurse: Membership = cast.member(clinic, Role.SCREENER)
    visit = screening.open_exam(nurse.actor()).encounter
    page = page_as(nurse)
    page.goto(f"/cases/{visit.public_id}/cancel/")
    page.get_by_label("Why is this visit cancelled?").fill("다른 환자의 방문입니다")
    hours_pass(nurse.practitioner.user)
    page.get_by_role("button", name="Cancel the visit").click()

    password_type(page, nurse.practitioner.user)
    expect(page.get_by_text("What you typed is still here")).to_be_visible()
    expect(page.get_by_label("Why is this visit cancelled?")).to_have_value("다른 환자의 방문입니다")
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("The visit is cancelled.")).to_be_visible()


def test_the_page_itself_says_that_the_session_ended_and_goes_on_after_signing_in_elsewhere(
    page_as: PageAs, clinic: Organization, axe: Callable[[Page], None]
) -> None:
    nurse: Membership = cast.member(clinic, Role.SCREENER)
    page = page_as(nurse)
    page.goto("/cases/")
    hours_pass(nurse.practitioner.user)
    page.evaluate("document.dispatchEvent(new CustomEvent('nungil:session-ended'))")
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    axe(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    password_type(opened.value, nurse.practitioner.user)
    expect(opened.value).not_to_have_url(re.compile("/sign-in/"))
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def _sign_in_anew(page: Page, person: Membership) -> None:
    """The same person signs out and in again in another tab; this one notices nothing."""
    other = page.context.new_page()
    other.goto("/cases/")
    other.get_by_role("button", name="Sign out").click()
    password_type(other, person.practitioner.user)
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()


def _register_fill(page: Page) -> None:
    page.goto("/intake/register/")
    page.get_by_label("Record number").fill("A-77")
    page.get_by_label("Name").fill("홍길동")
    page.get_by_label("Birth date").fill("19600501")


@pytest.fixture
def screener(clinic: Organization) -> Membership:
    return cast.member(clinic, Role.SCREENER)


def test_a_form_sent_after_signing_in_again_in_another_tab_comes_back_filled(
    page_as: PageAs, screener: Membership, axe: Callable[[Page], None]
) -> None:
    page = page_as(screener)
    page.route("**/session/", lambda route: route.abort())
    _register_fill(page)
    _sign_in_anew(page, screener)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Nothing was stored")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("홍길동")
    axe(page)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="홍길동")).to_be_visible()


def test_a_page_that_is_come_back_to_takes_the_new_sign_in_over(
    page_as: PageAs, screener: Membership
) -> None:
    page = page_as(screener)
    _register_fill(page)
    _sign_in_anew(page, screener)
    before = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("[name=csrfmiddlewaretoken]").first).not_to_have_value(before)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="홍길동")).to_be_visible()


def test_the_admin_site_works_under_the_strict_policy(
    page_as: PageAs, clinic: Organization, problems: list[str]
) -> None:
    membership = cast.member(clinic, Role.ADMINISTRATOR)
    User.objects.filter(practitioner=membership.practitioner).update(is_staff=True)
    page = page_as(membership)
    for address in ("", "auth/user/", "auth/user/add/", "records/membership/add/", "records/auditevent/"):
        assert page.goto(f"/admin/{address}").status == 200
        expect(page.locator("#content")).to_be_visible()
    page.goto("/admin/auth/user/add/")
    page.get_by_label("Username").fill("new.nurse")
    page.get_by_label("Name:", exact=True).fill("오지은")
    page.get_by_label("Role").select_option("screener")
    page.get_by_label("Password:", exact=True).fill("first long password")
    page.get_by_label("Password confirmation").fill("first long password")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
