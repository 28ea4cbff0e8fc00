"""The demo's cast, from photograph to proposal, with the shipped models: every disposition occurs, whatever the
scores are, because it lies in answers and photograph quality."""

from typing import Any

import pytest
from django.utils import timezone

from config import case, case_work, demo_clinic, demo_photographs, intake
from config.demo_cast import CAST, CastMember
from screening.models import ModelRelease

BY_STORY = {member.story: member for member in CAST}


@pytest.fixture
def screened(shipped_release: ModelRelease) -> dict[str, dict[str, Any]]:
    """The outcome of each member whose disposition does not hang on scores, by story."""
    now = timezone.now()
    demo_clinic.prepare(now=now)
    source, today = demo_photographs.source(None), timezone.localdate(now)

    def screen(member: CastMember) -> dict[str, Any]:
        encounter = intake.case_submit(
            answers=member.answers(today),
            photographs=source.of(member),
            by=demo_clinic.screener(),
            now=now,
            today=today,
        )
        case_work.work_off_case(encounter)
        return case.case_outcome(encounter)

    return {story: screen(BY_STORY[story]) for story in STORIES}


STORIES = {
    "sudden loss of sight": "refer",
    "dry eyes, booked": "medicine",
    "dry eyes, allergic to both tears": "medicine",
    "the camera moved": "repeat-imaging",
    "well, booked": "self-care",
    "itchy eyes, booked": "medicine",
    "188/124 mmHg": "refer",
    "dry eyes and bent lines": "refer",
}


def test_every_story_ends_as_its_answers_and_photographs_demand(screened: dict[str, dict[str, Any]]) -> None:
    assert {story: outcome["assessment"]["disposition"] for story, outcome in screened.items()} == STORIES
    assert all(outcome["recall"] for outcome in screened.values()), "everybody is called again"
    assert not any(outcome["failures"] for outcome in screened.values())

    lost_sight = screened["sudden loss of sight"]
    assert lost_sight["assessment"]["urgency"] == "stat"
    assert lost_sight["referral"]["hospital"]

    assert screened["dry eyes, booked"]["medicine"]["status"] == "proposed"
    assert screened["dry eyes, booked"]["medicine"]["lot"]

    # A hard stop removed both tears: a person decides, the case does not end in nothing.
    assert screened["dry eyes, allergic to both tears"]["medicine"]["status"] == "needs-pharmacist"

    moved = screened["the camera moved"]
    assert {eye["gradability"] for eye in moved["exam"]["eyes"]} == {"ungradable"}
    assert not any(eye["findings"] for eye in moved["exam"]["eyes"])

    # The red flag outranks the wish for tears.
    assert screened["dry eyes and bent lines"]["medicine"] is None
