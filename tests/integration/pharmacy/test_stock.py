from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from pharmacy import selectors
from pharmacy.errors import LotInvalid
from pharmacy.models import LedgerEntry, Lot, Medicine
from pharmacy.services import lot_receive
from records.actor import Actor
from records.models import Organization
from tests.factories import records as cast
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN, HYPROMELLOSE, NOW, lot

DELIVERY = {
    "medicine_code": CARMELLOSE,
    "gtin": GTIN[CARMELLOSE],
    "number": "A1",
    "expiry": "2028-01",
    "packs": 2,
}


def receive(organization: Organization, by: Actor, **changes: object) -> Lot:
    return lot_receive(organization=organization, by=by, now=NOW, **{**DELIVERY, **changes})


def test_a_delivery_is_on_hand_and_in_the_ledger(clinic: Organization, screener: Actor) -> None:
    received = receive(clinic, screener)
    assert (received.on_hand, received.reserved, received.expiry) == (2, 0, date(2028, 1, 31))
    assert received.medicine.atc == "S01XA20"
    assert [entry.on_hand_change for entry in received.entries.all()] == [2]


def test_more_of_a_known_lot_adds_to_it(clinic: Organization, screener: Actor) -> None:
    receive(clinic, screener)
    assert receive(clinic, screener, packs=5).on_hand == 7
    assert Lot.objects.count() == Medicine.objects.count() == 1
    assert not selectors.lots_out_of_balance().exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"packs": 0}, "packs"),
        ({"packs": -3}, "packs"),
        ({"expiry": "2026-11-22"}, "expiry"),
        ({"expiry": "soon"}, "expiry"),
        ({"gtin": "08806411000018"}, "gtin"),
        ({"number": "  "}, "number"),
        ({"number": "x" * 21}, "number"),
        ({"medicine_code": "latanoprost"}, "medicine_code"),
    ],
)
def test_a_delivery_that_cannot_be_right_is_refused_by_field(
    clinic: Organization, screener: Actor, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(LotInvalid) as caught:
        receive(clinic, screener, **changes)
    assert caught.value.field == field
    assert not LedgerEntry.objects.exists()


def test_a_lot_that_expires_today_is_still_received(clinic: Organization, screener: Actor) -> None:
    assert receive(clinic, screener, expiry="2026-11-23").on_hand == 2


@pytest.mark.parametrize("changes", [{"expiry": "2028-02"}, {"medicine_code": HYPROMELLOSE}])
def test_a_known_lot_does_not_change_its_expiry_or_medicine(
    clinic: Organization, screener: Actor, changes: dict[str, object]
) -> None:
    receive(clinic, screener)
    with pytest.raises(LotInvalid, match="another medicine or expiry"):
        receive(clinic, screener, **changes)
    assert Lot.objects.get().on_hand == 2


@pytest.mark.parametrize(
    ("update", "constraint"),
    [
        ({"on_hand": -1}, "lot_on_hand"),
        ({"reserved": 4}, "lot_reserved_within_on_hand"),
        ({"reserved": -1}, "lot_reserved_within_on_hand"),
        ({"gtin": "123"}, "lot_gtin"),
    ],
)
def test_the_database_keeps_quantities_possible(
    clinic: Organization, screener: Actor, update: dict[str, object], constraint: str
) -> None:
    stored = lot(clinic, screener)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Lot.objects.filter(pk=stored.pk).update(**update)


@pytest.mark.parametrize(
    ("kind", "on_hand", "reserved"),
    [("receive", -1, 0), ("receive", 1, 1), ("reserve", 0, 1), ("release", 0, -1)],
)
def test_the_ledger_refuses_a_movement_whose_signs_do_not_fit(
    clinic: Organization, screener: Actor, kind: str, on_hand: int, reserved: int
) -> None:
    stored = lot(clinic, screener)
    with pytest.raises(IntegrityError, match="ledger_sign_follows_kind"), transaction.atomic():
        LedgerEntry.objects.create(
            lot=stored,
            kind=kind,
            on_hand_change=on_hand,
            reserved_change=reserved,
            recorded_at=NOW,
            actor="x",
        )


def test_a_quantity_changed_behind_the_ledger_shows(clinic: Organization, screener: Actor) -> None:
    stored = lot(clinic, screener)
    Lot.objects.filter(pk=stored.pk).update(on_hand=9)
    assert list(selectors.lots_out_of_balance()) == [stored]
    # The database looks at the commit, which the end of a test is to it.
    Lot.objects.filter(pk=stored.pk).update(on_hand=3)


BEHIND_THE_BOOKS = {
    "more on hand": "UPDATE pharmacy_lot SET on_hand = on_hand + 1 WHERE id = %(lot)s",
    "reserved": "UPDATE pharmacy_lot SET reserved = 1 WHERE id = %(lot)s",
    "in a bay": "UPDATE pharmacy_lot SET in_bay = 1 WHERE id = %(lot)s",
    "set aside": "UPDATE pharmacy_lot SET quarantined = 1 WHERE id = %(lot)s",
    "a line without packs": """INSERT INTO pharmacy_ledgerentry (lot_id, kind, on_hand_change, reserved_change,
        in_bay_change, quarantined_change, recorded_at, actor)
        VALUES (%(lot)s, 'receive', 1, 0, 0, 0, now(), 'x')""",
    "a line changed": "UPDATE pharmacy_ledgerentry SET on_hand_change = 9 WHERE lot_id = %(lot)s",
    "a line moved": "UPDATE pharmacy_ledgerentry SET lot_id = %(other)s WHERE lot_id = %(lot)s",
    "a line deleted": "DELETE FROM pharmacy_ledgerentry WHERE lot_id = %(lot)s",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", BEHIND_THE_BOOKS.values(), ids=BEHIND_THE_BOOKS)
def test_the_database_lets_nobody_commit_a_lot_that_differs_from_its_ledger(statement: str) -> None:
    clinic = cast.clinic()
    by = cast.actor(clinic)
    stored, other = lot(clinic, by), lot(clinic, by)
    with pytest.raises(IntegrityError, match="does not hold what its ledger says"):
        _execute(statement, {"lot": stored.pk, "other": other.pk})
    stored.refresh_from_db()
    assert stored.on_hand == stored.entries.get().on_hand_change == 3


@pytest.mark.django_db(transaction=True)
def test_what_changes_both_sides_alike_is_taken() -> None:
    clinic = cast.clinic()
    stored = lot(clinic, cast.actor(clinic))
    with transaction.atomic():
        _execute(BEHIND_THE_BOOKS["more on hand"], {"lot": stored.pk})
        _execute(BEHIND_THE_BOOKS["a line without packs"], {"lot": stored.pk})
    assert not selectors.lots_out_of_balance().exists()


def _execute(statement: str, values: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_expiry_is_judged_by_the_clinics_own_day(clinic: Organization, screener: Actor) -> None:
    late_evening_in_utc = NOW + timedelta(hours=15)  # already the 24th in Seoul
    with pytest.raises(LotInvalid, match="has passed"):
        lot(clinic, screener, expiry="2026-11-23", now=late_evening_in_utc)
