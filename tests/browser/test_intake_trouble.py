"""What goes wrong while photographs are sent: the line, the session, the role, and far too many at once."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from records.models import Membership, Organization, Role
from screening.domain.laterality import Laterality
from screening.models import FundusImage, ReceivedPhotograph
from tests.browser.chromium import PageAs
from tests.browser.intake import choose, confirm, fundus, to_photographs
from tests.browser.line import line_to
from tests.factories import photographs
from tests.factories import records as cast

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
SLOW_BYTES_PER_SECOND, UNLIMITED = 60_000, -1


@pytest.fixture
def screener(clinic: Organization) -> Membership:
    return cast.member(clinic, Role.SCREENER)


@pytest.fixture
def nurse(page_as: PageAs, screener: Membership) -> Page:
    page = page_as(screener)
    to_photographs(page)
    return page


def _speed(cdp: CDPSession, bytes_per_second: int) -> None:
    """How fast the browser sends."""
    speed = {"uploadThroughput": bytes_per_second, "downloadThroughput": -1}
    cdp.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0} | speed)


def _which_eye(page: Page) -> Locator:
    return page.get_by_role("article", name="Which eye is it?")


def _bar(page: Page, file: str) -> float:
    return page.get_by_role("progressbar", name=Path(file).name).evaluate("bar => bar.value")


def test_a_line_cut_in_the_middle_of_a_photograph_only_pauses_the_queue(
    nurse: Page, live_server: LiveServer, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    first, second = (fundus(tmp_path, eye, size=1800) for eye in Laterality)
    server = urlsplit(live_server.url)
    cdp = nurse.context.new_cdp_session(nurse)
    cdp.send("Network.enable")
    with line_to(server.hostname, server.port) as line:
        nurse.goto(f"http://{server.hostname}:{line.port}{urlsplit(nurse.url).path}")
        _speed(cdp, SLOW_BYTES_PER_SECOND)
        choose(nurse, first, second)
        seen: list[float] = []
        while len(seen) < 3:
            nurse.wait_for_timeout(100)
            now = _bar(nurse, first)
            seen += [now] if 0 < now < 1 and now not in seen else []
        assert seen == sorted(seen)
        assert _bar(nurse, second) == 0
        line.cut()
        expect(nurse.get_by_text("The connection is lost.")).to_be_visible()
        axe(nurse)
        assert not ReceivedPhotograph.objects.exists()
        line.mend()
        _speed(cdp, UNLIMITED)
        expect(_which_eye(nurse)).to_have_count(2)
        confirm(nurse, "Right eye")
        nurse.reload()
        expect(_which_eye(nurse)).to_have_count(1)
    assert (ReceivedPhotograph.objects.count(), FundusImage.objects.count()) == (2, 1)


def test_a_photograph_whose_receipt_is_lost_on_the_way_back_is_stored_once(
    nurse: Page, tmp_path: Path
) -> None:
    cdp = nurse.context.new_cdp_session(nurse)
    answers: list[dict[str, str]] = []
    cdp.on("Fetch.requestPaused", lambda answer: answers.append(answer))
    pattern = {"urlPattern": "*/receive/", "requestStage": "Response"}
    cdp.send("Fetch.enable", {"patterns": [pattern]})
    choose(nurse, fundus(tmp_path, RIGHT))
    while not answers:
        nurse.wait_for_timeout(50)
    assert ReceivedPhotograph.objects.count() == 1
    lost = {"requestId": answers[0]["requestId"], "errorReason": "ConnectionReset"}
    cdp.send("Fetch.failRequest", lost)
    expect(nurse.get_by_text("The connection is lost.")).to_be_visible()
    cdp.send("Fetch.disable")
    expect(_which_eye(nurse)).to_have_count(1)
    expect(nurse.get_by_role("status").filter(has_text="Received: 1")).to_be_visible()
    assert ReceivedPhotograph.objects.count() == 1


def test_an_old_token_does_not_hold_the_queue_up(nurse: Page, tmp_path: Path) -> None:
    nurse.context.clear_cookies(name="csrftoken")
    choose(nurse, fundus(tmp_path, RIGHT), fundus(tmp_path, LEFT))
    expect(_which_eye(nurse)).to_have_count(2)
    expect(nurse.get_by_role("dialog")).to_be_hidden()


def test_whoever_may_no_longer_send_photographs_reads_why(
    nurse: Page, screener: Membership, tmp_path: Path
) -> None:
    Membership.objects.filter(pk=screener.pk).update(role=Role.PHARMACIST)
    choose(nurse, fundus(tmp_path, RIGHT))
    refusals = nurse.get_by_role("region", name="Not stored")
    expect(refusals).to_contain_text("Only these roles may do this")
    Membership.objects.filter(pk=screener.pk).update(role=Role.SCREENER)
    refusals.get_by_role("button", name="Try again").click()
    expect(_which_eye(nurse)).to_have_count(1)
    expect(refusals).to_be_hidden()


def test_a_file_that_is_far_too_large_is_refused_without_sending_it(nurse: Page, tmp_path: Path) -> None:
    large = tmp_path / "film.jpg"
    with large.open("wb") as file:
        file.truncate(45 * 1024 * 1024)
    choose(nurse, str(large))
    expect(nurse.get_by_role("region", name="Not stored")).to_contain_text("larger than 20 MB")


def test_a_button_without_a_line_says_that_nothing_was_stored(
    nurse: Page, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    choose(nurse, fundus(tmp_path, RIGHT))
    right = _which_eye(nurse).get_by_role("button", name="Right eye")
    expect(right).to_be_visible()
    nurse.context.set_offline(True)
    right.click()
    alert = nurse.get_by_role("alert").filter(has_text="Not stored.")
    expect(alert).to_contain_text("There is no connection.")
    axe(nurse)
    nurse.context.set_offline(False)
    confirm(nurse, "Right eye")
    expect(alert).to_have_count(0)


def test_a_button_with_an_old_token_says_so_and_works_when_pressed_again(nurse: Page, tmp_path: Path) -> None:
    choose(nurse, fundus(tmp_path, RIGHT))
    right = _which_eye(nurse).get_by_role("button", name="Right eye")
    expect(right).to_be_visible()
    nurse.context.clear_cookies(name="csrftoken")
    right.click()
    expect(nurse.get_by_role("alert").filter(has_text="Not stored.")).to_contain_text("Repeat the step.")
    confirm(nurse, "Right eye")
    assert FundusImage.objects.count() == 1


DROP = """([files, target]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried });
    document.querySelector(target).dispatchEvent(event);
  }
}"""


def test_of_twenty_photographs_dropped_at_once_two_are_asked_about_and_the_rest_folds_away(
    nurse: Page, axe: Callable[[Page], None]
) -> None:
    files = [(f"{seed}.jpg", base64.b64encode(photographs.jpeg(seed)).decode()) for seed in range(20)]
    nurse.evaluate(DROP, [files, "#upload"])
    refusals = nurse.get_by_role("region", name="Not stored")
    expect(refusals.get_by_text("Not stored: 18")).to_be_visible(timeout=60_000)
    expect(_which_eye(nurse)).to_have_count(2)
    expect(refusals.get_by_role("listitem").first).to_be_hidden()
    assert _which_eye(nurse).last.bounding_box()["y"] < refusals.bounding_box()["y"]
    axe(nurse)

    refusals.get_by_text("Not stored: 18").click()
    expect(refusals.get_by_role("listitem")).to_have_count(18)
    expect(refusals.get_by_text("Say first which eye")).to_have_count(1)
    expect(refusals.get_by_role("button")).to_have_count(0)
    confirm(nurse, "Right eye")
    confirm(nurse, "Left eye")
    expect(refusals.get_by_text("Take one back, or use this one instead.")).to_have_count(1)
    refusals.get_by_role("button", name="Use as the right eye instead").first.click()
    expect(nurse.get_by_role("status").filter(has_text="Not stored: 17")).to_contain_text("Received: 3")
    axe(nurse)
    assert FundusImage.objects.count() == 2
    assert FundusImage.with_retracted.count() == 3
