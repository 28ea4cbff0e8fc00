from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from records.actor import Actor
from records.models import AuditEvent
from referrals import events, selectors
from referrals.domain import rules
from referrals.models import Capacity, Referral
from referrals.texts import reason_text
from tests.factories import assessments
from tests.factories import records as cast
from tests.integration.referrals.cast import EMERGENCY, NOW, TODAY, hospital, need, propose, visit


def reasons(referral: Referral, **about: object) -> set[str]:
    return {row.rule_id for row in referral.reasons.filter(**about)}


def test_the_nearest_capable_hospital_is_proposed_and_a_place_is_held(screener: Actor) -> None:
    near, far = hospital(screener, "Near"), hospital(screener, "Far", degrees_north=0.5)
    referral = propose(need(visit(screener)))
    assert (referral.status, referral.hospital, referral.urgency) == ("proposed", near, "urgent")
    assert (referral.capacity.monday, referral.capacity.places, referral.capacity.taken) == (TODAY, 2, 0)
    referral.capacity.refresh_from_db()
    assert referral.capacity.taken == 1
    ranked = referral.candidates.order_by("rank")
    assert [(c.hospital, round(c.distance_km), c.wait_days) for c in ranked] == [(near, 14, 0), (far, 72, 0)]


def test_why_is_stored_with_it(screener: Actor) -> None:
    weak = hospital(screener, "Weak", degrees_north=0.01, capabilities=("eye-clinic", "oct"))
    near = hospital(screener, "Near")
    referral = propose(need(visit(screener)))
    assert reasons(referral, hospital=None) == {rules.REFR_EYE_CLINIC, rules.REFR_DIABETES}
    assert reasons(referral, hospital=near) == {rules.REFR_DISTANCE, rules.REFR_WAIT}
    (passed,) = referral.reasons.filter(passed_over=True)
    assert (passed.hospital, passed.rule_id, passed.subject) == (weak, rules.REFR_LACKS, "laser")


def test_every_stored_reason_has_words(screener: Actor) -> None:
    hospital(screener, "Weak", degrees_north=0.01, capabilities=())
    hospital(screener, "Full", degrees_north=0.02, offers={"urgent": 0})
    hospital(screener, "Silent", degrees_north=0.03, offers={})
    hospital(screener, "Near")
    referral = propose(need(visit(screener, place=None)))
    assert len(referral.reasons.all()) == 8
    assert all(reason_text(reason) for reason in referral.reasons.all())


def test_the_same_assessment_again_changes_nothing(screener: Actor) -> None:
    hospital(screener, "Near")
    once = need(visit(screener))
    assert propose(once) == propose(once)
    assert Capacity.objects.get().taken == 1


def test_an_assessment_that_does_not_refer_leaves_no_referral(screener: Actor) -> None:
    assert propose(assessments.assessment(visit(screener))) is None
    assert not Referral.objects.exists()


def test_a_home_that_is_not_known_is_replaced_by_the_clinics_place_and_says_so(screener: Actor) -> None:
    hospital(screener, "Near")
    referral = propose(need(visit(screener, place=None)))
    assert referral.status == "proposed"
    assert rules.REFR_PLACE_OF_CLINIC in reasons(referral)


def test_a_far_home_is_measured_from_the_home(screener: Actor) -> None:
    hospital(screener, "Seoul")
    busan = hospital(screener, "Busan", place=(35.18, 129.08))
    assert propose(need(visit(screener, place=(35.15, 129.0)))).hospital == busan


def test_without_a_hospital_that_fits_the_case_is_on_the_coordinators_list(screener: Actor) -> None:
    hospital(screener, "Weak", capabilities=("eye-clinic",))
    referral = propose(need(visit(screener)))
    assert (referral.status, referral.hospital, referral.capacity) == ("needs-coordinator", None, None)
    assert rules.REFR_NO_HOSPITAL in reasons(referral)
    assert list(selectors.referrals_waiting_for_coordinator(by=screener)) == [referral]
    assert not selectors.referrals_waiting_for_coordinator(by=cast.actor(cast.clinic()))


def test_a_same_day_case_goes_to_the_nearest_emergency_and_takes_no_place(screener: Actor) -> None:
    hospital(screener, "Near")
    night = hospital(screener, "Night", degrees_north=0.4, capabilities=EMERGENCY, offers={"routine": 1})
    once = need(visit(screener), urgency="stat", days=0, labels="D,O", red_flags="sudden-vision-loss")
    referral = propose(once)
    assert (referral.status, referral.hospital, referral.capacity) == ("proposed", night, None)


def test_a_full_week_sends_the_next_patient_to_the_week_after(screener: Actor) -> None:
    hospital(screener, "Near", offers={"urgent": 1})
    first, second, third, fourth = (propose(need(visit(screener))) for _ in range(4))
    assert [one.capacity.monday.isoformat() for one in (first, second, third)] == [
        "2026-11-23",
        "2026-11-30",
        "2026-12-07",
    ]
    assert fourth.status == "needs-coordinator"


def test_a_newer_assessment_withdraws_the_proposal_and_gives_its_place_back(screener: Actor) -> None:
    hospital(screener, "Near")
    encounter = visit(screener)
    old, new = propose(need(encounter)), propose(need(encounter))
    old.refresh_from_db()
    assert (old.status, old.capacity, new.status) == ("cancelled", None, "proposed")
    assert Capacity.objects.get().taken == 1
    assert [(e.from_status, e.to_status, e.reason) for e in old.history.order_by("pk")] == [
        ("", "proposed", ""),
        ("proposed", "cancelled", "superseded"),
    ]


def test_an_assessment_that_a_newer_one_replaced_proposes_nothing(screener: Actor) -> None:
    hospital(screener, "Near")
    encounter = visit(screener)
    outdated, current = need(encounter), need(encounter)
    proposed = propose(current)
    assert propose(outdated) is None
    proposed.refresh_from_db()
    assert proposed.status == "proposed"


def test_a_referral_already_sent_stands_and_the_coordinator_decides_on_the_new_one(screener: Actor) -> None:
    hospital(screener, "Near")
    encounter = visit(screener)
    sent = propose(need(encounter))
    Referral.objects.filter(pk=sent.pk).update(
        status="requested", authorised_at=NOW, authorised_by=screener.practitioner_id
    )
    new = propose(need(encounter))
    sent.refresh_from_db()
    assert (sent.status, new.status) == ("requested", "needs-coordinator")
    assert rules.REFR_OPEN_ALREADY in reasons(new)


def test_a_decision_is_announced_once_and_audited(screener: Actor) -> None:
    hospital(screener, "Near")
    heard: list[int] = []

    def hear(*, key: int, **_: object) -> None:
        heard.append(key)

    events.referral_decided.connect(hear)
    once = need(visit(screener))
    referral = propose(once)
    propose(once)
    events.referral_decided.disconnect(hear)
    assert heard == [referral.pk]
    event = AuditEvent.objects.get(entity=f"referrals.referral:{referral.pk}")
    assert (event.actor, event.detail) == ("software:referrals.proposer", "proposed")


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_the_last_place_one_gets_it_and_the_other_goes_elsewhere() -> None:
    screener = cast.actor(cast.clinic())
    near = hospital(screener, "Near", offers={"asap": 1})
    far = hospital(screener, "Far", degrees_north=0.5, offers={"asap": 1})
    needs = [need(visit(screener), urgency="asap", days=1) for _ in range(2)]
    start = Barrier(len(needs))

    def work(one: object) -> object:
        try:
            start.wait(timeout=10)
            return propose(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(needs)) as pool:
        made = list(pool.map(work, needs))
    assert {referral.hospital for referral in made} == {near, far}
    assert {week.taken for week in Capacity.objects.all()} == {1}
