"""The invented drug data of the demo: enough for its machine, marked, and never in place of real ones."""

from datetime import timedelta

from django.utils import timezone

from config.demo_drug_data import BY, MARK, demo_drug_data
from pharmacy.domain.drug_data import NEEDS
from pharmacy.drug_data_selectors import drug_data_stale, imports_in_force
from pharmacy.models import DrugDataImport, DrugRule
from tests.integration.pharmacy.dispensing import fresh_drug_data

TODAY = timezone.localdate()


def test_every_need_is_met_on_that_day_by_complete_and_marked_imports(db: None) -> None:
    assert demo_drug_data(now=timezone.now(), today=TODAY) == len(NEEDS)
    assert drug_data_stale(TODAY) == ()
    assert {one.imported_by for one in imports_in_force()} == {BY}
    assert all(one.file.startswith("demonstration-") and one.complete for one in imports_in_force())
    assert {one.ingredient for one in DrugRule.objects.all()} == {"demonstratin"}
    assert MARK in set(DrugRule.objects.values_list("detail", flat=True))


def test_a_later_start_makes_them_as_new_as_that_day(db: None) -> None:
    demo_drug_data(now=timezone.now(), today=TODAY)
    later = TODAY + timedelta(days=90)
    assert drug_data_stale(later) != ()
    demo_drug_data(now=timezone.now(), today=later)
    assert drug_data_stale(later) == ()
    assert DrugDataImport.objects.count() == len(NEEDS)


def test_what_was_imported_for_real_stays_in_force(db: None) -> None:
    fresh_drug_data(TODAY)
    assert demo_drug_data(now=timezone.now(), today=TODAY) == 0
    assert {one.imported_by for one in imports_in_force()} == {"test"}
