"""A physician moves a limit, sees what it does, saves it with a reason, and takes the shipped ones up again."""

from playwright.sync_api import Page, expect

from records.models import Organization, Role
from risk.domain.bands import BANDS
from risk.selectors import policy_in_force
from tests.browser.chromium import PageAs, take_picture
from tests.factories import records as people


def test_a_limit_is_moved_understood_saved_and_taken_back(page_as: PageAs, clinic: Organization) -> None:
    page: Page = page_as(people.member(clinic, Role.PHYSICIAN), language="en")
    page.goto("/limits/")
    panel = page.locator('.limit[data-label="G"]')
    found = panel.locator('[data-figure="high-sensitivity"]')
    mark = panel.locator('[data-mark="high"]')
    before, stood = found.inner_text(), mark.get_attribute("x1")

    slider = panel.get_by_role("slider").nth(1)
    slider.focus()
    for _ in range(8):
        slider.press("ArrowLeft")
    assert float(found.inner_text().rstrip(" %")) > float(before.rstrip(" %"))
    assert float(mark.get_attribute("x1")) < float(stood)
    typed = panel.get_by_label("High from (%)", exact=False).first.input_value()
    assert 0 < float(typed) < 30
    take_picture(page, "limits-moved")

    page.get_by_role("button", name="What would this have meant?").click()
    expect(page.get_by_role("heading", name="The last 90 days with these limits")).to_be_visible()
    page.get_by_label("Reason").fill("more places at the hospital")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("Version 1 is in force for every visit")).to_be_visible()

    page.get_by_role("link", name="Take up the shipped limits again").click()
    page.get_by_label("Reason").fill("as before")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("back to version 0")).to_be_visible()
    assert policy_in_force(clinic.pk).bands == BANDS
