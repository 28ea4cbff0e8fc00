"""From a patient at the door to the result, as a nurse does it; and what goes wrong on the way."""

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from playwright.sync_api import Page, expect

from records.models import Organization
from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus
from screening.models import Encounter, FundusImage, ReceivedPhotograph
from tests.browser.chromium import PageAs
from tests.factories import photographs

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
MOST_STROKES = 40
expect.set_options(timeout=30_000)  # photographs are decoded while workers score
COUNT = "document.addEventListener('keydown', () => sessionStorage.n = 1 + Number(sessionStorage.n || 0))"


@pytest.fixture
def nurse(page_as: PageAs) -> Page:
    page = page_as()
    page.add_init_script(COUNT)
    return page


def _fundus(folder: Path, eye: Laterality, *, blur_px: float = 0, seed: int = 1) -> str:
    path = folder / f"{seed}_{eye.name.lower()}_{blur_px:g}.jpg"
    picture = render_fundus(seed, eye, size=640, blur_px=blur_px)
    path.write_bytes(cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes())
    return str(path)


def _to_photographs(page: Page) -> None:
    """Register, consent, questions; everything that is typed is counted."""
    page.goto("/intake/")
    page.get_by_label("Record number, name or birth date").press_sequentially("71")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="None of them: register").click()
    page.get_by_label("Name").press_sequentially("Hong Gil")
    page.get_by_label("Birth date").press_sequentially("19600501")
    page.get_by_text("Female").click()
    page.get_by_role("button", name="Register").click()
    for answer in page.get_by_text("Agrees", exact=True).all():
        answer.click()
    page.get_by_role("button", name="Begin the visit").click()
    for button in page.get_by_role("button", name="None of these").all():
        button.click()
    page.get_by_label("Blood pressure").press_sequentially("128/82")
    page.get_by_role("button", name="Store and go on").click()
    expect(page.get_by_role("heading", name="Photographs", exact=True)).to_be_visible()


def _confirm(page: Page, eye: str) -> None:
    page.get_by_role("article", name="Which eye is it?").first.get_by_role(
        "button", name=eye, exact=True
    ).click()
    expect(page.get_by_role("article", name=eye).get_by_role("img")).to_be_visible()


def _both(page: Page, *files: str) -> None:
    page.get_by_label("Choose files").set_input_files(list(files))
    expect(page.get_by_role("article", name="Which eye is it?")).to_have_count(2)
    _confirm(page, "Right eye")
    _confirm(page, "Left eye")


def test_a_nurse_gets_from_the_door_to_the_result_with_few_strokes(
    nurse: Page, clinic: Organization, workers: None, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    _to_photographs(nurse)
    axe(nurse)
    _both(nurse, _fundus(tmp_path, RIGHT), _fundus(tmp_path, LEFT))
    axe(nurse)
    nurse.get_by_role("button", name="Submit the photographs").click()
    nurse.get_by_role("link", name="See the result").click(timeout=90_000)
    expect(nurse.get_by_role("heading", name="Hong Gil")).to_be_visible()
    axe(nurse)
    assert int(nurse.evaluate("sessionStorage.n")) <= MOST_STROKES


def test_a_blurred_photograph_is_said_at_once_and_taken_again(
    nurse: Page, clinic: Organization, workers: None, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    _to_photographs(nurse)
    blurred = [_fundus(tmp_path, eye, blur_px=16) for eye in Laterality]
    nurse.get_by_label("Choose files").set_input_files(blurred)
    expect(nurse.locator(".retake").first).to_be_visible()
    axe(nurse)
    _confirm(nurse, "Right eye")
    _confirm(nurse, "Left eye")
    nurse.get_by_role("button", name="Submit the photographs").click()
    nurse.get_by_role("button", name="Photograph again").click(timeout=90_000)
    _both(nurse, _fundus(tmp_path, RIGHT, seed=2), _fundus(tmp_path, LEFT, seed=2))
    nurse.get_by_role("button", name="Submit the photographs").click()
    nurse.get_by_role("link", name="See the result").click(timeout=90_000)
    assert Encounter.objects.get().exams.count() == 2


def test_a_lost_connection_only_pauses_the_photographs(
    nurse: Page, clinic: Organization, tmp_path: Path
) -> None:
    _to_photographs(nurse)
    nurse.context.set_offline(True)
    nurse.get_by_label("Choose files").set_input_files([_fundus(tmp_path, RIGHT), _fundus(tmp_path, LEFT)])
    expect(nurse.get_by_text("The connection is lost.")).to_be_visible()
    nurse.context.set_offline(False)
    expect(nurse.get_by_role("article", name="Which eye is it?")).to_have_count(2)
    _confirm(nurse, "Right eye")
    nurse.reload()
    expect(nurse.get_by_role("article", name="Which eye is it?")).to_have_count(1)
    assert (ReceivedPhotograph.objects.count(), FundusImage.objects.count()) == (2, 1)


def test_of_twenty_files_dropped_at_once_the_rest_is_refused_and_may_replace(
    nurse: Page, clinic: Organization, axe: Callable[[Page], None]
) -> None:
    _to_photographs(nurse)
    files = [
        {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": photographs.jpeg(seed)}
        for seed in range(20)
    ]
    nurse.get_by_label("Choose files").set_input_files(files)
    expect(nurse.get_by_text("There is one photograph for each eye already.")).to_have_count(
        18, timeout=60_000
    )
    axe(nurse)
    _confirm(nurse, "Right eye")
    nurse.get_by_role("button", name="Try again").first.click()
    nurse.get_by_role("button", name="Use as the right eye instead").first.click()
    expect(nurse.get_by_text("Received", exact=True)).to_have_count(3)
    assert FundusImage.with_retracted.count() == 2
