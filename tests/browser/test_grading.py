"""A grader overrides the machine; a second reader disagrees and a third person decides."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from config import case_work
from records.models import Membership, Organization, Role
from risk.models import RiskAssessment
from screening.models import Encounter, GradingTask
from tests.browser.chromium import PageAs, overflow
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast


@pytest.fixture
def visit(clinic: Organization) -> Encounter:
    """Diabetes is suspected in the right eye and glaucoma left open in the left, without a red flag."""
    found = (screening.eye("R", D=0.91), screening.eye("L", G=0.45))
    return cast.screened(people.actor(clinic), *found)


def disposition(visit: Encounter) -> str:
    """What the case says once all its work is done."""
    case_work.work_off_case(visit)
    return RiskAssessment.objects.get(encounter=visit, superseded_at=None).disposition


def wanted_second(visit: Encounter, *, wanted: bool) -> None:
    GradingTask.objects.filter(encounter=visit).update(second_wanted=wanted)


def eye(page: Page, side: str) -> Locator:
    return page.locator(f'[data-eye="{side}"]')


def decide(page: Page, side: str, label: str, *, there: bool) -> None:
    eye(page, side).locator(f'[name="{side}-{label}"][value="{"present" if there else "absent"}"]').check()


def sign(page: Page) -> None:
    page.get_by_label("I looked at every photograph myself").check()
    page.get_by_role("button", name="Sign", exact=True).click()


def opened(page: Page) -> Page:
    page.goto("/grading/")
    page.get_by_role("button", name="Read the next case").click()
    expect(eye(page, "R")).to_be_visible()
    return page


def test_a_graders_override_with_its_reason_changes_the_disposition(
    page_as: PageAs, visit: Encounter, axe: Callable[[Page], None]
) -> None:
    wanted_second(visit, wanted=False)
    assert disposition(visit) == "refer"
    page = opened(page_as(Role.GRADER))
    axe(page)
    expect(eye(page, "L").locator('[name="L-G"]:checked')).to_have_count(0)
    decide(page, "R", "D", there=False)
    sign(page)
    expect(eye(page, "R").get_by_text("You decided differently from the machine")).to_be_visible()
    expect(eye(page, "L").get_by_text("Decide this one.")).to_be_visible()
    page.get_by_label("Why different from the machine").first.select_option("artefact")
    decide(page, "L", "G", there=False)
    sign(page)
    expect(page.get_by_text("Signed. The case follows your read.")).to_be_visible()
    assert disposition(visit) == "self-care"
    page.goto(f"/cases/{visit.public_id}/")
    expect(page.get_by_text("Reflection, dust or another artefact")).to_be_visible()
    expect(page.locator(".disposition")).to_have_text("Nothing to treat now")


def read_blind(page: Page, *, diabetes: bool) -> None:
    """By keyboard alone: what is there is switched on, the rest is not there."""
    for side in ("R", "L"):
        eye(page, side).locator('[name$="gradable"][value="yes"]').focus()
        if diabetes and side == "R":
            page.keyboard.press("d")
        page.keyboard.press("n")
    sign(page)


def test_a_second_reader_disagrees_and_a_third_person_decides(
    page_as: PageAs, visit: Encounter, clinic: Organization, axe: Callable[[Page], None]
) -> None:
    wanted_second(visit, wanted=True)
    first, second = people.member(clinic, Role.GRADER), people.member(clinic, Role.GRADER)
    clear(opened(page_as(first)))
    assert disposition(visit) == "self-care"

    page = page_as(second)
    page.goto(f"/cases/{visit.public_id}/")
    expect(page.get_by_text("second, independent read")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("91 %")
    expect(page.get_by_role("button", name="Look at the result without reading it")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Read the photographs now").click()
    page.get_by_role("button", name="Open it and read").click()
    expect(page.get_by_role("heading", name="Second read")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("91 %")
    axe(page)
    read_blind(page, diabetes=True)
    expect(page.get_by_text("Signed.")).to_be_visible()
    assert disposition(visit) == "refer"  # until somebody decides the more serious holds

    page = page_as(first)
    page.goto("/grading/")
    expect(page.get_by_text("Nothing waits for you here.")).to_be_visible()

    page = opened(page_as(Role.PHYSICIAN))
    expect(page.get_by_text("They differ in")).to_contain_text("Diabetes in the eye")
    axe(page)
    clear(page)
    assert disposition(visit) == "self-care"


def clear(page: Page) -> None:
    """Nothing is there, against the machine."""
    decide(page, "R", "D", there=False)
    decide(page, "L", "G", there=False)
    page.get_by_label("Why different from the machine").first.select_option("artefact")
    sign(page)
    expect(page.get_by_text("Signed. The case follows your read.")).to_be_visible()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_reading_fits_a_telephone(
    page_as: PageAs, visit: Encounter, axe: Callable[[Page], None], language: str
) -> None:
    page = page_as(Role.GRADER, width=360, language=language)
    page.goto("/grading/")
    assert overflow(page) <= 0
    page.locator(".grading-bar .main-action").click()
    expect(eye(page, "R")).to_be_visible()
    assert overflow(page) <= 0
    axe(page)


def test_what_one_has_signed_stays_to_be_seen_and_changed(
    page_as: PageAs, visit: Encounter, clinic: Organization
) -> None:
    wanted_second(visit, wanted=False)
    member: Membership = people.member(clinic, Role.GRADER)
    page = page_as(member)
    clear(opened(page))
    page.get_by_role("link", name=visit.patient.mrn).click()
    decide(page, "R", "D", there=True)
    page.get_by_label("Why the read is changed").fill("seen again on the large screen")
    page.get_by_label("I looked at every photograph myself").check()
    page.get_by_role("button", name="Sign the new version").click()
    expect(page.get_by_text("Changed. The earlier version stays to be seen.")).to_be_visible()
    assert disposition(visit) == "refer"
