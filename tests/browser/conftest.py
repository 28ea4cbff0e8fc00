"""The portal in a real browser: a live server, people who are signed in, and workers where a journey needs them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from records.models import Membership, Organization, Role
from records.second_factor import needed
from screening import releases
from tests.browser.chromium import PageAs, accessibility_faults, chromium, take_picture, watch
from tests.factories import records as cast
from tests.factories.records import NOW
from tests.journeys.workers import worker

# Playwright's synchronous interface keeps an event loop in the test's thread, which Django takes for danger.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

LOCALES = {"ko": "ko-KR", "en": "en-US"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _static_files_without_collecting(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def clinic(transactional_db: None) -> Organization:
    """Overrides the common one: the server's threads must see its rows."""
    return cast.clinic("Hillside clinic")


@pytest.fixture
def release(transactional_db: None) -> str:
    """The image model that ships with the project, in force."""
    return releases.release_activate(name=releases.names_on_disk()[-1], now=NOW).name


@pytest.fixture
def workers(release: str) -> Iterator[None]:
    """Real workers of both queues."""
    with worker("gpu"), worker("default"):
        yield


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What went wrong in any page of the test; it must be empty at the end."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(
    browser: Browser, live_server: LiveServer, problems: list[str]
) -> Iterator[Callable[..., Page]]:
    """`open_page(language="en", width=1280, theme="light", cookies={})`: a page of a new, private window."""
    with ExitStack() as closing:

        def opened(
            *,
            language: str = "en",
            width: int = 1280,
            theme: str = "light",
            cookies: dict[str, str] | None = None,
            **options: Any,
        ) -> Page:
            context = browser.new_context(
                base_url=live_server.url,
                locale=LOCALES[language],
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                **options,
            )
            closing.callback(context.close)
            add_cookies(context, live_server.url, {"django_language": language} | (cookies or {}))
            page = context.new_page()
            page.set_default_timeout(15_000)
            watch(page, problems)
            return page

        yield opened


def add_cookies(context: BrowserContext, url: str, cookies: dict[str, str]) -> None:
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


@pytest.fixture
def page_as(open_page: Callable[..., Page], clinic: Organization) -> PageAs:
    """`page_as(role_or_membership, language="en", width=1280, theme="light")`: a page of somebody signed in.

    A role makes a new colleague of `clinic`; a membership signs in that very person.
    """

    def opened(who: Membership | str = Role.SCREENER, **options: Any) -> Page:
        membership = who if isinstance(who, Membership) else cast.member(clinic, who)
        return open_page(cookies={settings.SESSION_COOKIE_NAME: session_of(membership)}, **options)

    return opened


def session_of(membership: Membership) -> str:
    """The session cookie of a member who has just signed in, an administrator with a second factor."""
    client = Client()
    client.force_login(membership.practitioner.user)
    if needed(membership.role):
        cast.second_factor_shown(client, membership.practitioner.user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def axe(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """`axe(page)` fails with a line for each element against WCAG 2.2 AA, and keeps a picture of the step."""
    steps = count(1)

    def check(page: Page) -> None:
        take_picture(page, f"{request.node.name.removeprefix('test_')}-{next(steps)}")
        faults = accessibility_faults(page)
        assert faults == [], "\n".join(faults)

    return check
