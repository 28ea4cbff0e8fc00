"""Looking closer at a case with the keyboard alone, and the sheet the patient takes home."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from records.models import Organization
from screening.models import Encounter
from tests.browser.chromium import PageAs
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast

PAGE = re.compile(rb"/Type\s*/Page[^s]")


@pytest.fixture
def referred(clinic: Organization) -> Encounter:
    by = people.actor(clinic)
    cast.hospital(by)
    return cast.screened(by, screening.eye("R", D=0.9), screening.eye("L"))


def scales(page: Page) -> list[float]:
    """How much larger each eye is shown."""
    pictures = page.locator("[data-viewer] img")
    return pictures.evaluate_all("all => all.map(one => new DOMMatrix(getComputedStyle(one).transform).a)")


def test_both_eyes_come_closer_by_keyboard_and_go_back(
    page_as: PageAs, axe: Callable[[Page], None], referred: Encounter
) -> None:
    page = page_as()
    page.goto(reverse("case", args=[referred.public_id]))
    axe(page)
    page.locator("[data-viewer]").first.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    right, left = scales(page)
    assert right == left > 1.9
    page.keyboard.press("0")
    assert scales(page) == [1, 1]


def test_one_eye_alone_grey_and_large(page_as: PageAs, referred: Encounter) -> None:
    page = page_as()
    page.goto(reverse("case", args=[referred.public_id]))
    page.get_by_role("button", name="Both eyes together").click()
    page.locator("[data-viewer]").last.focus()
    page.keyboard.press("+")
    right, left = scales(page)
    assert (right, left > 1) == (1, True)
    page.get_by_role("button", name="Grey, more contrast").click()
    expect(page.locator("[data-viewer] img").first).to_have_attribute("src", re.compile("grey.jpg$"))
    page.get_by_role("button", name="Large").click()
    expect(page.get_by_role("dialog").locator("[data-viewer]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("article.eye [data-viewer]")).to_have_count(2)


def test_the_sheet_is_one_page_of_paper_in_the_chosen_language(
    page_as: PageAs, axe: Callable[[Page], None], referred: Encounter
) -> None:
    page = page_as()
    page.goto(reverse("case", args=[referred.public_id]))
    page.get_by_role("link", name="Sheet for the patient").click()
    sheet = page.locator("article.sheet")
    expect(sheet).to_have_attribute("lang", "ko")
    page.get_by_role("link", name="English").click()
    expect(sheet).to_have_attribute("lang", "en")
    expect(sheet).to_contain_text("We look for a hospital for you.")
    axe(page)
    assert float(sheet.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 20
    for paper in ("A4", "A5"):
        assert len(PAGE.findall(page.pdf(format=paper))) == 1
