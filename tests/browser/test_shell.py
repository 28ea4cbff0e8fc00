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
    folded = page.locator("header.top").bounding_box()["height"]
    page.get_by_role("button", name="메뉴").click()
    expect(page.locator(".nav li").first).to_be_visible()
    assert overflow(page) <= 0 and page.locator("header.top").bounding_box()["height"] > folded
    axe(page)


def test_a_folded_menu_shows_the_page_that_is_open_and_is_opened_by_keyboard(page_as: PageAs) -> None:
    page = page_as(Role.SCREENER, width=360)
    page.goto("/cases/")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link")).to_have_text(["Cases"])
    menu.get_by_role("button", name="Menu").press("Enter")
    expect(menu.get_by_role("button", name="Menu")).to_have_attribute("aria-expanded", "true")
    expect(menu.get_by_role("link", name="Intake")).to_be_visible()
