from pharmacy.models import Prescription
from pharmacy.tasks import propose_medicine
from records import work
from records.actor import Actor
from records.models import Organization, WorkItem
from tests.integration.pharmacy.cast import NOW, lot, visit, wish


def test_a_waiting_assessment_is_worked_off_and_its_work_row_is_gone(
    clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener)
    waiting = wish(visit(screener))
    work.enqueue("pharmacy.propose_medicine", waiting.pk, now=NOW)
    propose_medicine.run(key=waiting.pk)
    assert Prescription.objects.get().assessment == waiting
    assert not WorkItem.objects.exists()


def test_without_a_work_row_nothing_is_done(clinic: Organization, screener: Actor) -> None:
    propose_medicine.run(key=wish(visit(screener)).pk)
    assert not Prescription.objects.exists()
