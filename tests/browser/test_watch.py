"""A physician sees why a model is on hold, looks at the camera it came from, and relies on the model again."""

from playwright.sync_api import Page, expect

from records.models import Organization, Role
from risk.models import ReleaseHold
from tests.browser.chromium import PageAs
from tests.factories import records as people
from tests.factories import watches


def test_a_physician_follows_a_hold_to_its_camera_and_lifts_it(page_as: PageAs, clinic: Organization) -> None:
    watches.hold(watches.watches(clinic)[-1])
    page: Page = page_as(people.member(clinic, Role.PHYSICIAN), language="en")
    page.goto("/watch/")
    expect(page.get_by_role("heading", name="image-release is on hold")).to_be_visible()
    pressing = page.get_by_role("region", name="To look at")
    expect(pressing.get_by_role("listitem").first).to_contain_text("camera NM-1")

    page.get_by_label("Figures of").select_option("camera NM-1")
    page.get_by_role("button", name="Show", exact=True).click()
    glaucoma = page.get_by_role("region", name="Image scores differ").get_by_role("row", name="Glaucoma")
    expect(glaucoma).to_contain_text("held")

    page.get_by_role("button", name="Rely on it again").click()
    expect(page.get_by_role("heading", name="image-release is on hold")).to_be_visible()
    hold = page.get_by_role("region", name="image-release is on hold")
    hold.get_by_label("Reason").fill("A lens was dirty and has been cleaned.")
    hold.get_by_label("It was repaired").check()
    hold.get_by_role("button", name="Rely on it again").click()
    expect(page.get_by_text("The hold is lifted.")).to_be_visible()
    history = page.get_by_role("region", name="Holds")
    expect(history).to_contain_text("A lens was dirty and has been cleaned.")
    assert not ReleaseHold.objects.filter(lifted_at=None).exists()
