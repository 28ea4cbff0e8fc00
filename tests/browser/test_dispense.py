"""From a pharmacist's release to the patient's thanks: worker and simulated machine as processes, or the staff."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pharmacy import selectors
from pharmacy.models import Dispense, Lot, Prescription
from records.models import Organization, Role
from tests.browser.chromium import PageAs, overflow, take_picture
from tests.browser.test_kiosk import NARROW, WIDE, WORDS, _identify
from tests.factories import records as people
from tests.integration.config import at_machine, handed_out
from tests.integration.pharmacy.dispensing import scan
from tests.integration.pharmacy.simulated import simulated
from tests.journeys.workers import worker

MORE = {
    "ko": {
        "release": "의약품 승인",
        "give": "조제기로 내보내기",
        "here": "약이 나왔습니다",
        "over": "전달하기",
        "thanks": "감사합니다. 약을 받으셨습니다.",
        "done": "마쳤습니다",
        "wrong": "다른 제조번호입니다.",
        "staff": "지금 직원이 전달하게 하기",
        "talks": "약사가 이야기를 나눈 뒤",
        "given": "직원이 지금 약을 드립니다",
        "unreleased": "약사의 불출 승인을 기다림",
    },
    "en": {
        "release": "Release the medicine",
        "give": "Let the machine give it",
        "here": "Your medicine is here",
        "over": "Hand over",
        "thanks": "Thank you. You have your medicine.",
        "done": "I am done",
        "wrong": "It is of another lot.",
        "staff": "Let our staff hand it over now",
        "talks": "the pharmacist talks with you",
        "given": "Our staff give it to you now",
        "unreleased": "Waits for the pharmacist's release",
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


@pytest.fixture
def at_work(clinic: Organization) -> Iterator[None]:
    """The worker that tells the machine, as a process of its own; it does not wait long for a silent one."""
    with worker("default", MACHINE_REPLY_SECONDS="2", MACHINE_ORDER_SECONDS="4"):
        yield


@pytest.mark.parametrize("language", ["ko", "en"])
def test_authorise_release_drop_scan_and_hand_over(
    clinic: Organization,
    page_as: PageAs,
    look: Callable[[Page, str], None],
    at_work: None,
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

        kiosk = _agreed(page_as(people.member(clinic), language=language), words, one)
        look(kiosk, f"kiosk-released-machine-{language}")

        pharmacist.get_by_role("button", name=words["give"]).click()
        expect(kiosk.get_by_role("heading", name=words["here"])).to_be_visible(timeout=60_000)
        assert machine.in_bay() == 1
        of = Dispense.objects.get(prescription=one)
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


def test_a_silent_machine_is_counted_and_what_nobody_got_is_given_again(
    clinic: Organization, page_as: PageAs, at_work: None, tmp_path: Path
) -> None:
    screener = people.actor(clinic)
    one = handed_out.proposed(clinic, screener, name="홍길동")
    lot = Lot.objects.get(pk=one.lot_id)
    with simulated(tmp_path, [(lot.gtin, lot.number, lot.expiry.isoformat(), 9)]) as machine:
        at_machine.machine(clinic, screener, port=machine.port)
        machine.will("silence")
        pharmacist, staff = page_as(Role.PHARMACIST), page_as(Role.SCREENER)
        pharmacist.goto(f"/authorise/medicines/{one.pk}/")
        pharmacist.get_by_role("button", name="Release it and let the machine give it").click()
        expect(pharmacist.get_by_text("Not known, a person must count")).to_be_visible(timeout=60_000)

        staff.goto("/hand-over/")
        staff.get_by_role("link", name="Count the bay").click()
        shelf, bay = machine.inside(lot.number), machine.in_bay()
        for name, packs in (("in_machine", shelf), ("in_bay", bay), ("with_patient", 0)):
            staff.locator(f"[name=own-{name}]").fill(str(packs))
        staff.get_by_role("button", name="Enter the count and open the bay").click()
        staff.wait_for_url("**/hand-over/")
        assert not selectors.lots_out_of_balance().exists()

        pharmacist.get_by_role("button", name="Reserve other packs").click()
        pharmacist.get_by_role("button", name="Let the machine give it").click()
        expect(pharmacist.get_by_role("link", name="To the hand-over")).to_be_visible(timeout=60_000)
        pharmacist.get_by_role("link", name="To the hand-over").click()
        expect(pharmacist.locator("#scan")).to_be_focused()
        _scan(pharmacist, machine.scans_in_bay()[-1])
        expect(pharmacist.get_by_role("button", name="Hand over", exact=True)).to_be_focused()
        pharmacist.keyboard.press("Enter")
        pharmacist.wait_for_url("**/hand-over/")
    lot.refresh_from_db()
    assert (lot.on_hand, lot.quarantined) == (shelf - 1, bay)
    assert [of.status for of in one.dispenses.order_by("pk")] == ["reconciled", "completed"]
    assert not selectors.lots_out_of_balance().exists()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_over_the_counter_a_pharmacist_releases_before_staff_hand_over(
    clinic: Organization, page_as: PageAs, look: Callable[[Page, str], None], language: str
) -> None:
    words = WORDS[language] | MORE[language]
    one = handed_out.proposed(clinic, people.actor(clinic), name="홍길동")
    handed_out.release(clinic, one)
    kiosk = _agreed(page_as(people.member(clinic), language=language), words, one)
    expect(kiosk.get_by_text(words["talks"])).to_be_visible()
    look(kiosk, f"kiosk-counter-waits-{language}")
    staff = page_as(Role.SCREENER, language=language)
    staff.goto("/hand-over/")
    expect(staff.get_by_role("heading", name=words["unreleased"])).to_be_visible()
    look(staff, f"counter-unreleased-{language}")
    staff.get_by_role("link", name="홍길동").click()
    look(staff, f"counter-waits-{language}")

    pharmacist = page_as(Role.PHARMACIST, language=language)
    pharmacist.goto(f"/authorise/medicines/{one.pk}/")
    look(pharmacist, f"counter-authorised-{language}")
    pharmacist.get_by_role("button", name=words["staff"]).click()
    pharmacist.wait_for_load_state()
    look(pharmacist, f"counter-released-{language}")
    expect(kiosk.get_by_text(words["given"])).to_be_visible(timeout=20_000)
    look(kiosk, f"kiosk-counter-{language}")

    staff.goto("/hand-over/")
    look(staff, f"counter-list-{language}")
    staff.get_by_role("link", name="홍길동").click()
    expect(staff.locator("#scan")).to_be_focused()
    look(staff, f"counter-scan-{language}")
    staff.locator("#scan").focus()
    _scan(staff, scan(one.lot, "A"))
    expect(staff.get_by_role("button", name=words["over"], exact=True)).to_be_focused()
    staff.keyboard.press("Enter")
    staff.wait_for_url("**/hand-over/")
    expect(kiosk.get_by_role("heading", name=words["thanks"])).to_be_visible(timeout=20_000)
    of = Dispense.objects.get(prescription=one)
    assert (of.status, of.bay, of.packs_handed_over) == ("completed", None, 1)
    assert not selectors.lots_out_of_balance().exists()


def _agreed(page: Page, words: dict[str, str], one: Prescription) -> Page:
    """The screen, at which the patient has said who they are and that they want the medicine."""
    page.goto("/kiosk/open/")
    page.locator("form .main-action").click()
    page.get_by_role("button", name=words["start"]).click()
    _identify(page, words, one)
    page.get_by_role("button", name=words["agree"]).click()
    page.goto("/kiosk/medicine/")
    return page


def _scan(page: Page, code: str) -> None:
    """As a scanner does: it types, FNC1 as Ctrl+], and presses Enter."""
    for place, part in enumerate(code.split("\x1d")):
        if place:
            page.keyboard.press("Control+]")
        page.keyboard.type(part)
    page.keyboard.press("Enter")
    page.wait_for_load_state()
