import pytest
from pytest_django import Settings

from records import work
from records.actor import Actor
from records.models import WorkItem
from referrals.models import Referral
from referrals.tasks import propose_referral
from tests.factories.roads import router
from tests.integration.referrals.cast import NOW, hospital, need, visit


def test_a_waiting_assessment_is_worked_off_and_its_work_row_is_gone(screener: Actor) -> None:
    hospital(screener, "Near")
    waiting = need(visit(screener), days=3650)
    work.enqueue("referrals.propose_referral", waiting.pk, now=NOW)
    propose_referral.run(key=waiting.pk)
    assert Referral.objects.get().assessment == waiting
    assert not WorkItem.objects.exists()


def test_without_a_work_row_nothing_is_done(screener: Actor) -> None:
    propose_referral.run(key=need(visit(screener)).pk)
    assert not Referral.objects.exists()


def test_with_a_router_its_minutes_rank_and_are_kept(screener: Actor, settings: Settings) -> None:
    over_the_pass, in_the_valley = hospital(screener, "Pass"), hospital(screener, "Valley", degrees_north=0.3)
    waiting = need(visit(screener), days=3650)
    work.enqueue("referrals.propose_referral", waiting.pk, now=NOW)
    with router(lambda points: [7200.0 if north < 37.8 else 1200.0 for _, north in points]) as (url, asked):
        settings.OSRM_URL = url
        propose_referral.run(key=waiting.pk)
    assert len(asked) == 1
    ranked = Referral.objects.get().candidates.order_by("rank")
    assert [(one.hospital, one.travel_minutes, one.routed) for one in ranked] == [
        (in_the_valley, 20.0, True),
        (over_the_pass, 120.0, True),
    ]


def test_a_hospital_without_a_way_is_not_proposed_on_an_estimate(screener: Actor, settings: Settings) -> None:
    hospital(screener, "Across the bay")
    by_road = hospital(screener, "By road", degrees_north=0.3)
    waiting = need(visit(screener), days=3650)
    work.enqueue("referrals.propose_referral", waiting.pk, now=NOW)
    with router(lambda points: [None if north < 37.8 else 1200.0 for _, north in points]) as (url, _):
        settings.OSRM_URL = url
        propose_referral.run(key=waiting.pk)
    proposal = Referral.objects.get()
    assert [one.hospital for one in proposal.candidates.all()] == [by_road]
    assert proposal.reasons.filter(
        rule_id="REFR-43", hospital__name="Across the bay", passed_over=True
    ).exists()


@pytest.mark.parametrize("status", [500, 404])
def test_without_an_answer_of_the_router_the_proposal_is_made_on_the_estimate(
    screener: Actor, settings: Settings, status: int
) -> None:
    hospital(screener, "Near")
    waiting = need(visit(screener), days=3650)
    work.enqueue("referrals.propose_referral", waiting.pk, now=NOW)
    with router(status=status) as (url, _):
        settings.OSRM_URL = url
        propose_referral.run(key=waiting.pk)
    (candidate,) = Referral.objects.get().candidates.all()
    assert (candidate.routed, round(candidate.travel_minutes)) == (False, 14)
