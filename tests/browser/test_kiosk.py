"""A patient takes a medicine at the screen beside the machine, in both languages, on a wide and a narrow screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pharmacy.models import Prescription
from records.models import Organization
from tests.browser.chromium import PageAs, overflow, take_picture
from tests.factories import records as people
from tests.integration.config import handed_out

# No machine of the tests has a voice: what the page hands to the browser's speech is kept instead of heard.
LISTEN = """
window.said = [];
speechSynthesis.speak = (one) => window.said.push([one.lang, one.text]);
"""
WORDS = {
    "ko": {
        "start": "한국어",
        "number": "쪽지에 적힌 번호",
        "born": "생년월일",
        "next": "다음",
        "agree": "네, 받겠습니다",
        "aloud": "소리 내어 읽기",
        "understood": "이해했습니다",
        "released": "약이 승인되었습니다",
        "wait": "기다려 주세요",
        "finish": "마치기",
        "stay": "네, 여기 있습니다",
        "ask": "약을 받으시겠습니까?",
        "voice": "ko-KR",
    },
    "en": {
        "start": "English",
        "number": "The number on your slip",
        "born": "Your birth date",
        "next": "Next",
        "agree": "Yes, I agree",
        "aloud": "Read aloud",
        "understood": "I have understood",
        "released": "Your medicine is released",
        "wait": "Please wait",
        "finish": "Finish",
        "stay": "Yes, I am here",
        "ask": "Do you want the medicine?",
        "voice": "en-US",
    },
}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


@pytest.fixture
def clinic(clinic: Organization) -> Organization:
    clinic.telephone = "02-0000-0000"
    clinic.save(update_fields=["telephone"])
    return clinic


@pytest.fixture
def screen(page_as: PageAs, clinic: Organization) -> Callable[..., Page]:
    """`screen(language)`: the browser at the machine, handed over by a screener."""

    def handed_over(language: str) -> Page:
        page = page_as(people.member(clinic), language=language)
        page.add_init_script(LISTEN)
        page.set_viewport_size(WIDE)
        page.goto("/kiosk/open/")
        page.locator("form .main-action").click()
        return page

    return handed_over


@pytest.fixture
def look(axe: Callable[[Page], None]) -> Callable[[Page, str], None]:
    """Judge one step: accessible by day and by night, no wider than a telephone, large targets; pictures of both."""

    def judge(page: Page, name: str) -> None:
        axe(page)
        take_picture(page, f"{name}-1280")
        tall = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert tall <= 0, f"{name}: {tall} px to scroll on the screen of the machine"
        page.set_viewport_size(NARROW)
        assert overflow(page) <= 0, f"{name}: too wide for 360 px"
        take_picture(page, f"{name}-360")
        axe(page)
        small = [box for box in _targets(page) if box["height"] < 44 or box["width"] < 44]
        assert not small, f"{name}: {small}"
        page.set_viewport_size(WIDE)

    return judge


def _targets(page: Page) -> list[dict[str, float]]:
    boxes = [one.bounding_box() for one in page.locator("button:visible, a:visible, input:visible").all()]
    return [box for box in boxes if box]


def _identify(page: Page, words: dict[str, str], one: Prescription, born: str = "19600501") -> None:
    page.get_by_label(words["number"]).fill(one.encounter.patient.mrn)
    page.get_by_label(words["born"]).fill(born)
    page.get_by_role("button", name=words["next"]).click()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_from_two_identifiers_to_the_papers(
    clinic: Organization, screen: Callable[..., Page], look: Callable[[Page, str], None], language: str
) -> None:
    one = handed_out.released(clinic, people.actor(clinic), name="홍길동")
    words, page = WORDS[language], screen(language)
    look(page, f"kiosk-start-{language}")
    page.get_by_role("button", name=words["start"]).click()
    look(page, f"kiosk-who-{language}")
    _identify(page, words, one, born="19600502")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, f"kiosk-wrong-{language}")
    _identify(page, words, one)
    expect(page.get_by_role("heading", name=words["ask"])).to_be_visible()
    look(page, f"kiosk-consent-{language}")
    page.get_by_role("button", name=words["agree"]).click()
    for number in range(1, 7):
        look(page, f"kiosk-leaflet-{number}-{language}")
        page.get_by_role("link", name=words["next"]).click()
    look(page, f"kiosk-worse-{language}")
    page.get_by_role("link", name=words["understood"]).click()
    expect(page.get_by_role("heading", name=words["released"])).to_be_visible()
    look(page, f"kiosk-released-{language}")
    assert page.locator(".kiosk-papers a[target]").count() == 0
    for paper in ("/kiosk/label.pdf", "/kiosk/leaflet.pdf"):
        answer = page.request.get(paper)
        assert answer.headers["content-type"] == "application/pdf"
        assert len(handed_out.read_pdf(answer.body())[1]) > 100
    page.get_by_role("button", name=words["finish"]).click()
    expect(page.get_by_role("button", name=words["start"])).to_be_visible()
    with page.expect_navigation():
        page.evaluate("history.back()")
    expect(page.get_by_role("button", name=words["start"])).to_be_visible()
    assert "홍길동" not in page.content()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_reads_itself_aloud_and_goes_on_reading(
    clinic: Organization, screen: Callable[..., Page], language: str
) -> None:
    one = handed_out.released(clinic, people.actor(clinic))
    words, page = WORDS[language], screen(language)
    page.get_by_role("button", name=words["start"]).click()
    _identify(page, words, one)
    page.get_by_role("button", name=words["aloud"]).click()
    spoken = page.evaluate("window.said")
    assert [lang for lang, _ in spoken] == [words["voice"]] * len(spoken)
    assert spoken[0][1] == words["ask"] and len(spoken) == 2
    page.get_by_role("button", name=words["agree"]).click()
    expect(page.get_by_role("button", name=words["aloud"])).to_have_attribute("aria-pressed", "true")
    assert len(page.evaluate("window.said")) >= 3
    page.get_by_role("button", name=words["aloud"]).click()
    page.get_by_role("link", name=words["next"]).click()
    assert page.evaluate("window.said") == []


@pytest.mark.parametrize(("language", "voices"), [("ko", ["ko-KR", "en-US"]), ("en", ["en-US"])])
def test_a_medicine_of_an_order_is_told_in_the_same_steps_and_its_dose_read_as_it_was_written(
    clinic: Organization,
    screen: Callable[..., Page],
    look: Callable[[Page, str], None],
    language: str,
    voices: list[str],
) -> None:
    one = handed_out.on_order(clinic, people.actor(clinic), "1 drop in each eye at bedtime")
    words, page = WORDS[language], screen(language)
    page.get_by_role("button", name=words["start"]).click()
    _identify(page, words, one)
    page.get_by_role("button", name=words["agree"]).click()
    for number in range(1, 7):
        look(page, f"kiosk-order-{number}-{language}")
        page.get_by_role("link", name=words["next"]).click()
    page.goto("/kiosk/leaflet/2/")
    page.get_by_role("button", name=words["aloud"]).click()
    spoken = page.evaluate("window.said")
    assert ["en-US", "1 drop in each eye at bedtime"] in spoken
    assert sorted({lang for lang, _ in spoken}) == sorted(voices)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_goes_on_by_itself_once_the_pharmacist_has_released(
    clinic: Organization, screen: Callable[..., Page], look: Callable[[Page, str], None], language: str
) -> None:
    waiting = handed_out.proposed(clinic, people.actor(clinic))
    words, page = WORDS[language], screen(language)
    page.get_by_role("button", name=words["start"]).click()
    _identify(page, words, waiting)
    expect(page.get_by_role("heading", name=words["wait"])).to_be_visible()
    look(page, f"kiosk-wait-{language}")
    handed_out.release(clinic, waiting)
    expect(page.get_by_role("heading", name=words["ask"])).to_be_visible(timeout=20_000)


def test_a_patient_who_walks_away_is_asked_and_then_forgotten(
    clinic: Organization, screen: Callable[..., Page]
) -> None:
    one = handed_out.released(clinic, people.actor(clinic))
    words, page = WORDS["en"], screen("en")
    page.clock.install()
    page.get_by_role("button", name=words["start"]).click()
    _identify(page, words, one)
    expect(page.get_by_role("heading", name=words["ask"])).to_be_visible()
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    take_picture(page, "kiosk-idle-en-1280")
    page.get_by_role("button", name=words["stay"]).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.clock.fast_forward(61_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.clock.run_for(22_000)
    expect(page.get_by_role("button", name=words["start"])).to_be_visible()
    page.goto("/kiosk/consent/")
    expect(page.get_by_role("button", name=words["start"])).to_be_visible()


def test_the_screen_leads_a_patient_nowhere_else(clinic: Organization, screen: Callable[..., Page]) -> None:
    page = screen("en")
    for address in ("/cases/", "/authorise/", "/admin/"):
        page.goto(address)
        expect(page.get_by_label("Password")).to_be_visible()
