"""A session on a shared workstation: it ends, and what was typed comes back to its own writer only."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from records import session
from records.models import Membership, Organization
from tests.factories import records as cast

PASSWORD = "a long password 1"
TYPED = {"mrn": "A-1", "name": "홍길동", "password": "x", "csrfmiddlewaretoken": "y", "scope": ["a", "b"]}


pytestmark = pytest.mark.usefixtures("tries_of_its_own")


@pytest.fixture
def later(nurse: Client) -> Callable[..., None]:
    """`later(minutes=16)`: so long ago the nurse was last at work; `began=` hours ago they signed in."""

    def went_by(*, minutes: float = 0, began: float = 0) -> None:
        nurse.get(reverse("cases"))
        kept = nurse.session
        kept[session.SEEN] -= minutes * 60
        kept[session.BEGAN] -= began * 3600
        kept.save()

    return went_by


def sign_in(client: Client, user: User) -> None:
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def out_of_date(membership: Membership, *, origin: str = "http://testserver") -> Client:
    """The person is signed in, but the page has the token of an earlier time."""
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en", "origin": origin})
    client.force_login(membership.practitioner.user)
    return client


def given_back(client: Client, path: str) -> dict[str, list[str]] | None:
    """What a form's view would get on this path."""
    request = RequestFactory().get(path)
    request.session = client.session
    request._messages = type("Quiet", (), {"add": lambda *args: None})()
    typed = session.typed_before(request)
    request.session.save()
    return typed and dict(typed.lists())


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 302)])
def test_a_session_ends_when_nobody_worked_for_a_quarter_of_an_hour(
    nurse: Client, later: Callable[..., None], minutes: int, status: int
) -> None:
    later(minutes=minutes)
    assert nurse.get(reverse("cases")).status_code == status


@pytest.mark.parametrize(("hours", "status"), [(7.9, 200), (8.1, 302)])
def test_a_session_ends_after_eight_hours_of_work(
    nurse: Client, later: Callable[..., None], hours: float, status: int
) -> None:
    later(began=hours)
    assert nurse.get(reverse("cases")).status_code == status


def test_the_idle_time_is_the_house_s_own(
    nurse: Client, later: Callable[..., None], settings: LazySettings
) -> None:
    settings.SESSION_IDLE_MINUTES = 5
    later(minutes=6)
    assert nurse.get(reverse("cases")).status_code == 302


@pytest.mark.parametrize(("headers", "extended"), [({}, True), ({"X-Nungil-Poll": "1"}, False)])
def test_a_page_that_asks_by_itself_is_no_activity(
    nurse: Client, later: Callable[..., None], headers: dict[str, str], extended: bool
) -> None:
    later(minutes=10)
    before = nurse.session[session.SEEN]
    assert nurse.get(reverse("cases"), headers=headers).status_code == 200
    assert (nurse.session[session.SEEN] > before) is extended


def test_whoever_says_that_they_are_here_stays(nurse: Client, later: Callable[..., None]) -> None:
    later(minutes=14.5)
    asked = nurse.get(reverse("session"), headers={"X-Nungil-Poll": "1"}).json()
    assert asked["seconds_left"] <= 30
    assert nurse.post(reverse("session"), headers={"X-Nungil-Poll": "1"}).json()["seconds_left"] > 14 * 60


def test_an_ended_session_stays_ended_until_somebody_signs_in(
    nurse: Client, membership: Membership, later: Callable[..., None]
) -> None:
    later(minutes=16)
    assert [nurse.get(reverse("cases")).status_code for _ in range(2)] == [302, 302]
    assert nurse.post(reverse("session")).json() == {"person": None, "seconds_left": 0}

    sign_in(nurse, membership.practitioner.user)
    assert nurse.get(reverse("cases")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"X-Nungil-Poll": "1"}, {"Sec-Fetch-Mode": "cors"}]
)
def test_a_script_learns_that_the_session_ended_and_is_not_sent_elsewhere(
    nurse: Client, later: Callable[..., None], headers: dict[str, str]
) -> None:
    later(minutes=16)
    answer = nurse.get(reverse("cases"), headers=headers)
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (401, None)
    assert "Your session has ended" in answer.content.decode()


def test_what_was_typed_comes_back_once_to_the_same_person(
    nurse: Client, membership: Membership, later: Callable[..., None]
) -> None:
    later(minutes=16)
    form = reverse("recalls")
    answer = nurse.post(
        reverse("membership-choose"), TYPED, headers={"referer": f"http://testserver{form}?page=2"}
    )
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={form}%3Fpage%3D2"

    sign_in(nurse, membership.practitioner.user)
    expected = {"mrn": ["A-1"], "name": ["홍길동"], "scope": ["a", "b"]}
    assert given_back(nurse, reverse("failed-work")) is None
    assert given_back(nurse, form) == expected
    assert given_back(nurse, form) is None


def test_what_was_typed_is_never_another_person_s(
    nurse: Client, clinic: Organization, later: Callable[..., None]
) -> None:
    later(minutes=16)
    path = reverse("membership-choose")
    nurse.post(path, TYPED)
    sign_in(nurse, cast.member(clinic).practitioner.user)
    assert nurse.get(reverse("cases")).status_code == 200
    assert given_back(nurse, path) is None


def test_nothing_is_kept_of_somebody_who_never_signed_in(visitor: Client) -> None:
    visitor.post(reverse("membership-choose"), TYPED)
    assert session.TYPED not in visitor.session


def test_a_form_that_is_far_too_long_is_not_kept(nurse: Client, later: Callable[..., None]) -> None:
    later(minutes=16)
    nurse.post(reverse("membership-choose"), {"name": "x" * (session.TYPED_LIMIT + 1)})
    assert session.TYPED not in nurse.session


def test_a_page_of_elsewhere_is_never_the_way_back(nurse: Client, later: Callable[..., None]) -> None:
    later(minutes=16)
    path = reverse("membership-choose")
    answer = nurse.post(path, TYPED, headers={"referer": "https://elsewhere.example/trap/"})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={path}"


def test_a_form_older_than_its_person_s_signing_in_comes_back_as_typed(membership: Membership) -> None:
    form = reverse("intake-register")
    answer = out_of_date(membership).post(
        form, TYPED | {"file": SimpleUploadedFile("a.txt", b"x")}, follow=True
    )
    page = answer.content.decode()
    assert answer.redirect_chain == [(form, 302)]
    assert "Nothing was stored" in page
    assert answer.context["form"]["name"].value() == "홍길동"
    assert "password" not in answer.context["form"].initial


def test_an_ended_session_with_an_old_token_asks_to_sign_in_and_keeps_what_was_typed(
    membership: Membership,
) -> None:
    client = out_of_date(membership)
    client.get(reverse("cases"))
    kept = client.session
    kept[session.SEEN] -= 16 * 60
    kept.save()
    answer = client.post(reverse("intake-register"), TYPED)
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert session.TYPED in client.session


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ""])
def test_a_form_of_elsewhere_is_refused_and_puts_no_words_into_ours(
    membership: Membership, origin: str
) -> None:
    client = out_of_date(membership, origin=origin)
    answer = client.post(reverse("intake-register"), TYPED)
    assert (answer.status_code, session.TYPED in client.session) == (403, False)
    assert "This form is out of date" in answer.content.decode()


def test_a_script_with_an_old_token_gets_the_refusal_alone(membership: Membership) -> None:
    answer = out_of_date(membership).post(reverse("intake-register"), TYPED, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/plain")
    assert session.TYPED not in answer.client.session


def test_a_script_that_a_role_forbids_gets_the_reason_alone(colleague: Callable[[str], Client]) -> None:
    answer = colleague("pharmacist").get(reverse("intake"), headers={"sec-fetch-mode": "cors"})
    assert answer.status_code == 403
    assert answer.content.decode().startswith("Only these roles may do this")


def test_a_second_factor_shown_before_the_end_is_asked_for_again(clinic: Organization) -> None:
    membership = cast.member(clinic, "administrator")
    client = Client()
    client.force_login(membership.practitioner.user)
    cast.second_factor_shown(client, membership.practitioner.user)
    client.get(reverse("cases"))
    kept = client.session
    kept[session.SEEN] = (timezone.now() - timedelta(hours=1)).timestamp()
    kept.save()
    client.get(reverse("cases"))
    sign_in(client, membership.practitioner.user)
    assert client.get(reverse("cases")).status_code == 302
