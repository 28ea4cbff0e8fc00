"""Why a risk is what it is, who took and decided the case, and what else is known of the patient."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from records.actor import Actor
from records.models import Role
from records.services import consent_withdraw
from risk.models import RiskContribution
from risk.services import assessment_finalise, recall_contact_record
from screening.domain.laterality import Laterality
from screening.models import Encounter
from tests.factories import screening
from tests.factories.records import NOW
from tests.integration.config import cast
from tests.integration.config.test_case_page import page_of

RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT


def test_each_risk_says_what_moved_it(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener, screening.eye(RIGHT, G=0.9), screening.eye(LEFT))
    strongest = RiskContribution.objects.filter(
        label_risk__assessment__encounter=encounter, label_risk__label="G", rank=1
    )
    strongest.update(name="family_glaucoma", log_odds=1.5)
    page = page_of(nurse, encounter)
    assert "Glaucoma in the family raises it much" in page
    assert "The image alone would have said" in page


def test_it_says_who_took_the_case_and_what_was_agreed(nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    page = page_of(nurse, encounter)
    assert "taken by Screener Kim" in page
    assert "No consent in force" not in page
    consent_withdraw(
        patient=encounter.patient, scope="referral", by=screener, now=timezone.now(), reason="asked"
    )
    assert "No consent in force" in page_of(nurse, encounter)


def test_attempts_to_reach_the_patient_stand_beside_the_next_visit(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    recall = encounter.assessments.get().recall
    recall_contact_record(recall_id=recall.pk, channel="phone", result="not-reached", by=screener, now=NOW)
    page = page_of(nurse, encounter)
    assert "Not reached, Telephone" in page


def test_earlier_visits_are_linked_with_what_came_of_them(nurse: Client, screener: Actor) -> None:
    first = cast.screened(screener)
    Encounter.objects.filter(pk=first.pk).update(started_at=timezone.now() - timedelta(days=400))
    again = screening.submitted_exam(screener, first.patient, seed=50).encounter
    Encounter.objects.filter(pk=again.pk).update(started_at=timezone.now())
    page = page_of(nurse, again)
    earlier = page[page.index("Earlier visits") :]
    assert reverse("case", args=[first.public_id]) in earlier
    assert "Nothing to treat now" in earlier


def test_red_flags_stand_before_the_result(nurse: Client, screener: Actor) -> None:
    page = page_of(nurse, cast.screened(screener, symptoms={"sudden_vision_loss": True}))
    assert page.index("Sudden loss of sight") < page.index('id="result"')


@pytest.mark.parametrize("role", [Role.SCREENER, Role.PHARMACIST])
def test_who_takes_no_cases_is_not_led_to_cancelling(role: str, colleague, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    offered = reverse("case-cancel", args=[encounter.public_id]) in page_of(colleague(role), encounter)
    assert offered == (role == Role.SCREENER)


def test_the_number_of_queries_does_not_grow_with_the_case(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    page_of(nurse, encounter)  # the first read of a session is one query dearer
    once = _queries(nurse, encounter)
    for number in range(1, 4):
        _retake(encounter, screener, seed=60 + number)
        recall = encounter.assessments.get(superseded_at=None).recall
        recall_contact_record(
            recall_id=recall.pk, channel="phone", result="not-reached", by=screener, now=NOW
        )
    assert _queries(nurse, encounter) <= once + 2  # people behind labels, and contact attempts


def _retake(encounter: Encounter, by: Actor, *, seed: int) -> None:
    exam = screening.next_exam(encounter, by, seed=seed)
    outcome = screening.outcome(exam, screening.eye(RIGHT), by=by)
    assessment_finalise(outcome_id=outcome.pk, by=by, now=timezone.now())


def _queries(client: Client, encounter: Encounter) -> int:
    with CaptureQueriesContext(connection) as captured:
        page_of(client, encounter)
    return len(captured)
