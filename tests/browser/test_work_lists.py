"""A work-list with the keyboard alone, and one that keeps itself up to date while it is open."""

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from records.models import Organization, Role
from screening.models import Encounter
from tests.browser.chromium import PageAs
from tests.factories import records as people
from tests.integration.config import cast

TWO_POLLS = 11_000  # milliseconds


def test_the_keyboard_alone_leads_from_a_filtered_list_to_a_case_and_back(
    clinic: Organization, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    screener = people.actor(clinic)
    cast.submitted(screener, name="First Came")
    cast.submitted(screener, name="Then Came", seed=2)
    day = timezone.localdate().isoformat()
    page = page_as()
    page.goto(f"/cases/?list=all&since={day}")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Then Came")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="First Came")).to_be_visible()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(f"list=all&since={day}$"))
    expect(page.get_by_label("From")).to_have_value(day)
    axe(page)


def test_keys_lead_to_a_list_and_to_the_search_and_stay_letters_in_it(
    clinic: Organization, page_as: PageAs
) -> None:
    cast.submitted(people.actor(clinic), name="Kim Found")
    page = page_as()
    page.goto("/cases/")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("list=waiting"))
    page.keyboard.press("/")
    page.keyboard.type("kim")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Kim Found")).to_be_visible()
    expect(page).not_to_have_url(re.compile("kim"))


def test_an_open_list_says_what_is_new_and_moves_no_row_until_asked(
    clinic: Organization, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    screener = people.actor(clinic)
    cast.submitted(screener, name="Here Already")
    page = page_as(Role.PHYSICIAN)
    page.clock.install()
    page.goto("/cases/?list=all")
    cast.submitted(screener, name="Just Came", seed=2)
    page.clock.run_for(TWO_POLLS)
    expect(page.get_by_role("status").filter(has_text="New: 1")).to_be_visible()
    expect(page.get_by_role("link", name="Just Came")).to_have_count(0)
    axe(page)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-row]").first).to_contain_text("Just Came")


def test_a_row_changes_in_place_and_keeps_the_focus(clinic: Organization, page_as: PageAs) -> None:
    visit = cast.submitted(people.actor(clinic), name="Soon Gone")
    page = page_as()
    page.clock.install()
    page.goto("/cases/?list=all")
    page.keyboard.press("j")
    Encounter.objects.filter(pk=visit.pk).update(
        cancelled_at=timezone.now(), cancelled_by="practitioner:1", cancel_reason="left"
    )
    page.clock.run_for(TWO_POLLS)
    expect(page.locator("[data-row]").first).to_contain_text("No longer in this list")
    expect(page.get_by_role("link", name="Soon Gone")).to_be_focused()


def test_a_paused_list_asks_for_nothing(clinic: Organization, page_as: PageAs) -> None:
    page = page_as()
    page.clock.install()
    page.goto("/cases/?list=all")
    page.get_by_role("button", name="Pause updates").click()
    expect(page.get_by_role("status").filter(has_text="Paused")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(TWO_POLLS)
    assert asked == []
