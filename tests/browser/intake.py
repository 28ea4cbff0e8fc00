"""The steps of intake as a nurse does them, for the journeys of several files."""

from pathlib import Path

import cv2
from playwright.sync_api import Page, expect

from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus

expect.set_options(timeout=30_000)  # photographs are decoded while workers score


def fundus(folder: Path, eye: Laterality, *, blur_px: float = 0, seed: int = 1, size: int = 640) -> str:
    path = folder / f"{seed}_{eye.name.lower()}_{blur_px:g}.jpg"
    picture = render_fundus(seed, eye, size=size, blur_px=blur_px)
    path.write_bytes(cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes())
    return str(path)


def to_questions(page: Page) -> None:
    """Register and consent."""
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


def none_of_these(page: Page) -> None:
    for button in page.get_by_role("button", name="None of these").all():
        button.click()


def to_photographs(page: Page) -> None:
    to_questions(page)
    none_of_these(page)
    page.get_by_label("Blood pressure").press_sequentially("128/82")
    page.get_by_role("button", name="Store and go on").click()
    expect(page.get_by_role("heading", name="Photographs", exact=True)).to_be_visible()


def confirm(page: Page, eye: str) -> None:
    waiting = page.get_by_role("article", name="Which eye is it?").first
    waiting.get_by_role("button", name=eye, exact=True).click()
    expect(page.get_by_role("article", name=eye).get_by_role("img")).to_be_visible()


def choose(page: Page, *files: str) -> None:
    page.get_by_label("Choose files").set_input_files(list(files))


def both(page: Page, *files: str) -> None:
    choose(page, *files)
    expect(page.get_by_role("article", name="Which eye is it?")).to_have_count(2)
    confirm(page, "Right eye")
    confirm(page, "Left eye")
