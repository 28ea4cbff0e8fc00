from records import work
from records.actor import Actor
from records.models import WorkItem
from referrals.models import Referral
from referrals.tasks import propose_referral
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
