"""From a pharmacist's release to the machine's order: bound, short-lived, one at a time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from pharmacy.domain.fhir_status import fhir_status
from pharmacy.errors import (
    BayUnavailable,
    DispenseClosed,
    DrugDataStale,
    LotBlocked,
    PrescriptionClosed,
    ReleaseTaken,
    SafetyStops,
)
from pharmacy.models import Bay, Dispense, DispenseStatus, DrugDataImport, Lot, Prescription
from pharmacy.services import (
    dispense_begin,
    dispense_cancel,
    dispense_release,
    lots_recall,
    prescription_refuse,
    releases_expire,
    safety_answers_record,
    supply_end,
)
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, WorkItem
from tests.factories import records as cast
from tests.integration.pharmacy.cast import CLEAR, NOW, visit, wish
from tests.integration.pharmacy.dispensing import SOON, Scene, books, scene
from tests.integration.pharmacy.test_concurrency import proposing

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


def status_of(dispense: Dispense) -> str:
    dispense.refresh_from_db()
    return dispense.status


def begin(here: Scene, dispense: Dispense, now=SOON):
    return dispense_begin(dispense_id=dispense.pk, by=here.software, now=now)


def allergic(here: Scene, of: Prescription) -> None:
    answers = replace(CLEAR, allergies=("carmellose",))
    safety_answers_record(encounter=of.encounter, answers=answers, by=here.screener, now=NOW)


def test_a_release_reserves_nothing_more_and_deducts_nothing(here: Scene, stored: Lot) -> None:
    here.released()
    assert books(stored) == {"on_hand": 5, "reserved": 1}


def test_a_release_puts_the_order_to_the_machine_into_the_queue(here: Scene, stored: Lot) -> None:
    made = here.released()
    assert WorkItem.objects.get().kind == "pharmacy.dispense_packs"
    assert WorkItem.objects.get().key == made.pk


def test_a_release_and_its_end_are_audited_with_the_patient(here: Scene, stored: Lot) -> None:
    made = here.released()
    dispense_cancel(dispense_id=made.pk, by=here.pharmacist, now=SOON, reason="patient left")
    noted = AuditEvent.objects.filter(entity__startswith="pharmacy.dispense").order_by("pk")
    assert [(event.detail, event.reason) for event in noted] == [
        ("released", ""),
        ("cancelled", "patient left"),
    ]


@pytest.mark.parametrize("role", ["screener", "physician", "administrator"])
def test_only_the_pharmacist_releases(here: Scene, stored: Lot, role: str) -> None:
    of = here.authorised()
    with pytest.raises(RoleRefused):
        dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=cast.actor(here.clinic, role), now=NOW)


def test_the_software_never_releases(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    with pytest.raises(RoleRefused):
        dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=here.software, now=NOW)


def test_a_proposal_without_a_name_under_it_is_not_released(here: Scene, stored: Lot) -> None:
    proposed = proposing(wish(visit(here.screener)))()
    with pytest.raises(PrescriptionClosed):
        dispense_release(prescription_id=proposed.pk, bay_id=here.bay.pk, by=here.pharmacist, now=NOW)


def test_a_clinic_in_a_country_without_a_policy_releases_nothing(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    here.clinic.country = "FR"
    here.clinic.save()
    with pytest.raises(RoleRefused):
        dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=here.pharmacist, now=NOW)


def test_neither_medicine_nor_bay_of_another_clinic_is_found(here: Scene, stored: Lot) -> None:
    of, elsewhere = here.authorised(), scene()
    with pytest.raises(RecordNotFound):
        dispense_release(prescription_id=of.pk, bay_id=elsewhere.bay.pk, by=here.pharmacist, now=NOW)
    with pytest.raises(RecordNotFound):
        dispense_release(prescription_id=of.pk, bay_id=here.bay.pk, by=elsewhere.pharmacist, now=NOW)


def test_a_medicine_is_released_once_at_a_time(here: Scene, stored: Lot) -> None:
    made = here.released()
    with pytest.raises(ReleaseTaken):
        here.released(made.prescription)


def test_a_bay_takes_one_order_at_a_time(here: Scene, stored: Lot) -> None:
    here.released()
    with pytest.raises(BayUnavailable):
        here.released()


def test_a_locked_bay_takes_no_order(here: Scene, stored: Lot) -> None:
    Bay.objects.update(locked_since=NOW, lock_reason="machine-silent")
    with pytest.raises(BayUnavailable):
        here.released()


def test_a_recalled_lot_is_not_released(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    Lot.objects.update(recalled_at=NOW, recall_reason="notice 1")
    with pytest.raises(LotBlocked, match="recalled"):
        here.released(of)


def test_a_recall_takes_an_authorised_medicine_back_to_the_pharmacist(here: Scene, stored: Lot) -> None:
    made = here.released()
    lots_recall(gtin=stored.gtin, reason="notice 1", by=here.pharmacist, now=NOW)
    of = Prescription.objects.get()
    stored.refresh_from_db()
    assert (of.status, of.lot, stored.reserved) == ("needs-pharmacist", None, 0)
    assert (status_of(made), made.reason) == ("cancelled", "lot-recalled")


@pytest.mark.parametrize("source", ["recalls", "kids-pairs"])
def test_nothing_is_released_by_drug_data_that_are_too_old(here: Scene, stored: Lot, source: str) -> None:
    of = here.authorised()
    DrugDataImport.objects.filter(source=source).update(as_of=NOW.date() - timedelta(days=61))
    with pytest.raises(DrugDataStale, match="import them"):
        here.released(of)


def test_a_release_ends_when_its_drug_data_are_gone(here: Scene, stored: Lot) -> None:
    made = here.released()
    DrugDataImport.objects.update(complete=False)
    assert begin(here, made) is None
    assert (status_of(made), made.reason) == ("cancelled", "drug-data-stale")


def test_what_is_reported_after_the_authorisation_stops_the_release(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    allergic(here, of)
    with pytest.raises(SafetyStops):
        here.released(of)


def test_what_is_reported_after_the_release_stops_the_machine(here: Scene, stored: Lot) -> None:
    made = here.released()
    allergic(here, made.prescription)
    assert begin(here, made) is None
    assert (status_of(made), made.reason) == ("cancelled", "safety-stop")


@pytest.mark.parametrize(("expiry", "released"), [("2027-01-05", True), ("2027-01-04", False)])
def test_a_lot_is_released_while_it_outlasts_its_use_by_thirty_days(
    here: Scene, stored: Lot, expiry: str, released: bool
) -> None:
    of = here.authorised()
    assert of.supply_days == 14
    Lot.objects.filter(pk=stored.pk).update(expiry=expiry)
    if released:
        assert here.released(of).status == "released"
    else:
        with pytest.raises(LotBlocked, match="expires-too-soon"):
            here.released(of)


def test_a_recalled_lot_is_not_proposed_to_anybody(here: Scene, stored: Lot) -> None:
    lots_recall(gtin=stored.gtin, reason="notice 1", by=here.pharmacist, now=NOW)
    assert proposing(wish(visit(here.screener)))().status == "needs-pharmacist"


def test_the_machine_is_asked_for_the_released_lot_and_no_other(here: Scene, stored: Lot) -> None:
    made = here.released()
    order = begin(here, made)
    assert (order.article, order.lot, order.minimum_expiry) == (stored.gtin, stored.number, stored.expiry)
    assert (order.packs, order.bay, status_of(made)) == (1, "1", "dispensing")


def test_a_release_holds_ten_minutes(here: Scene, stored: Lot) -> None:
    made = here.released()
    assert begin(here, made, now=NOW + timedelta(minutes=10)) is None
    assert (status_of(made), made.reason) == ("expired", "release-expired")


def test_a_release_is_good_to_its_last_second(here: Scene, stored: Lot) -> None:
    assert begin(here, here.released(), now=NOW + timedelta(minutes=9, seconds=59)) is not None


def test_the_sweep_ends_releases_whose_time_is_over_and_leaves_the_others(here: Scene, stored: Lot) -> None:
    made = here.released()
    assert releases_expire(by=here.software, now=SOON) == 0
    assert releases_expire(by=here.software, now=NOW + timedelta(minutes=10)) == 1
    assert status_of(made) == "expired"
    assert books(stored) == {"on_hand": 5, "reserved": 1}


def test_after_a_release_ran_out_the_medicine_is_released_anew(here: Scene, stored: Lot) -> None:
    made = here.released()
    releases_expire(by=here.software, now=NOW + timedelta(minutes=10))
    assert here.released(made.prescription).pk != made.pk


@pytest.mark.parametrize(
    "change",
    [
        lambda made: Prescription.objects.update(lot=scene_lot(made)),
        lambda made: Lot.objects.update(expiry="2029-01-31"),
        lambda made: Lot.objects.update(number="OTHER"),
        lambda made: Dispense.objects.update(packs=2),
        lambda made: Dispense.objects.update(
            bay=Bay.objects.create(machine=made.bay.machine, destination="2")
        ),
    ],
    ids=["other lot", "other expiry", "other number", "more packs", "other bay"],
)
def test_what_is_no_longer_what_was_released_is_not_asked_for(here: Scene, stored: Lot, change) -> None:
    made = here.released()
    change(made)
    assert begin(here, made) is None
    assert (status_of(made), made.reason) == ("cancelled", "order-changed")


def scene_lot(made: Dispense) -> Lot:
    lot = Lot.objects.get(pk=made.lot_id)
    lot.pk, lot.number, lot.on_hand, lot.reserved = None, "TWIN", 0, 0
    lot.save()
    return lot


def test_a_bay_that_was_locked_after_the_release_gets_no_order(here: Scene, stored: Lot) -> None:
    made = here.released()
    Bay.objects.update(locked_since=NOW, lock_reason="door-open")
    assert begin(here, made) is None
    assert made.prescription.dispenses.get().reason == "bay-locked"


def test_a_recall_takes_back_releases_of_the_lot(here: Scene, stored: Lot) -> None:
    made = here.released()
    lots_recall(gtin=stored.gtin, number=stored.number, reason="notice 1", by=here.pharmacist, now=SOON)
    assert (status_of(made), made.reason) == ("cancelled", "lot-recalled")
    assert begin(here, made) is None


def test_a_lot_recalled_behind_the_services_gets_no_order(here: Scene, stored: Lot) -> None:
    made = here.released()
    Lot.objects.update(recalled_at=NOW, recall_reason="notice 1")
    assert begin(here, made) is None
    assert (status_of(made), made.reason) == ("cancelled", "lot-recalled")


def test_a_release_does_not_outlast_the_last_day_of_its_lot(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    Lot.objects.update(expiry="2027-01-05")
    before_midnight = NOW.replace(hour=14, minute=55)  # in Seoul, five minutes before
    made = dispense_release(
        prescription_id=of.pk, bay_id=here.bay.pk, by=here.pharmacist, now=before_midnight
    )
    assert begin(here, made, now=before_midnight + timedelta(minutes=6)) is None
    assert (status_of(made), made.reason) == ("cancelled", "lot-expires-too-soon")


def test_an_order_that_was_begun_before_is_not_sent_again_and_locks_the_bay(here: Scene, stored: Lot) -> None:
    made = here.begun()
    assert begin(here, made) is None
    here.bay.refresh_from_db()
    assert (status_of(made), here.bay.lock_reason) == ("unknown", "worker-lost")


def test_a_release_is_taken_back_until_the_machine_has_it(here: Scene, stored: Lot) -> None:
    made = here.begun()
    with pytest.raises(DispenseClosed):
        dispense_cancel(dispense_id=made.pk, by=here.pharmacist, now=SOON, reason="changed my mind")


def test_a_released_medicine_is_not_refused_behind_the_machine_s_back(here: Scene, stored: Lot) -> None:
    made = here.released()
    refusal = {"by": here.pharmacist, "now": SOON, "code": "pack-unusable"}
    with pytest.raises(PrescriptionClosed):
        prescription_refuse(prescription_id=made.prescription_id, **refusal)
    dispense_cancel(dispense_id=made.pk, by=here.pharmacist, now=SOON, reason="refused")
    prescription_refuse(prescription_id=made.prescription_id, **refusal)
    assert books(stored) == {"on_hand": 5}


def test_what_nobody_fetches_goes_back_to_the_shelf(here: Scene, stored: Lot) -> None:
    of = here.authorised()
    supply_end(prescription_id=of.pk, by=here.pharmacist, now=SOON, reason="not fetched")
    assert books(stored) == {"on_hand": 5}
    with pytest.raises(PrescriptionClosed):
        here.released(of)


@pytest.mark.parametrize("status", DispenseStatus.values)
def test_every_status_has_a_word_in_fhir(status: str) -> None:
    known = {
        "preparation",
        "in-progress",
        "cancelled",
        "on-hold",
        "completed",
        "stopped",
        "declined",
        "unknown",
    }
    assert {fhir_status(status, packs_handed_over=packs) for packs in (0, 1)} <= known


def test_the_database_itself_keeps_a_second_open_release_out(here: Scene, stored: Lot) -> None:
    made = here.released()
    made.pk = None
    made.bay = Bay.objects.create(machine=here.bay.machine, destination="2")
    with pytest.raises(IntegrityError, match="dispense_one_open_per_prescription"), transaction.atomic():
        made.save()
