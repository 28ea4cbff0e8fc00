import time
from datetime import date, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from records.actor import Actor, software
from records.errors import ConsentMissing, RecordNotFound, RoleRefused
from records.models import Organization
from records.services import consent_give
from referrals import selectors
from referrals.domain.decisions import DecisionCode
from referrals.domain.status import ReferralStatus as Status
from referrals.errors import (
    HoldInvalid,
    HospitalFixed,
    HospitalMissing,
    IllegalTransition,
    OutcomeMissing,
    ReasonMissing,
)
from referrals.models import Capacity, ClosedDay, OpeningHours, Referral
from referrals.services import referral_authorise_and_send, referral_move
from screening.domain.diagnosis import Diagnosis
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import ConfirmedDiagnosis, Encounter
from screening.services import diagnosis_report
from tests.factories import records as cast
from tests.integration.referrals.cast import NOW, TODAY, hospital, need, propose, visit


@pytest.fixture
def physician(clinic: Organization) -> Actor:
    return cast.actor(clinic, "physician")


@pytest.fixture
def proposal(clinic: Organization, screener: Actor) -> Referral:
    hospital(screener, "Near")
    return consented(propose(need(visit(screener))), screener)


def consented(referral: Referral, by: Actor) -> Referral:
    consent_give(patient=referral.encounter.patient, scope="referral", by=by, now=NOW)
    return referral


def move(referral: Referral, status: Status, by: Actor, **more: object) -> Referral:
    return referral_move(referral_id=referral.pk, status=status, by=by, now=NOW, **more)


def told(referral: Referral, by: Actor) -> list[ConfirmedDiagnosis]:
    """What the hospital found: diabetic retinopathy in the right eye."""
    return diagnosis_report(
        patient=referral.encounter.patient,
        found=[Diagnosis(Laterality.RIGHT, Label.DIABETES, "present")],
        hospital="Near",
        confirmed_on=TODAY,
        by=by,
        now=NOW,
    )


def sent(referral: Referral, by: Actor) -> Referral:
    return referral_authorise_and_send(referral_id=referral.pk, by=by, now=NOW)


def test_a_physician_authorises_it_and_it_goes_its_way_with_a_history(
    proposal: Referral, physician: Actor
) -> None:
    for status in (Status.AUTHORISED, Status.REQUESTED, Status.RECEIVED, Status.ACCEPTED, Status.IN_PROGRESS):
        moved = move(proposal, status, physician)
    closed = move(proposal, Status.COMPLETED, physician, outcome=told(proposal, physician))
    assert (moved.authorised_by_id, closed.status) == (physician.practitioner_id, "completed")
    assert [event.to_status for event in closed.history.order_by("pk")] == [
        "proposed",
        "authorised",
        "requested",
        "received",
        "accepted",
        "in-progress",
        "completed",
    ]
    assert Capacity.objects.get().taken == 1


@pytest.mark.parametrize("role", ["screener", "grader", "pharmacist", "coordinator", "administrator"])
def test_nobody_but_a_physician_authorises_it(proposal: Referral, clinic: Organization, role: str) -> None:
    with pytest.raises(RoleRefused):
        move(proposal, Status.AUTHORISED, cast.actor(clinic, role))


def test_the_software_neither_authorises_nor_sends(
    proposal: Referral, clinic: Organization, physician: Actor
) -> None:
    with pytest.raises(RoleRefused):
        move(proposal, Status.AUTHORISED, software("x", clinic.pk))
    move(proposal, Status.AUTHORISED, physician)
    with pytest.raises(RoleRefused):
        move(proposal, Status.REQUESTED, software("x", clinic.pk))


def test_the_coordinator_sends_what_a_physician_authorised(
    proposal: Referral, clinic: Organization, physician: Actor
) -> None:
    move(proposal, Status.AUTHORISED, physician)
    requested = move(proposal, Status.REQUESTED, cast.actor(clinic, "coordinator"))
    assert (requested.status, requested.authorised_by_id) == ("requested", physician.practitioner_id)


@pytest.mark.parametrize("role", ["physician", "coordinator"])
def test_nobody_sends_what_was_not_authorised(proposal: Referral, clinic: Organization, role: str) -> None:
    with pytest.raises(IllegalTransition):
        move(proposal, Status.REQUESTED, cast.actor(clinic, role))


@pytest.mark.parametrize("role", ["screener", "grader", "pharmacist", "administrator", "auditor"])
def test_nobody_else_sends_what_was_authorised(
    proposal: Referral, clinic: Organization, physician: Actor, role: str
) -> None:
    move(proposal, Status.AUTHORISED, physician)
    with pytest.raises(RoleRefused):
        move(proposal, Status.REQUESTED, cast.actor(clinic, role))


def test_who_sends_cannot_change_the_hospital_that_was_authorised(
    proposal: Referral, screener: Actor, clinic: Organization, physician: Actor
) -> None:
    move(proposal, Status.AUTHORISED, physician)
    with pytest.raises(HospitalFixed):
        move(
            proposal,
            Status.REQUESTED,
            cast.actor(clinic, "coordinator"),
            hospital=hospital(screener, "Elsewhere"),
            code="too-far",
        )


def test_a_referral_handed_back_loses_the_name_and_keeps_the_reason(
    proposal: Referral, clinic: Organization, physician: Actor
) -> None:
    move(proposal, Status.AUTHORISED, physician)
    with pytest.raises(ReasonMissing):
        move(proposal, Status.PROPOSED, cast.actor(clinic, "coordinator"))
    back = move(proposal, Status.PROPOSED, cast.actor(clinic, "coordinator"), code="details-changed")
    assert (back.authorised_at, back.authorised_by, back.hospital) == (None, None, proposal.hospital)
    assert back.history.order_by("pk").last().code == "details-changed"


def test_a_physician_of_another_clinic_does_not_find_it(proposal: Referral) -> None:
    with pytest.raises(RecordNotFound):
        move(proposal, Status.AUTHORISED, cast.actor(cast.clinic(), "physician"))


def test_without_the_patients_consent_to_share_nothing_is_sent(screener: Actor, physician: Actor) -> None:
    hospital(screener, "Near")
    with pytest.raises(ConsentMissing):
        sent(propose(need(visit(screener))), physician)
    assert Referral.objects.get().status == "proposed"


def test_an_illegal_step_names_the_possible_ones(proposal: Referral, physician: Actor) -> None:
    with pytest.raises(IllegalTransition, match="authorised, needs-coordinator, cancelled"):
        move(proposal, Status.ACCEPTED, physician)


def test_an_end_without_a_reason_is_refused(proposal: Referral, physician: Actor) -> None:
    with pytest.raises(ReasonMissing):
        move(proposal, Status.CANCELLED, physician, reason=" ")


def test_it_is_not_closed_as_done_without_what_the_hospital_found(
    proposal: Referral, physician: Actor
) -> None:
    sent(proposal, physician)
    for status in (Status.RECEIVED, Status.ACCEPTED, Status.IN_PROGRESS):
        move(proposal, status, physician)
    with pytest.raises(OutcomeMissing):
        move(proposal, Status.COMPLETED, physician, reason="all is well")


def test_what_the_hospital_found_closes_nothing_else(proposal: Referral, physician: Actor) -> None:
    with pytest.raises(OutcomeMissing):
        move(proposal, Status.CANCELLED, physician, reason="moved away", outcome=told(proposal, physician))


def test_a_hold_is_until_a_day_with_a_reason(proposal: Referral, physician: Actor) -> None:
    sent(proposal, physician)
    for status in (Status.RECEIVED, Status.ACCEPTED):
        move(proposal, status, physician)
    with pytest.raises(ReasonMissing):
        move(proposal, Status.ON_HOLD, physician, held_until=TODAY)
    with pytest.raises(HoldInvalid):
        move(proposal, Status.ON_HOLD, physician, reason="theatre", held_until=TODAY - timedelta(days=1))
    for far in (date.max, TODAY + timedelta(days=731)):
        with pytest.raises(HoldInvalid, match="check the year"):
            move(proposal, Status.ON_HOLD, physician, reason="theatre", held_until=far)
    held = move(proposal, Status.ON_HOLD, physician, reason="theatre closed", held_until=TODAY)
    assert held.held_until == TODAY
    assert move(proposal, Status.ACCEPTED, physician).held_until is None


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED])
def test_a_referral_that_ends_unseen_gives_its_place_back(
    proposal: Referral, physician: Actor, status: Status
) -> None:
    sent(proposal, physician)
    ended = move(proposal, status, physician, reason="the hospital is closed for repairs")
    assert (ended.capacity, Capacity.objects.get().taken) == (None, 0)


def test_a_declined_hospital_moves_the_case_to_the_coordinator_and_frees_its_place(
    proposal: Referral, physician: Actor
) -> None:
    with pytest.raises(ReasonMissing):
        move(proposal, Status.NEEDS_COORDINATOR, physician)
    moved = move(proposal, Status.NEEDS_COORDINATOR, physician, reason="the patient prefers another town")
    assert (moved.hospital, moved.capacity, Capacity.objects.get().taken) == (None, None, 0)


def test_another_hospital_than_the_proposed_one_takes_a_reason_and_a_place_there(
    proposal: Referral, screener: Actor, physician: Actor
) -> None:
    chosen = hospital(screener, "Where the daughter lives", degrees_north=0.9)
    with pytest.raises(ReasonMissing):
        move(proposal, Status.AUTHORISED, physician, hospital=chosen)
    moved = move(proposal, Status.AUTHORISED, physician, hospital=chosen, code="chosen-by-patient")
    assert (moved.hospital, moved.capacity.hospital) == (chosen, chosen)
    assert {week.hospital.name: week.taken for week in Capacity.objects.all()} == {
        "Near": 0,
        "Where the daughter lives": 1,
    }


def test_a_place_at_a_chosen_hospital_is_in_a_week_in_which_it_opens(
    proposal: Referral, screener: Actor, physician: Actor
) -> None:
    chosen = hospital(screener, "Away this week")
    ClosedDay.objects.bulk_create(
        ClosedDay(hospital=chosen, day=TODAY + timedelta(days=days)) for days in range(7)
    )
    moved = move(proposal, Status.AUTHORISED, physician, hospital=chosen, code="chosen-by-patient")
    assert moved.capacity is not None
    assert moved.capacity.monday == TODAY + timedelta(days=7)


def test_a_hospital_that_never_opens_in_time_holds_no_place(
    proposal: Referral, screener: Actor, physician: Actor
) -> None:
    chosen = hospital(screener, "Holidays only")
    OpeningHours.objects.create(hospital=chosen, day=8, opens=540, closes=1080)
    moved = move(proposal, Status.AUTHORISED, physician, hospital=chosen, code="chosen-by-patient")
    assert (moved.hospital, moved.capacity) == (chosen, None)


def test_another_hospital_without_a_known_place_is_one_agreed_by_telephone(
    proposal: Referral, screener: Actor, physician: Actor
) -> None:
    chosen = hospital(screener, "By telephone", offers={})
    moved = move(proposal, Status.AUTHORISED, physician, hospital=chosen, code="place-agreed")
    assert (moved.hospital, moved.capacity, Capacity.objects.get().taken) == (chosen, None, 0)


def test_another_reason_without_words_is_no_reason(proposal: Referral, physician: Actor) -> None:
    with pytest.raises(ReasonMissing):
        move(proposal, Status.NEEDS_COORDINATOR, physician, code="other")


def test_a_case_of_the_coordinator_goes_to_the_physician_once_a_hospital_is_chosen(
    screener: Actor, clinic: Organization, physician: Actor
) -> None:
    case, coordinator = consented(propose(need(visit(screener))), screener), cast.actor(clinic, "coordinator")
    with pytest.raises(HospitalMissing):
        move(case, Status.PROPOSED, coordinator)
    chosen = hospital(screener, "Agreed by telephone")
    assert move(case, Status.PROPOSED, coordinator, hospital=chosen).hospital == chosen
    assert sent(case, physician).status == "requested"


def test_the_physicians_list_holds_the_unsent_proposals_of_the_own_clinic(
    proposal: Referral, physician: Actor
) -> None:
    assert list(selectors.referrals_waiting_for_physician(by=physician)) == [proposal]
    assert not selectors.referrals_waiting_for_physician(by=cast.actor(cast.clinic(), "physician"))
    move(proposal, Status.AUTHORISED, physician)
    assert not selectors.referrals_waiting_for_physician(by=physician)


@pytest.mark.parametrize(
    ("update", "constraint"),
    [
        ({"hospital": None}, "referral_has_a_hospital"),
        ({"status": "requested"}, "referral_sent_has_a_name"),
        ({"status": "lost"}, "referral_status"),
        ({"urgency": "soon"}, "referral_urgency"),
        ({"authorised_at": NOW}, "referral_(authorised_at_and_by|undecided_has_no_name)"),
    ],
)
def test_the_database_keeps_a_referral_possible(
    proposal: Referral, update: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Referral.objects.filter(pk=proposal.pk).update(**update)


def test_the_patients_choice_wins_over_the_ranking_and_is_recorded(
    proposal: Referral, physician: Actor, screener: Actor
) -> None:
    wished = hospital(screener, "Wished", degrees_north=1.5)
    chosen = move(
        proposal, Status.AUTHORISED, physician, hospital=wished, code=DecisionCode.CHOSEN_BY_PATIENT
    )
    assert chosen.hospital == wished
    last = chosen.history.order_by("pk").last()
    assert (last.hospital, last.code) == (wished, DecisionCode.CHOSEN_BY_PATIENT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_once", [True, False])
def test_who_sends_waits_for_the_visit_without_holding_the_referral(
    proposal: Referral, physician: Actor, *, at_once: bool
) -> None:
    if not at_once:
        move(proposal, Status.AUTHORISED, physician)

    def send() -> None:
        sent(proposal, physician) if at_once else move(proposal, Status.REQUESTED, physician)
        connection.close()

    sender = Thread(target=send)
    with transaction.atomic():
        Encounter.objects.select_for_update(no_key=True).get(pk=proposal.encounter_id)
        sender.start()
        until_somebody_waits()
        Referral.objects.select_for_update(nowait=True).get(pk=proposal.pk)
    sender.join()
    proposal.refresh_from_db()
    assert proposal.status == "requested"


def until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the visit")
