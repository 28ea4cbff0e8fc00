"""From a pharmacist's release to the patient's thanks, with the simulated machine as a real process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pharmacy import selectors
from pharmacy.models import Dispense, Lot
from pharmacy.tasks import dispense_packs
from records.models import Organization, Role
from tests.browser.chromium import PageAs, overflow, take_picture
from tests.browser.test_kiosk import NARROW, WIDE, WORDS, _identify
from tests.factories import records as people
from tests.integration.config import at_machine, handed_out
from tests.integration.pharmacy.simulated import simulated

MORE = {
    "ko": {
        "release": "의약품 승인",
        "give": "조제기로 내보내기",
        "here": "약이 나왔습니다",
        "over": "전달하기",
        "thanks": "감사합니다. 약을 받으셨습니다.",
        "done": "마쳤습니다",
        "wrong": "다른 제조번호입니다.",
    },
    "en": {
        "release": "Release the medicine",
        "give": "Let the machine give it",
        "here": "Your medicine is here",
        "over": "Hand over",
        "thanks": "Thank you. You have your medicine.",
        "done": "I am done",
        "wrong": "It is of another lot.",
    },
}


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """Accessible, no wider than a telephone, with a picture of both widths."""

    def judge(page: Page, name: str) -> None:
        page.set_viewport_size(WIDE)
        axe(page)
        take_picture(page, f"{name}-1280")
        page.set_viewport_size(NARROW)
        assert overflow(page) <= 0, f"{name}: too wide for 360 px"
        take_picture(page, f"{name}-360")
        page.set_viewport_size(WIDE)

    return judge


@pytest.mark.parametrize("language", ["ko", "en"])
def test_authorise_release_drop_scan_and_hand_over(
    clinic: Organization,
    page_as: PageAs,
    look: Callable[[Page, str], None],
    tmp_path: Path,
    language: str,
) -> None:
    words = WORDS[language] | MORE[language]
    screener = people.actor(clinic)
    one = handed_out.proposed(clinic, screener, name="홍길동")
    lot = Lot.objects.get(pk=one.lot_id)
    with simulated(tmp_path, [(lot.gtin, lot.number, lot.expiry.isoformat(), 9)]) as machine:
        at_machine.machine(clinic, screener, port=machine.port)
        pharmacist = page_as(Role.PHARMACIST, language=language)
        pharmacist.goto(f"/authorise/medicines/{one.pk}/")
        look(pharmacist, f"machine-proposed-{language}")
        pharmacist.get_by_role("button", name=words["release"], exact=True).click()
        expect(pharmacist.get_by_role("button", name=words["give"])).to_be_visible()
        look(pharmacist, f"machine-authorised-{language}")

        kiosk = page_as(people.member(clinic), language=language)
        kiosk.goto("/kiosk/open/")
        kiosk.locator("form .main-action").click()
        kiosk.get_by_role("button", name=words["start"]).click()
        _identify(kiosk, words, one)
        kiosk.get_by_role("button", name=words["agree"]).click()
        kiosk.goto("/kiosk/medicine/")
        look(kiosk, f"kiosk-released-machine-{language}")

        pharmacist.get_by_role("button", name=words["give"]).click()
        of = Dispense.objects.get(prescription=one)
        kiosk.reload()
        look(kiosk, f"kiosk-working-{language}")
        dispense_packs.run(key=of.pk)
        assert machine.in_bay() == 1
        expect(kiosk.get_by_role("heading", name=words["here"])).to_be_visible(timeout=20_000)
        look(kiosk, f"kiosk-take-{language}")

        staff = page_as(Role.SCREENER, language=language)
        staff.goto("/hand-over/")
        look(staff, f"hand-over-{language}")
        staff.get_by_role("link", name="홍길동").click()
        look(staff, f"hand-over-scan-{language}")
        (code,) = machine.scans_in_bay()
        _scan(staff, code.replace(lot.number, "OTHER"))
        expect(staff.get_by_role("alert")).to_contain_text(words["wrong"])
        look(staff, f"hand-over-wrong-{language}")
        _scan(staff, code)
        expect(staff.get_by_role("button", name=words["over"], exact=True)).to_be_focused()
        look(staff, f"hand-over-right-{language}")
        staff.keyboard.press("Enter")
        staff.wait_for_url("**/hand-over/")
        look(staff, f"hand-over-done-{language}")

    of.refresh_from_db()
    assert (of.status, of.packs_handed_over) == ("completed", 1)
    assert not selectors.lots_out_of_balance().exists()
    expect(kiosk.get_by_role("heading", name=words["thanks"])).to_be_visible(timeout=20_000)
    look(kiosk, f"kiosk-given-{language}")
    pharmacist.reload()
    look(pharmacist, f"machine-done-{language}")
    kiosk.get_by_role("button", name=words["done"]).click()
    expect(kiosk.get_by_role("button", name=words["start"])).to_be_visible()


def _scan(page: Page, code: str) -> None:
    """As a scanner does: it types, FNC1 as Ctrl+], and presses Enter."""
    for place, part in enumerate(code.split("\x1d")):
        if place:
            page.keyboard.press("Control+]")
        page.keyboard.type(part)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
