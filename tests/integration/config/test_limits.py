"""The page of a clinic's limits: shown, previewed, saved with a reason, refused, and taken back."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from config.limits.forms import in_percent
from records.actor import Actor
from records.models import Organization, Role
from referrals.domain.capabilities import Capability
from referrals.services import hospital_register
from risk.domain.bands import BANDS, BandRow, Bands
from risk.models import Policy
from risk.policy_visits import DAYS
from risk.selectors import policy_in_force
from screening.domain.findings import Label
from tests.factories.records import NOW
from tests.factories.screening import eye
from tests.integration.config.cast import hospital, screened

OTHER: Bands = {**BANDS, Label.GLAUCOMA: BandRow(0.15, 0.4)}
PAGE, SAVE = reverse("limits"), reverse("limits-save")


@pytest.fixture
def physician(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHYSICIAN)


def typed(bands: Bands = OTHER, **more: object) -> dict[str, object]:
    return {**in_percent(bands), "reason": "two hospitals closed", "version": 0, **more}


def test_the_page_shows_the_limits_in_force_with_what_they_do(physician: Client) -> None:
    answer = physician.get(PAGE)
    page = answer.content.decode()
    assert 'name="G_high" value="30.0"' in page and "Version 0 is in force" in page
    assert page.count('class="panel limit"') == 6 and "simulated" in page
    for row in answer.context["rows"]:
        assert row["raised"].sensitivity >= row["high"].sensitivity
        assert row["raised"].missed <= row["high"].missed and row["high"].found <= row["high"].called


def test_other_limits_are_previewed_without_being_saved(physician: Client) -> None:
    answer = physician.get(PAGE, in_percent(OTHER))
    assert answer.context["preview"].visits == 0
    assert "Save as a new version" in answer.content.decode() and not Policy.objects.exists()


def test_saved_limits_are_in_force_and_in_the_list_with_author_and_reason(
    physician: Client, clinic: Organization
) -> None:
    assert physician.post(SAVE, typed()).status_code == 302
    assert policy_in_force(clinic.pk).bands == OTHER
    page = physician.get(PAGE).content.decode()
    assert "Version 1 is in force" in page and "two hospitals closed" in page
    assert "Glaucoma: 12 %, 30 % → 15 %, 40 %" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"G_high": 10}, "must begin below"),
        ({"G_high": 0}, "greater than or equal to 0.2"),
        ({"G_high": 97}, "less than or equal to 96.1"),
        ({"G_high": "much"}, "Enter a number"),
        ({"G_raised": ""}, "This field is required"),
        ({"reason": " "}, "This field is required"),
        ({"G_high": "nan"}, "Enter a number"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_and_nothing_is_saved(
    physician: Client, change: dict[str, object], said: str
) -> None:
    answer = physician.post(SAVE, typed(**change))
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not Policy.objects.exists()


def test_a_version_saved_meanwhile_is_shown_first_and_what_was_typed_stays(
    physician: Client, colleague: Callable[[str], Client], clinic: Organization
) -> None:
    colleague(Role.ADMINISTRATOR).post(SAVE, typed(reason="winter"))
    mine = {**BANDS, Label.AMD: BandRow(0.25, 0.45)}
    answer = physician.post(SAVE, typed(mine, reason="my reason"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Somebody else saved version 1" in page
    assert "my reason" in page and 'name="A_high" value="45.0"' in page
    assert policy_in_force(clinic.pk).version == 1
    assert physician.post(SAVE, typed(mine, version=1)).status_code == 302


def test_an_older_version_is_taken_up_again_and_named(physician: Client, clinic: Organization) -> None:
    physician.post(SAVE, typed())
    page = physician.get(PAGE, {"back_to": 0}).content.decode()
    assert 'name="G_high" value="30.0"' in page and 'name="back_to" value="0"' in page
    physician.post(SAVE, typed(BANDS, version=1, back_to=0, reason="as before"))
    assert policy_in_force(clinic.pk).bands == BANDS
    assert Policy.objects.get(version=2).back_to == 0
    assert "back to version 0" in physician.get(PAGE).content.decode()


def test_limits_with_many_digits_are_taken_up_again_as_they_were(
    physician: Client, clinic: Organization
) -> None:
    fine = {**BANDS, Label.GLAUCOMA: BandRow(0.12345, 0.34567)}
    physician.post(SAVE, typed(fine))
    physician.post(SAVE, typed(version=1))
    page = physician.get(PAGE, {"back_to": 1}).content.decode()
    assert 'name="G_raised" value="12.345"' in page
    physician.post(SAVE, typed(fine, version=2, back_to=1))
    assert policy_in_force(clinic.pk).bands == fine and Policy.objects.get(version=3).back_to == 1


def test_limits_changed_after_going_back_are_no_way_back(physician: Client) -> None:
    physician.post(SAVE, typed())
    physician.post(SAVE, typed({**BANDS, Label.AMD: BandRow(0.2, 0.4)}, version=1, back_to=0))
    assert Policy.objects.get(version=2).back_to is None


@pytest.mark.parametrize("asked", ["9", "x", "-1"])
def test_a_version_that_is_not_there_shows_the_page_as_it_is(physician: Client, asked: str) -> None:
    assert "Version 0 is in force" in physician.get(PAGE, {"back_to": asked}).content.decode()


def test_an_auditor_reads_and_may_not_save(colleague: Callable[[str], Client]) -> None:
    auditor = colleague(Role.AUDITOR)
    assert "Save as a new version" not in auditor.get(PAGE, in_percent(OTHER)).content.decode()
    assert auditor.post(SAVE, typed()).status_code == 403


def test_limits_in_force_are_not_offered_to_be_saved(physician: Client) -> None:
    page = physician.get(PAGE, in_percent(BANDS)).content.decode()
    assert "These are the limits in force" in page and "Save as a new version" not in page
    answer = physician.post(SAVE, typed(BANDS), follow=True)
    assert "Nothing was saved" in answer.content.decode() and not Policy.objects.exists()


def test_a_form_sent_twice_is_one_version(physician: Client) -> None:
    assert [physician.post(SAVE, typed()).status_code for _ in range(2)] == [302, 302]
    assert Policy.objects.count() == 1


def test_referrals_of_a_week_stand_beside_the_places(physician: Client, screener: Actor) -> None:
    assert "Not known" in physician.get(PAGE).content.decode()
    hospital(screener)
    visits = [screened(screener, eye("R", G=0.9), eye("L"), seed=1), screened(screener, name="Kim", seed=2)]
    week = physician.get(PAGE).context["week"]
    assert (week["places"], week["too_many"]) == (9, False)
    assert week["anyway"] == pytest.approx(7 / DAYS)
    lowest = physician.get(PAGE, in_percent(dict.fromkeys(BANDS, BandRow(0.002, 0.003))))
    assert len(visits) == lowest.context["preview"].referrals_then == 2
    assert lowest.context["week"]["then"] > week["then"]
    assert "1 → 2" in lowest.content.decode()


def test_places_are_those_of_hospitals_that_treat_the_disease(physician: Client, screener: Actor) -> None:
    hospital_register(
        by=screener,
        now=NOW,
        source="test",
        source_id="eyes",
        name="Laser clinic",
        country="KR",
        place=(37.67, 126.98),
        capabilities=[Capability.EYE_CLINIC, Capability.OCT, Capability.LASER],
        offers={"routine": 4},
    )
    places = {row["label"]: row["places"] for row in physician.get(PAGE).context["rows"]}
    assert places == {"D": 4, "G": None, "C": None, "A": None, "H": None, "M": 4}


@pytest.mark.parametrize(("high", "hidden"), [(30, True), (96, False)])
def test_a_limit_that_nobody_reaches_is_said(physician: Client, high: int, *, hidden: bool) -> None:
    bands = {**BANDS, Label.GLAUCOMA: BandRow(0.12, high / 100)}
    page = physician.get(PAGE, in_percent(bands)).content.decode()
    panel = page[page.index('data-label="G"') : page.index('data-label="C"')]
    assert ("data-nobody hidden" in panel) is hidden
