"""The page of a clinic's limits: shown, previewed, saved with a reason, refused, and taken back."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from config.limits.forms import in_percent
from records.models import Organization, Role
from risk.domain.bands import BANDS, BandRow, Bands
from risk.models import Policy
from risk.selectors import policy_in_force
from screening.domain.findings import Label

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
    assert "Version 1 is in force" in page and "two hospitals closed" in page and "Glaucoma" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"G_high": 10}, "must begin below"),
        ({"G_high": 0}, "greater than or equal to 0.1"),
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
