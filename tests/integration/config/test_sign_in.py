from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, reverse

from config.urls import urlpatterns
from records.models import Membership, Organization, Role
from tests.factories import records as cast

OPEN = {"healthz", "readyz", "login", "logout", "set_language"}
ARGUMENTS = {"public_id": uuid4(), "sha256": "0" * 64, "item_id": 1}
GUARDED = [pattern for pattern in urlpatterns if pattern.name not in OPEN]


def address(pattern: URLPattern) -> str:
    return reverse(pattern.name, kwargs={name: ARGUMENTS[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_every_page_sends_an_anonymous_visitor_to_sign_in(visitor: Client, pattern: URLPattern) -> None:
    for answer in (visitor.get(address(pattern)), visitor.post(address(pattern))):
        assert (answer.status_code, answer.headers.get("Location", "").split("?")[0]) in (
            (302, reverse("login")),
            (405, ""),
        )


@pytest.mark.parametrize("pattern", GUARDED, ids=lambda pattern: pattern.name)
def test_a_user_without_a_role_reads_what_to_do_and_sees_nothing(
    unemployed: Client, pattern: URLPattern
) -> None:
    answers = (unemployed.get(address(pattern)), unemployed.post(address(pattern)))
    refused = [answer for answer in answers if answer.status_code != 405]
    assert refused
    for answer in refused:
        assert answer.status_code == 403
        assert "Ask your administrator to give you a role" in answer.content.decode()


def test_signing_in_leads_to_the_cases_and_signing_out_ends_it(visitor: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    answer = visitor.post(reverse("login"), {"username": user.username, "password": "a long password 1"})
    assert answer.headers["Location"] == reverse("home")
    assert visitor.get(reverse("cases")).status_code == 200

    visitor.post(reverse("logout"))
    assert visitor.get(reverse("cases")).status_code == 302


def test_a_wrong_password_is_said_and_the_name_stays_typed(visitor: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    page = visitor.post(reverse("login"), {"username": user.username, "password": "wrong"}).content.decode()
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
    assert 'lang="en"' in visitor.get(reverse("login")).content.decode()
    visitor.post(reverse("set_language"), {"language": "ko", "next": reverse("login")})
    page = visitor.get(reverse("login")).content.decode()
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
