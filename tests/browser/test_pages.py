"""Every page of the URL table, in both languages: accessible by day and by night, and no wider than a telephone.

A new row in url_rules.py is looked at by itself. The pictures are var/screens/<page>-<language>-<width>.png.
"""

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page

from records.models import Organization, Role
from tests.browser.chromium import PageAs, accessibility_faults, overflow, take_picture
from tests.factories import records as people
from tests.integration.config.looks import Look, empty_looks, looks
from tests.integration.config.world import ordinary_day

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
OpenFor = Callable[[Role | None], Page]


@pytest.fixture(autouse=True)
def _not_too_many(settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_of_an_ordinary_day(
    open_page: Callable[..., Page], page_as: PageAs, language: str
) -> None:
    world = ordinary_day(drawn=True)

    def opened(role: Role | None) -> Page:
        if role is None:
            return open_page(language=language)
        return page_as(world.members[role], language=language)

    faults = faults_of(looks(world), opened, language)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_of_a_clinic_where_nothing_has_happened_yet(
    page_as: PageAs, clinic: Organization, language: str
) -> None:
    faults = faults_of(
        empty_looks(), lambda role: page_as(people.member(clinic, role), language=language), language
    )
    assert not faults, "\n".join(faults)


def faults_of(wanted: Iterable[Look], opened: OpenFor, language: str) -> list[str]:
    """One line for each fault of each look; one window for each role."""
    pages: dict[Role | None, Page] = {}
    found = []
    for look in wanted:
        if look.role not in pages:
            pages[look.role] = opened(look.role)
        page = pages[look.role]
        answer = page.goto(look.address)
        if answer.status >= 400 and not look.name.startswith(("mfa", "account")):
            found.append(f"{look.name}: {answer.status}")
        found += [f"{look.name} {fault}" for fault in _faults_here(page, f"{look.name}-{language}")]
    return found


def _faults_here(page: Page, name: str) -> list[str]:
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    take_picture(page, f"{name}-1280")
    found = [f"by day: {fault}" for fault in accessibility_faults(page)]
    page.emulate_media(color_scheme="dark")
    take_picture(page, f"{name}-1280-dark")
    found += [f"by night: {fault}" for fault in accessibility_faults(page)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(NARROW)
    take_picture(page, f"{name}-360")
    if overflow(page) > 0:
        found.append(f"at 360 px: {overflow(page)} px too wide")
    return found
