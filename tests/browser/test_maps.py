"""Laying the map of a disease over its photograph, by keyboard, on a desk and on a telephone."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from records.models import Organization
from screening.models import Encounter, FundusImage
from tests.browser.chromium import PageAs
from tests.factories import maps, screening
from tests.factories import records as people
from tests.integration.config import cast


@pytest.fixture
def visit(clinic: Organization) -> Encounter:
    """The right eye is suspected of two diseases, and both have a map."""
    visit = cast.screened(people.actor(clinic), screening.eye("R", G=0.9, D=0.45), screening.eye("L"))
    image = FundusImage.objects.get(exam__encounter=visit, laterality="R")
    for label in "GD":
        maps.stored(image.sha256, label)
    return visit


def apart(viewer: Locator) -> float:
    """By how many pixels the edges of map and photograph differ at most, measured at one moment."""
    expect(viewer.locator("img")).to_have_count(2)
    return viewer.evaluate(
        """viewer => {
            const [one, other] = [...viewer.querySelectorAll("img")].map(img => img.getBoundingClientRect());
            return Math.max(...["left", "top", "right", "bottom"].map(edge => Math.abs(one[edge] - other[edge])));
        }"""
    )


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "ko")])
def test_a_map_lies_over_its_photograph_by_keyboard_as_strongly_as_wanted(
    page_as: PageAs, axe: Callable[[Page], None], visit: Encounter, width: int, language: str
) -> None:
    page = page_as(width=width, language=language)
    page.goto(reverse("case", args=[visit.public_id]))
    choice, strength = page.get_by_role("combobox"), page.get_by_role("slider")
    choice = choice.filter(has=page.locator("option[value*='/maps/']"))
    overlay = page.locator(".map-overlay")
    expect(strength).to_be_disabled()
    choice.focus()
    page.keyboard.press("ArrowDown")
    expect(overlay).to_have_js_property("complete", value=True)
    assert overlay.evaluate("one => one.naturalWidth") == 192
    assert apart(page.locator("[data-viewer]").first) < 1
    strength.focus()
    page.keyboard.press("Home")
    expect(overlay).to_have_css("opacity", "0")
    page.keyboard.press("End")
    expect(overlay).to_have_css("opacity", "1")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    choice.focus()
    page.keyboard.press("Home")
    expect(overlay).to_have_count(0)


def test_a_map_moves_with_the_photograph_that_is_looked_at_closely(page_as: PageAs, visit: Encounter) -> None:
    page = page_as()
    page.goto(reverse("case", args=[visit.public_id]))
    viewer = page.locator("[data-viewer]").first
    viewer.focus()
    page.keyboard.press("+")
    page.locator("[data-map-choice]").select_option(index=1)
    assert apart(viewer) < 1
    viewer.focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert apart(viewer) < 1
    page.get_by_role("button", name="Large").click()
    expect(page.get_by_role("dialog").locator(".map-overlay")).to_be_visible()
    assert apart(viewer) < 1
