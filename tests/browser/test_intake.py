"""From a patient at the door to the result, as a nurse does it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from records.models import Organization
from risk.models import RiskFactors
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.browser.chromium import PageAs
from tests.browser.intake import both, choose, confirm, fundus, none_of_these, to_photographs, to_questions

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
MOST_STROKES = 40
COUNT = "document.addEventListener('keydown', () => sessionStorage.n = 1 + Number(sessionStorage.n || 0))"


@pytest.fixture
def nurse(page_as: PageAs) -> Page:
    page = page_as()
    page.add_init_script(COUNT)
    return page


def test_a_nurse_gets_from_the_door_to_the_result_with_few_strokes(
    nurse: Page, clinic: Organization, workers: None, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    to_photographs(nurse)
    axe(nurse)
    both(nurse, fundus(tmp_path, RIGHT), fundus(tmp_path, LEFT))
    axe(nurse)
    nurse.get_by_role("button", name="Submit the photographs").click()
    nurse.get_by_role("link", name="See the result").click(timeout=90_000)
    expect(nurse.get_by_role("heading", name="Hong Gil")).to_be_visible()
    axe(nurse)
    assert int(nurse.evaluate("sessionStorage.n")) <= MOST_STROKES


def test_a_blurred_photograph_is_said_at_once_and_only_that_eye_is_taken_again(
    nurse: Page, clinic: Organization, workers: None, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    to_photographs(nurse)
    choose(nurse, fundus(tmp_path, RIGHT, blur_px=16))
    expect(nurse.locator(".retake")).to_be_visible()
    axe(nurse)
    confirm(nurse, "Right eye")
    choose(nurse, fundus(tmp_path, LEFT))
    confirm(nurse, "Left eye")
    nurse.get_by_role("button", name="Submit the photographs").click()
    unclear = nurse.get_by_role("region", name="Photograph again while the patient is here")
    expect(unclear.get_by_role("article", name="Right eye")).to_contain_text("Blurred", timeout=90_000)
    expect(unclear).to_contain_text("focus again")
    expect(unclear.get_by_role("article", name="Left eye")).to_have_count(0)
    axe(nurse)

    nurse.get_by_role("link", name="See the result").click()
    nurse.get_by_role("button", name="Photograph again").click()
    expect(nurse.get_by_role("article", name="Right eye")).to_contain_text("Photograph this eye again")
    expect(nurse.get_by_role("article", name="Left eye")).to_contain_text("Good: taken")
    axe(nurse)
    choose(nurse, fundus(tmp_path, RIGHT, seed=2))
    confirm(nurse, "Right eye")
    expect(nurse.get_by_text("One eye has no photograph.")).to_have_count(0)
    nurse.get_by_role("button", name="Submit the photographs").click()
    nurse.get_by_role("link", name="See the result").click(timeout=90_000)
    assert Encounter.objects.get().exams.count() == 2


def test_none_of_these_leaves_alone_what_is_answered(nurse: Page, clinic: Organization) -> None:
    to_questions(nurse)
    nurse.get_by_text("Glaucoma: a parent").click()
    nurse.get_by_text("New double vision").click()
    nurse.get_by_label("Years with diabetes").fill("12")
    nurse.get_by_label("Which ones").fill("timolol")
    none_of_these(nurse)
    nurse.get_by_role("button", name="Store and go on").click()
    expect(nurse.get_by_role("heading", name="Photographs", exact=True)).to_be_visible()
    stored = RiskFactors.objects.get()
    assert [one.condition for one in stored.family_history.all()] == ["glaucoma"]
    assert (stored.double_vision, stored.distorted_lines, stored.sudden_vision_loss) == (True, False, False)
    assert (stored.diabetes, stored.smoking) == ("unknown", "never")


def test_what_is_wrong_on_the_long_page_is_said_first_and_led_to(
    nurse: Page, clinic: Organization, axe: Callable[[Page], None]
) -> None:
    to_questions(nurse)
    axe(nurse)
    nurse.get_by_label("Blood pressure").fill("990/10")
    nurse.get_by_text("None of them").click()
    nurse.get_by_text("Diabetes: a parent").click()
    nurse.get_by_role("button", name="Store and go on").click()
    summary = nurse.get_by_role("alert").filter(has_text="Correct this")
    expect(summary).to_be_focused()
    axe(nurse)
    summary.get_by_role("link", name="Eye disease or diabetes in the family").click()
    expect(nurse.get_by_label("None of them")).to_be_focused()
    summary.get_by_role("link", name="Blood pressure").press("Enter")
    expect(nurse.get_by_label("Blood pressure")).to_be_focused()


def test_a_phone_takes_a_photograph_with_its_own_camera(
    page_as: PageAs, clinic: Organization, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    phone = page_as(width=360, is_mobile=True, has_touch=True)
    to_photographs(phone)
    camera = phone.get_by_label("Take one with this phone")
    expect(camera).to_have_attribute("capture", "environment")
    expect(camera).not_to_have_attribute("multiple", "")
    with phone.expect_file_chooser() as asked:
        phone.get_by_text("Take one with this phone").tap()
    assert not asked.value.is_multiple()
    asked.value.set_files(fundus(tmp_path, RIGHT))
    axe(phone)
    confirm(phone, "Right eye")
