"""The frame around every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from records.models import Role
from tests.browser.chromium import PageAs, overflow


def test_the_keyboard_skips_to_the_content(page_as: PageAs) -> None:
    page = page_as(Role.SCREENER)
    page.goto("/cases/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("role", Role.values)
def test_the_navigation_of_every_role_fits_a_narrow_telephone(
    page_as: PageAs, axe: Callable[[Page], None], role: str
) -> None:
    page = page_as(role, width=360, language="ko")
    page.goto("/")
    assert overflow(page) <= 0
    axe(page)
