"""A recall reaches the packs in the machine, and the people who may have received some."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from pharmacy import selectors
from pharmacy.drug_data_selectors import lots_recalled
from pharmacy.errors import LotInvalid, PrescriptionClosed
from pharmacy.importers.reader import read_source
from pharmacy.models import Lot, Prescription
from pharmacy.services import (
    counter_hand_over,
    counter_release,
    drug_data_import,
    lots_recall_notified,
    medicine_propose,
    prescription_authorise,
    prescription_override,
    recipients_of_lots,
)
from pharmacy.texts import alert_text
from records.actor import Actor, software
from records.models import AuditEvent, Organization, Role
from tests.factories import records as people
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, HYPROMELLOSE, NOW, lot, visit, wish
from tests.integration.pharmacy.dispensing import fresh_drug_data, scan
from tests.integration.pharmacy.drug_data import Source, imported, recall_row, stored


def recall(tmp_path: Path, lots: str | None, gtin: str | None = GTIN[CARMELLOSE]) -> list[Lot]:
    """The lots that the import of a recall puts into quarantine."""
    reading = read_source(Source.RECALLS, stored(tmp_path, [recall_row(gtin, lots)]))
    return list(drug_data_import(source=Source.RECALLS, reading=reading, by="tester", now=NOW).quarantined)


def quarantine(organization: Organization) -> list[Lot]:
    return lots_recall_notified(by=software("pharmacy.recalls", organization.pk), now=NOW)


def proposed(by: Actor) -> Prescription:
    made = medicine_propose(
        assessment=wish(visit(by)), by=software("pharmacy.proposer", by.organization_id), now=NOW
    )
    assert made is not None
    return made


def test_a_lot_is_found_however_its_number_is_written(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    lot(clinic, screener)
    lot(clinic, screener, HYPROMELLOSE)
    recall(tmp_path, f"OTHER, {ours.number.lower()} ")
    assert list(lots_recalled(clinic.pk)) == [ours]


def test_a_recall_without_lots_names_every_lot_of_its_gtin(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = [lot(clinic, screener), lot(clinic, screener)]
    lot(clinic, screener, HYPROMELLOSE)
    recall(tmp_path, None)
    assert list(lots_recalled(clinic.pk)) == ours


def test_a_recall_without_barcodes_finds_its_packs_by_the_permit(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    recall(tmp_path, None, gtin=None)
    assert not lots_recalled(clinic.pk).exists()
    permit = {"ITEM_SEQ": "201", "ITEM_NAME": "가상", "ETC_OTC_CODE": "일반의약품", "BAR_CODE": ours.gtin}
    imported(Source.PERMITS, stored(tmp_path, [permit]))
    assert list(lots_recalled(clinic.pk)) == [ours]


def test_a_recalled_lot_goes_into_quarantine_once(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    assert recall(tmp_path, ours.number) == [ours]
    assert recall(tmp_path, ours.number) == quarantine(clinic) == []
    ours.refresh_from_db()
    assert (ours.recalled_at, ours.recall_reason) == (NOW, "recall 201-2026-11-20")
    assert ours.on_hand == 3


def test_nothing_of_a_recalled_lot_is_proposed(clinic: Organization, screener: Actor, tmp_path: Path) -> None:
    recalled, other = lot(clinic, screener), lot(clinic, screener, expiry="2028-06")
    recall(tmp_path, recalled.number)
    assert proposed(screener).lot == other


def test_a_proposal_of_a_recalled_lot_goes_to_the_pharmacist_with_the_reason(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    waiting = proposed(screener)
    recall(tmp_path, ours.number)
    waiting.refresh_from_db()
    ours.refresh_from_db()
    assert (waiting.status, waiting.lot, ours.reserved) == ("needs-pharmacist", None, 0)
    assert ours.number in alert_text(selectors.alerts_of(waiting)[-1])
    assert not selectors.lots_out_of_balance().exists()


def test_after_a_recall_nothing_is_left_to_be_answered_for(
    clinic: Organization, screener: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    waiting = proposed(screener)
    recall(tmp_path, ours.number)
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    with pytest.raises(PrescriptionClosed):
        prescription_override(prescription_id=waiting.pk, by=pharmacist, now=NOW, overrides=[])


def test_a_recalled_lot_is_not_received(clinic: Organization, screener: Actor, tmp_path: Path) -> None:
    ours = lot(clinic, screener)
    recall(tmp_path, None)
    with pytest.raises(LotInvalid, match="was recalled"):
        lot(clinic, screener)
    assert list(Lot.objects.all()) == [ours]


def test_whoever_may_have_received_some_is_listed_and_the_reading_audited(
    clinic: Organization, screener: Actor, pharmacist: Actor, tmp_path: Path
) -> None:
    ours = lot(clinic, screener)
    given = proposed(screener)
    prescription_authorise(prescription_id=given.pk, by=pharmacist, now=NOW, warning_signs_asked=True)
    fresh_drug_data()
    counter_release(prescription_id=given.pk, by=pharmacist, now=NOW)
    counter_hand_over(prescription_id=given.pk, scans=[scan(ours, "A")], by=screener, now=NOW)
    proposed(screener)
    found = recipients_of_lots(recall(tmp_path, ours.number), by=pharmacist, now=NOW)
    assert found == [given]
    last = AuditEvent.objects.filter(action="R").latest("sequence")
    assert (last.patient_id, last.detail) == (given.encounter.patient_id, "recall")


def test_a_recall_does_not_reach_into_another_organizations_machine(
    clinic: Organization, screener: Actor, pharmacist: Actor, tmp_path: Path
) -> None:
    elsewhere = people.clinic()
    ours, theirs = lot(clinic, screener), lot(elsewhere, people.actor(elsewhere))
    recall(tmp_path, None)
    Lot.objects.update(recalled_at=None, recall_reason="")
    assert quarantine(clinic) == [ours]
    assert recipients_of_lots([theirs], by=pharmacist, now=NOW) == []
    theirs.refresh_from_db()
    assert theirs.recalled_at is None


@pytest.mark.django_db(transaction=True)
def test_a_delivery_at_the_moment_of_its_recall_is_refused_or_quarantined(tmp_path: Path) -> None:
    here = people.clinic()
    by = people.actor(here)
    reading = read_source(Source.RECALLS, stored(tmp_path, [recall_row(GTIN[CARMELLOSE], None)]))
    start = Barrier(2)

    def receive() -> None:
        start.wait(timeout=10)
        with suppress(LotInvalid):
            lot(here, by)

    def take_in() -> None:
        start.wait(timeout=10)
        drug_data_import(source=Source.RECALLS, reading=reading, by="tester", now=NOW)

    def alone(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(alone, (receive, take_in)))
    assert not Lot.objects.filter(recalled_at=None).exists()
