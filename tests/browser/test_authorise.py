"""A pharmacist refuses and the case goes to a person; a physician authorises, the coordinator sends."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from records.models import Organization, Role
from tests.browser.chromium import PageAs
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast


def test_a_pharmacist_refuses_with_a_reason_and_the_case_goes_to_a_physician(
    clinic: Organization, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    screener = people.actor(clinic)
    cast.stock(clinic, screener)
    cast.screened(screener, symptoms={"dry_or_gritty": True})
    page = page_as(Role.PHARMACIST)
    page.goto("/authorise/")
    axe(page)
    page.get_by_role("link", name="Hong Gil-dong").click()
    axe(page)
    page.get_by_text("Refuse the medicine").click()
    page.get_by_label("A warning sign: a doctor must see the patient first").check()
    page.get_by_label("In your words").fill("red and painful since yesterday")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("A physician follows the case up")).to_be_visible()
    physician = page_as(Role.PHYSICIAN)
    physician.goto("/authorise/?mine=1")
    physician.get_by_role("link", name="Hong Gil-dong").click()
    expect(physician.get_by_text("red and painful since yesterday")).to_be_visible()
    physician.get_by_label("What was done").fill("seen today, treated")
    physician.get_by_role("button", name="Note it").click()
    physician.get_by_role("link", name="Open the whole case").click()
    expect(physician.get_by_text("seen today, treated").first).to_be_visible()


def test_a_physician_authorises_and_the_coordinator_sends(
    clinic: Organization, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    screener = people.actor(clinic)
    cast.hospital(screener)
    cast.screened(screener, screening.eye("R", D=0.9), screening.eye("L"))
    physician = page_as(Role.PHYSICIAN)
    physician.goto("/authorise/")
    physician.get_by_role("link", name="Hong Gil-dong").click()
    axe(physician)
    physician.get_by_role("button", name="Authorise", exact=True).click()
    expect(physician.get_by_text("The coordinator sends it")).to_be_visible()
    coordinator = page_as(Role.COORDINATOR)
    coordinator.goto("/authorise/?mine=1")
    coordinator.get_by_role("link", name="Hong Gil-dong").click()
    coordinator.get_by_role("button", name="Send to the hospital").click()
    coordinator.get_by_role("link", name="Open the whole case").click()
    expect(coordinator.get_by_text("Sent to the hospital").first).to_be_visible()
