"""A physician moves a limit, sees what it does, saves it with a reason, and takes the shipped ones up again."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from records.models import Organization, Role
from risk.domain.bands import BANDS
from risk.selectors import policy_in_force
from tests.browser.chromium import PageAs, overflow, take_picture
from tests.browser.conftest import session_of
from tests.factories import records as people
from tests.integration.config import cast


def moved(slider: Locator, key: str, times: int) -> None:
    slider.focus()
    for _ in range(times):
        slider.press(key)


def test_a_limit_is_moved_understood_saved_and_taken_back(page_as: PageAs, clinic: Organization) -> None:
    page: Page = page_as(people.member(clinic, Role.PHYSICIAN), language="en")
    page.goto("/limits/")
    panel = page.locator('.limit[data-label="G"]')
    found = panel.locator('[data-figure="high-sensitivity"]')
    mark = panel.locator('[data-mark="high"]').first
    point = panel.locator('[data-point="high"]')
    before, stood, lay = found.inner_text(), mark.get_attribute("x1"), point.get_attribute("cy")

    moved(panel.get_by_role("slider").nth(1), "ArrowLeft", 8)
    assert float(found.inner_text().rstrip(" %")) > float(before.rstrip(" %"))
    assert float(mark.get_attribute("x1")) < float(stood)
    assert point.get_attribute("cx") == mark.get_attribute("x1") and point.get_attribute("cy") != lay
    typed = panel.get_by_label("High from (%)", exact=False).first.input_value()
    assert 0 < float(typed) < 30
    take_picture(page, "limits-moved")

    shown = panel.locator("[data-figure]").all_inner_texts()
    page.get_by_role("button", name="What would this have meant?").click()
    expect(page.get_by_role("heading", name="The last 90 days with these limits")).to_be_visible()
    assert panel.locator("[data-figure]").all_inner_texts() == shown  # the script and the server say the same
    page.get_by_label("Reason").fill("more places at the hospital")
    take_picture(page, "limits-previewed")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("Version 1 is in force for every visit")).to_be_visible()

    page.get_by_role("link", name="Take up the shipped limits again").click()
    page.get_by_label("Reason").fill("as before")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("back to version 0")).to_be_visible()
    take_picture(page, "limits-versions")
    assert policy_in_force(clinic.pk).bands == BANDS


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "ko")])
def test_limits_out_of_order_beyond_everybody_or_beyond_the_places_are_said_while_they_move(
    page_as: PageAs, axe: Callable[[Page], None], clinic: Organization, width: int, language: str
) -> None:
    screener = people.actor(clinic)
    cast.hospital(screener)
    for seed in range(3):
        cast.screened(screener, name=f"Kim {seed}", seed=seed)
    page = page_as(people.member(clinic, Role.PHYSICIAN), language=language, width=width)
    page.goto("/limits/")
    panel, week = page.locator('.limit[data-label="G"]'), page.locator("[data-then]")
    raised, high = panel.get_by_role("slider").first, panel.get_by_role("slider").nth(1)
    at_first = float(week.inner_text())
    high.press("End")
    expect(panel.locator("[data-nobody]")).to_be_visible()
    raised.press("End")
    expect(panel.locator("[data-order]")).to_be_visible()
    high.press("Home")
    expect(panel.locator("[data-order]")).to_be_visible()
    raised.press("Home")
    expect(panel.locator("[data-nobody]")).to_be_hidden()
    assert float(week.inner_text()) == pytest.approx(at_first + 3 / (90 / 7), abs=0.1)
    axe(page)
    assert overflow(page) <= 0


def test_the_same_without_a_script(open_page: Callable[..., Page], clinic: Organization) -> None:
    cookies = {settings.SESSION_COOKIE_NAME: session_of(people.member(clinic, Role.PHYSICIAN))}
    page = open_page(cookies=cookies, java_script_enabled=False)
    page.goto("/limits/")
    panel = page.locator('.limit[data-label="G"]')
    before = panel.locator('[data-figure="high-sensitivity"]').inner_text()
    panel.get_by_label("High from (%)", exact=False).fill("15")
    page.get_by_role("button", name="What would this have meant?").click()
    assert panel.locator('[data-figure="high-sensitivity"]').inner_text() != before
    page.get_by_label("Reason").fill("no script here")
    page.get_by_role("button", name="Save the limits").click()
    assert policy_in_force(clinic.pk).version == 1
