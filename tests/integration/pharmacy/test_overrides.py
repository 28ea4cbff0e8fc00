"""Soft stops are answered by a licensed person with a coded reason; hard ones by nobody (PH-85)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.overrides import OverrideGiven, OverrideReason
from pharmacy.errors import OutOfStock, OverrideUnfounded, PrescriptionClosed, SafetyStops
from pharmacy.models import Override, Prescription
from pharmacy.override_selectors import override_statistics
from pharmacy.services import (
    medicine_propose,
    prescription_authorise,
    prescription_override,
    prescription_refuse,
    safety_answers_record,
)
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Organization
from tests.factories import records as cast
from tests.integration.pharmacy.cast import CARMELLOSE, CLEAR, NOW, lot, visit, wish

UNREAD = replace(CLEAR, allergies=("a white cream",))
MONITOR = OverrideGiven(
    rules.PH_ALLERGY_UNREAD, OverrideReason.WILL_MONITOR, "a white cream", "zinc ointment"
)


@pytest.fixture
def waiting(clinic: Organization, screener: Actor) -> Prescription:
    lot(clinic, screener)
    return propose(clinic, screener, UNREAD)


def propose(clinic: Organization, screener: Actor, answers: Any) -> Prescription:
    by = software("pharmacy.proposer", clinic.pk)
    return medicine_propose(assessment=wish(visit(screener, answers)), by=by, now=NOW)


def test_a_soft_stop_answered_makes_a_proposal_that_is_released_like_any_other(
    waiting: Prescription, pharmacist: Actor
) -> None:
    assert waiting.status == "needs-pharmacist"
    open_again = prescription_override(
        prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR]
    )
    assert (open_again.status, open_again.medicine.code, open_again.packs) == ("proposed", CARMELLOSE, 1)
    released = prescription_authorise(prescription_id=waiting.pk, by=pharmacist, now=NOW)
    released.lot.refresh_from_db()
    assert (released.status, released.lot.reserved) == ("authorised", 1)
    assert not selectors.lots_out_of_balance().exists()


def test_who_why_and_when_are_kept_and_audited_without_what_was_reported(
    waiting: Prescription, pharmacist: Actor
) -> None:
    prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    kept = Override.objects.get()
    assert (kept.rule_id, kept.tier, kept.reason, kept.words) == (
        "PH-06",
        "soft",
        "will-monitor",
        "zinc ointment",
    )
    assert (kept.decided_by_id, kept.role, kept.decided_at) == (pharmacist.practitioner_id, "pharmacist", NOW)
    event = AuditEvent.objects.order_by("pk").last()
    assert event.reason == "PH-06 will-monitor"


def test_every_soft_stop_needs_an_answer_of_its_own(
    clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    lot(clinic, screener)
    two = propose(clinic, screener, replace(UNREAD, current_medicines=("인공눈물",)))
    with pytest.raises(SafetyStops, match="PH-14"):
        prescription_override(prescription_id=two.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    assert not Override.objects.exists()


def test_a_hard_stop_is_never_answered(clinic: Organization, screener: Actor, pharmacist: Actor) -> None:
    lot(clinic, screener)
    soft = propose(clinic, screener, UNREAD)
    answers = replace(UNREAD, eye_surgery_last_3_months=True)
    safety_answers_record(encounter=soft.encounter, answers=answers, by=screener, now=NOW)
    hard = OverrideGiven(rules.PH_EYE_SURGERY, OverrideReason.BENEFIT_OUTWEIGHS)
    with pytest.raises(SafetyStops, match="PH-02"):
        prescription_override(prescription_id=soft.pk, by=pharmacist, now=NOW, overrides=[MONITOR, hard])


def test_a_case_with_no_medicine_left_stays_with_the_person(
    clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    none_left = propose(clinic, screener, replace(CLEAR, eye_surgery_last_3_months=True))
    assert (none_left.status, none_left.medicine) == ("needs-pharmacist", None)
    assert rules.PH_EYE_SURGERY in {alert.rule_id for alert in selectors.alerts_of(none_left)}
    with pytest.raises(PrescriptionClosed):
        prescription_override(prescription_id=none_left.pk, by=pharmacist, now=NOW, overrides=[])


def test_an_answer_to_a_stop_that_is_not_there_is_refused(waiting: Prescription, pharmacist: Actor) -> None:
    other = OverrideGiven(rules.PH_DUPLICATE, OverrideReason.TOLERATED_BEFORE, "인공눈물")
    with pytest.raises(OverrideUnfounded, match="PH-14"):
        prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR, other])


def test_answering_the_same_case_twice_reserves_once(waiting: Prescription, pharmacist: Actor) -> None:
    answer = partial(prescription_override, prescription_id=waiting.pk, now=NOW, overrides=[MONITOR])
    answer(by=pharmacist)
    with pytest.raises(PrescriptionClosed):
        answer(by=pharmacist)
    assert Override.objects.count() == 1


def test_an_empty_machine_leaves_nothing_to_propose(
    clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    unstocked = propose(clinic, screener, UNREAD)
    with pytest.raises(OutOfStock):
        prescription_override(prescription_id=unstocked.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    assert not Override.objects.exists()


@pytest.mark.parametrize("role", ["screener", "grader", "coordinator", "administrator", "auditor"])
def test_nobody_but_pharmacist_and_physician_answers_a_stop(
    waiting: Prescription, clinic: Organization, role: str
) -> None:
    with pytest.raises(RoleRefused):
        prescription_override(
            prescription_id=waiting.pk, by=cast.actor(clinic, role), now=NOW, overrides=[MONITOR]
        )


def test_a_physician_answers_a_stop_and_a_pharmacist_still_releases(
    waiting: Prescription, clinic: Organization, pharmacist: Actor
) -> None:
    physician = cast.actor(clinic, "physician")
    prescription_override(prescription_id=waiting.pk, by=physician, now=NOW, overrides=[MONITOR])
    with pytest.raises(RoleRefused):
        prescription_authorise(prescription_id=waiting.pk, by=physician, now=NOW)
    assert prescription_authorise(prescription_id=waiting.pk, by=pharmacist, now=NOW).status == "authorised"


def test_a_pharmacist_of_another_clinic_does_not_find_it(waiting: Prescription) -> None:
    stranger = cast.actor(cast.clinic(), "pharmacist")
    with pytest.raises(RecordNotFound):
        prescription_override(prescription_id=waiting.pk, by=stranger, now=NOW, overrides=[MONITOR])


def test_a_stop_that_came_after_the_answer_still_stops_the_release(
    waiting: Prescription, screener: Actor, pharmacist: Actor
) -> None:
    prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    answers = replace(UNREAD, allergies=("a white cream", "a red cream"))
    safety_answers_record(encounter=waiting.encounter, answers=answers, by=screener, now=NOW)
    with pytest.raises(SafetyStops, match="PH-06"):
        prescription_authorise(prescription_id=waiting.pk, by=pharmacist, now=NOW)


@pytest.mark.parametrize(
    ("update", "constraint"),
    [
        ({"tier": "hard"}, "override_of_soft_stops_only"),
        ({"reason": "because"}, "override_reason"),
        ({"role": "screener"}, "override_by_a_licensed_role"),
        ({"medicine_code": ""}, "override_of_one_medicine"),
    ],
)
def test_the_database_keeps_an_override_possible(
    waiting: Prescription, pharmacist: Actor, update: dict[str, str], constraint: str
) -> None:
    prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Override.objects.update(**update)


def test_statistics_say_per_rule_how_often_it_stopped_and_how_often_it_was_set_aside(
    waiting: Prescription, clinic: Organization, screener: Actor, pharmacist: Actor
) -> None:
    refused = propose(clinic, screener, UNREAD)
    prescription_refuse(prescription_id=refused.pk, by=pharmacist, now=NOW, code="stop-stands")
    prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[MONITOR])
    rows = {row.rule_id: row for row in override_statistics(by=pharmacist, since=NOW)}
    unread = rows["PH-06"]
    assert (unread.tier, unread.stopped, unread.overridden, unread.share) == ("soft", 2, 1, 0.5)
    assert unread.reasons == {"will-monitor": 1}
    assert not override_statistics(by=cast.actor(cast.clinic(), "pharmacist"), since=NOW)


def test_a_case_that_nothing_stops_any_more_is_no_override(
    waiting: Prescription, pharmacist: Actor, screener: Actor
) -> None:
    safety_answers_record(encounter=waiting.encounter, answers=CLEAR, by=screener, now=NOW)
    with pytest.raises(PrescriptionClosed, match="nothing stops"):
        prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[])
