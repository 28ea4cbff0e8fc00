"""The stock in the portal: what lies where, packs that come in, are set aside, counted and recalled."""

import ast
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.stock.words import ADVICE
from pharmacy.domain.storage import Storage
from pharmacy.models import (
    Bay,
    DrugDataImport,
    LedgerEntry,
    Lot,
    LotCount,
    Machine,
    Prescription,
    Product,
    TemperatureExcursion,
    TemperatureReading,
)
from pharmacy.services.stock import medicine_row
from records.models import AuditAction, AuditEvent, Membership, Organization, Role
from referrals.services import needs_record
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast
from tests.integration.pharmacy.cast import CARMELLOSE, GTIN

pytestmark = pytest.mark.django_db
LIST, RECEIVE, RECALL = reverse("stock"), reverse("stock-receive"), reverse("stock-recall")
HAND, TEMPERATURE, LOG = (
    reverse("stock-receive-hand"),
    reverse("stock-temperature"),
    reverse("stock-temperature-log"),
)
ROOT = Path(__file__).resolve().parents[3]
CODE = f"01{GTIN[CARMELLOSE]}17290131\x1d10B32542"


@pytest.fixture
def pharmacist(colleague: Callable[[str], Client]) -> Client:
    return colleague(Role.PHARMACIST)


@pytest.fixture
def stocked(clinic: Organization, membership: Membership) -> Lot:
    """The first of three lots of nine packs."""
    cast.stock(clinic, membership.actor())
    return Lot.objects.get(number="LOT0")


def page(client: Client, address: str = LIST) -> str:
    return client.get(address).content.decode()


def of_lot(name: str, lot: Lot) -> str:
    return reverse(f"stock-{name}", args=[lot.pk])


def test_a_clinic_without_packs_reads_where_to_begin(pharmacist: Client) -> None:
    shown = page(pharmacist)
    assert "Nothing was received yet" in shown and "has no dispensing machine" in shown


def test_lots_stand_in_the_order_in_which_they_are_given_with_what_keeps_them_back(
    pharmacist: Client, stocked: Lot, clinic: Organization
) -> None:
    today = timezone.localdate()
    for number, days in (("OLD", -1), ("SOON", 20), ("NEXT", 90)):
        twin = Lot.objects.create(
            organization=clinic,
            medicine=stocked.medicine,
            gtin=stocked.gtin,
            number=number,
            expiry=today + timedelta(days=days),
        )
        LedgerEntry.objects.create(
            lot=twin,
            kind="receive",
            on_hand_change=2,
            reserved_change=0,
            recorded_at=timezone.now(),
            actor="x",
        )
        Lot.objects.filter(pk=twin.pk).update(on_hand=2)
    shelf = next(one for one in pharmacist.get(LIST).context["shelves"] if one.code == stocked.medicine.code)
    signs = [(row.lot.number, row.sign, row.first) for row in shelf.rows]
    assert signs == [
        ("OLD", "expired", False),
        ("SOON", "short", False),
        ("NEXT", "", True),
        ("LOT0", "", False),
    ]
    assert (shelf.usable, shelf.low) == (11, False)
    shown = page(pharmacist)
    assert "Expires too soon for a supply" in shown and "Given next" in shown


def test_few_packs_are_said_to_be_few(pharmacist: Client, stocked: Lot) -> None:
    assert "order more" not in page(pharmacist)
    aside = {"quarantine-packs": 7, "quarantine-reason": "damaged"}
    pharmacist.post(of_lot("quarantine", stocked), aside)
    assert "order more" in page(pharmacist)


def test_the_age_of_every_drug_data_need_is_shown_with_what_to_do(pharmacist: Client) -> None:
    needs = {row.need.name: row for row in pharmacist.get(LIST).context["needs"]}
    assert len(needs) == 9 and all(row.stale for row in needs.values())
    DrugDataImport.objects.create(
        source="recalls",
        file="x.json",
        sha256="0" * 64,
        as_of=timezone.localdate() - timedelta(days=7),
        complete=True,
        rows_read=1,
        rows_refused=0,
        values_stored=1,
        imported_at=timezone.now(),
        imported_by="x",
        reader="x",
        checked_at=timezone.now(),
    )
    row = next(one for one in pharmacist.get(LIST).context["needs"] if one.need.name == "recalls")
    assert (row.age_days, row.stale) == (7, False)


def test_the_machine_s_last_word_and_its_locked_bays_are_shown(
    pharmacist: Client, clinic: Organization
) -> None:
    now = timezone.now()
    machine = Machine.objects.create(
        organization=clinic, name="M", host="127.0.0.1", port=1, number=1, our_number=2
    )
    assert "never asked" in page(pharmacist)
    Machine.objects.update(state="Ready", state_at=now)
    assert "It works." in page(pharmacist) and "No bay is locked" in page(pharmacist)
    Bay.objects.create(machine=machine, destination="7", locked_since=now, lock_reason="machine-silent")
    Machine.objects.update(state="NotReady")
    shown = page(pharmacist)
    assert "Bay 7 is locked" in shown and "does not work" in shown and "NotReady" in shown


def test_the_stock_says_whether_its_books_add_up(pharmacist: Client, stocked: Lot) -> None:
    assert "The books add up" in page(pharmacist)
    Lot.objects.filter(pk=stocked.pk).update(on_hand=8)
    shown = page(pharmacist)
    assert "does not add up to what it says" in shown and "The books add up" not in shown
    # The database looks at the commit, which the end of a test is to it.
    Lot.objects.filter(pk=stocked.pk).update(on_hand=9)


def test_a_lot_s_ledger_adds_up_and_names_who(pharmacist: Client, stocked: Lot) -> None:
    pharmacist.post(of_lot("quarantine", stocked), {"quarantine-packs": 2, "quarantine-reason": "damaged"})
    answer = pharmacist.get(of_lot("lot", stocked))
    ledger = answer.context["ledger"]
    assert ledger.balanced and ledger.sums == [7, 0, 0, 2]
    assert [line.who for line in ledger.lines] == ["Screener Kim", "Pharmacist Kim"]
    assert "adds up" in answer.content.decode()


def test_a_scanned_delivery_of_a_known_product_is_booked(nurse: Client, stocked: Lot) -> None:
    told = nurse.post(RECEIVE, {"scan": CODE, "packs": 4}, follow=True).content.decode()
    assert "4 packs of lot B32542 are booked" in told
    assert Lot.objects.get(number="B32542").on_hand == 4


@pytest.mark.parametrize("separator", ["\x1d", "|", "~", "^", "␝"])
def test_the_separator_is_understood_as_scanners_type_it(nurse: Client, stocked: Lot, separator: str) -> None:
    typed = f"]d201{stocked.gtin}10AB{separator}17290131\r"
    assert nurse.post(RECEIVE, {"scan": typed, "packs": 1}).status_code == 302
    assert Lot.objects.filter(number="AB").exists()


def test_the_first_lot_of_a_product_asks_once_for_the_medicine(nurse: Client) -> None:
    asked = nurse.post(RECEIVE, {"scan": CODE, "packs": 4})
    assert asked.status_code == 422 and "Choose once which medicine" in asked.content.decode()
    assert asked.context["scan"]["scan"].value().endswith("10B32542")
    assert nurse.post(RECEIVE, {"scan": CODE, "packs": 4, "medicine": CARMELLOSE}).status_code == 302
    assert nurse.post(RECEIVE, {"scan": CODE.replace("B32542", "C1"), "packs": 1}).status_code == 302


def test_the_list_of_products_says_what_is_in_a_pack(nurse: Client) -> None:
    Product.objects.create(
        gtin=GTIN[CARMELLOSE],
        medicine=medicine_row(CARMELLOSE),
        name="Synthetic tears",
        legal_class="otc",
        source="made up",
        evidence="P",
        loaded_at=timezone.now(),
    )
    wrong = nurse.post(RECEIVE, {"scan": CODE, "packs": 4, "medicine": "ketotifen-0.025"})
    assert "belongs to another medicine" in wrong.content.decode() and not Lot.objects.exists()
    assert nurse.post(RECEIVE, {"scan": CODE, "packs": 4}).status_code == 302
    assert Lot.objects.get().medicine.code == CARMELLOSE


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        ("hello", "no GS1 code"),
        (CODE.replace("290131", "270931"), "does not exist"),
        (f"01{GTIN[CARMELLOSE]}17290131", "is missing in this code"),
        (CODE.replace(GTIN[CARMELLOSE], "08806411000018"), "check digit"),
        (CODE.replace("290131", "200131"), "It has expired"),
    ],
)
def test_a_scan_that_cannot_be_right_is_refused_and_given_back(
    nurse: Client, stocked: Lot, scan: str, said: str
) -> None:
    refused = nurse.post(RECEIVE, {"scan": scan, "packs": 4})
    assert refused.status_code == 422 and said in refused.content.decode()
    assert refused.context["scan"]["scan"].value() == scan
    assert Lot.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"gtin": "8806411000018"}, "gtin", "mistyped"),
        ({"gtin": "05415062303238"}, "medicine", "Choose once"),
        ({"expiry": "2029-02-30"}, "expiry", "no such day"),
        ({"expiry": "soon"}, "expiry", "as on the pack"),
        ({"expiry": "2020-01"}, "expiry", "has expired"),
        ({"number": "x" * 21}, "number", "up to 20"),
        ({"packs": "0"}, "packs", "greater than or equal to 1"),
        ({"number": "LOT0", "expiry": "2030-01"}, "expiry", "another expiry"),
    ],
)
def test_a_delivery_by_hand_is_refused_at_the_detail_to_correct(
    nurse: Client, stocked: Lot, changes: dict[str, str], field: str, said: str
) -> None:
    typed = {"gtin": stocked.gtin, "number": "N1", "expiry": "2029-01", "packs": "3"} | changes
    refused = nurse.post(HAND, {f"hand-{name}": value for name, value in typed.items()})
    form = refused.context["hand"]
    assert refused.status_code == 422 and said in str(form.errors[field])
    assert {name: form[name].value() for name in typed} == typed


def test_the_bars_of_a_pack_find_its_product_and_ask_for_lot_and_expiry(nurse: Client, stocked: Lot) -> None:
    asked = nurse.post(RECEIVE, {"scan": f"]E0{stocked.gtin[1:]}", "packs": 4})
    shown = asked.content.decode()
    assert asked.status_code == 200 and "do not name lot and expiry" in shown
    assert asked.context["asked"]["medicine"] == stocked.medicine.code
    hand = asked.context["hand"]
    typed = {f"hand-{name}": hand[name].value() for name in ("gtin", "packs", "medicine")}
    typed |= {"hand-number": "N1", "hand-expiry": "2029-01"}
    assert nurse.post(HAND, typed).status_code == 302
    assert (Lot.objects.get(number="N1").gtin, Lot.objects.get(number="N1").on_hand) == (stocked.gtin, 4)


def test_the_bars_of_a_new_product_ask_for_the_medicine_too(nurse: Client) -> None:
    asked = nurse.post(RECEIVE, {"scan": GTIN[CARMELLOSE][1:], "packs": 4})
    assert asked.status_code == 200 and "Choose once which medicine" in asked.content.decode()
    assert asked.context["hand"]["gtin"].value() == GTIN[CARMELLOSE] and not Lot.objects.exists()


def test_bars_with_a_wrong_check_digit_are_refused_and_given_back(nurse: Client, stocked: Lot) -> None:
    refused = nurse.post(RECEIVE, {"scan": "8806411000018", "packs": 4})
    assert refused.status_code == 422 and "check digit" in refused.content.decode()
    assert refused.context["scan"]["scan"].value() == "8806411000018"


def test_a_delivery_by_hand_is_booked(nurse: Client, stocked: Lot) -> None:
    typed = {"gtin": stocked.gtin, "number": "N1", "expiry": "2029-01", "packs": "3"}
    assert nurse.post(HAND, {f"hand-{name}": value for name, value in typed.items()}).status_code == 302
    assert Lot.objects.get(number="N1").on_hand == 3


def test_a_recalled_lot_is_not_received(nurse: Client, pharmacist: Client, stocked: Lot) -> None:
    recalled = {"gtin": stocked.gtin, "number": stocked.number, "reason": "notice 7"}
    assert "One lot is recalled" in pharmacist.post(RECALL, recalled, follow=True).content.decode()
    again = CODE.replace("B32542", stocked.number)
    refused = nurse.post(RECEIVE, {"scan": again, "packs": 1})
    assert refused.status_code == 422 and "was recalled" in refused.content.decode()
    shown = page(pharmacist, RECALL)
    assert "notice 7" in shown and stocked.number in shown
    assert "Recalled: give none" in page(pharmacist)


def test_a_recall_needs_a_reason_and_a_number_that_can_be(pharmacist: Client, stocked: Lot) -> None:
    for wrong in ({"reason": " "}, {"gtin": "1"}):
        typed = {"gtin": stocked.gtin, "number": "", "reason": "notice"} | wrong
        assert pharmacist.post(RECALL, typed).status_code == 422
    nothing = {"gtin": stocked.gtin, "number": "NONE", "reason": "notice"}
    assert "No lot here has this number" in pharmacist.post(RECALL, nothing, follow=True).content.decode()
    assert not Lot.objects.filter(recalled_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("act", "typed", "said"),
    [
        ("quarantine", {"packs": 10, "reason": "damaged"}, "So many packs are not there"),
        ("quarantine", {"packs": 1, "reason": " "}, "required"),
        ("quarantine", {"packs": 0, "reason": "damaged"}, "greater than or equal to 1"),
        ("destroy", {"packs": 1, "reason": "burnt"}, "So many packs are not there"),
        ("count", {"in_machine": -1}, "greater than or equal to 0"),
    ],
)
def test_a_movement_that_cannot_be_is_refused_and_given_back(
    pharmacist: Client, stocked: Lot, act: str, typed: dict[str, object], said: str
) -> None:
    refused = pharmacist.post(of_lot(act, stocked), {f"{act}-{name}": value for name, value in typed.items()})
    form = refused.context["forms"][act]
    assert refused.status_code == 422 and said in str(form.errors)
    stocked.refresh_from_db()
    assert (stocked.on_hand, stocked.quarantined) == (9, 0)


def test_packs_are_set_aside_and_then_destroyed(pharmacist: Client, stocked: Lot) -> None:
    pharmacist.post(of_lot("quarantine", stocked), {"quarantine-packs": 3, "quarantine-reason": "damaged"})
    pharmacist.post(of_lot("destroy", stocked), {"destroy-packs": 2, "destroy-reason": "burnt"})
    stocked.refresh_from_db()
    assert (stocked.on_hand, stocked.quarantined) == (6, 1)


def test_a_screener_counts_and_reads_what_changed(nurse: Client, stocked: Lot) -> None:
    told = nurse.post(of_lot("count", stocked), {"count-in_machine": 8}, follow=True).content.decode()
    assert "8 instead of 9" in told
    assert LotCount.objects.get().booked == 9
    told = nurse.post(of_lot("count", stocked), {"count-in_machine": 8}, follow=True).content.decode()
    assert "what the books had" in told


def test_who_received_a_lot_is_listed_with_the_read_audited(
    pharmacist: Client, clinic: Organization, membership: Membership
) -> None:
    lot = _supplied(clinic, membership)
    shown = page(pharmacist, of_lot("recipients", lot))
    assert "홍길동" in shown and "not known to be handed over" in shown
    audited = AuditEvent.objects.filter(detail="recall", action=AuditAction.READ)
    assert audited.count() == 1
    csv = pharmacist.get(of_lot("recipients-csv", lot))
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "name,record number,birth date,when,packs,certain,telephone"
    assert lines[1].startswith("홍길동,") and lines[1].endswith(",1,no,") and len(lines) == 2
    assert audited.count() == 2 and "홍길동" not in csv.headers["Content-Disposition"]


def test_whoever_has_packs_of_a_lot_is_listed_with_the_number_to_call(
    pharmacist: Client, clinic: Organization, membership: Membership
) -> None:
    lot = _supplied(clinic, membership)
    patient = Prescription.objects.get(lot=lot).encounter.patient
    needs_record(
        patient=patient,
        caretaker="딸",
        caretaker_phone="010-1234-5678",
        by=membership.actor(),
        now=timezone.now(),
    )
    assert "010-1234-5678" in page(pharmacist, of_lot("recipients", lot))
    assert pharmacist.get(of_lot("recipients-csv", lot)).content.decode().rstrip().endswith("010-1234-5678")


def test_who_received_a_lot_that_an_imported_recall_names_is_reached_from_the_recalls(
    pharmacist: Client, clinic: Organization, membership: Membership
) -> None:
    lot = _supplied(clinic, membership)
    Lot.objects.filter(pk=lot.pk).update(recalled_at=timezone.now(), recall_reason="recall 2026-1")
    shown = page(pharmacist, RECALL)
    assert of_lot("recipients", lot) in shown and "recall 2026-1" in shown
    assert "<strong>0</strong> patients have packs of it" in shown
    assert "홍길동" in page(pharmacist, of_lot("recipients", lot))


def _supplied(clinic: Organization, membership: Membership) -> Lot:
    """A lot of which a pack was released before the counter was kept, so that nobody knows whether it was given."""
    by = membership.actor()
    cast.stock(clinic, by)
    case = cast.screened(by, *_dry(), name="홍길동", seed=10, symptoms={"dry_or_gritty": True})
    prescription = case.prescriptions.get()
    person = people.member(clinic, Role.PHARMACIST).practitioner
    prescription.status, prescription.authorised_at = "authorised", timezone.now()
    prescription.authorised_by, prescription.perhaps_given = person, True
    prescription.save()
    return prescription.lot


def _dry() -> tuple[object, ...]:
    return screening.eye("R", G=0.9), screening.eye("L")


def test_nothing_of_another_clinic_is_shown_or_moved(
    pharmacist: Client, stocked: Lot, colleague: Callable[[str], Client]
) -> None:
    elsewhere = people.clinic()
    cast.stock(elsewhere, people.actor(elsewhere))
    theirs = Lot.objects.filter(organization=elsewhere).first()
    ours = {row.lot.organization_id for one in pharmacist.get(LIST).context["shelves"] for row in one.rows}
    assert elsewhere.pk not in ours
    for name in ("lot", "recipients", "recipients-csv"):
        assert pharmacist.get(of_lot(name, theirs)).status_code == 404
    acts = {
        "quarantine": {"quarantine-packs": 1, "quarantine-reason": "x"},
        "destroy": {"destroy-packs": 1, "destroy-reason": "x"},
        "count": {"count-in_machine": 1},
    }
    for name, typed in acts.items():
        assert pharmacist.post(of_lot(name, theirs), typed).status_code == 404
    pharmacist.post(RECALL, {"gtin": theirs.gtin, "number": theirs.number, "reason": "x"})
    theirs.refresh_from_db()
    assert (theirs.on_hand, theirs.recalled_at) == (9, None)


def test_a_reading_by_hand_outside_keeps_back_what_lies_there_until_the_pharmacist_decides(
    nurse: Client, pharmacist: Client, stocked: Lot
) -> None:
    assert "No temperature was noted in the last 24 hours" in page(nurse)
    nurse.post(TEMPERATURE, {"storage": "room", "celsius": "31,5"})
    assert "Too warm or too cold: give none" in page(nurse)
    assert "The pharmacist decides." in page(nurse, TEMPERATURE)
    one = TemperatureExcursion.objects.get()
    decide = reverse("stock-excursion", args=[one.pk])
    given = {f"{one.pk}-decision": "keep", f"{one.pk}-reason": "an hour only", f"{one.pk}-seen": 1}
    assert nurse.post(decide, given).status_code == 403
    assert pharmacist.post(decide, given | {f"{one.pk}-reason": " "}).status_code == 422
    assert pharmacist.post(decide, given).status_code == 302
    assert "Too warm or too cold" not in page(pharmacist)
    again = pharmacist.post(decide, given)
    assert again.status_code == 422
    assert "an hour only" in page(pharmacist, TEMPERATURE)


def test_whoever_receives_into_a_place_that_was_too_warm_reads_what_keeps_the_packs_back(
    nurse: Client, stocked: Lot
) -> None:
    nurse.post(TEMPERATURE, {"storage": "room", "celsius": "31,5"})
    assert "31.5 °C on" in page(nurse, RECEIVE)
    told = nurse.post(RECEIVE, {"scan": CODE, "packs": 4}, follow=True).content.decode()
    assert "None of it is given until the pharmacist decides" in told and "31.5 to 31.5 °C" in told
    nurse.post(TEMPERATURE, {"storage": "fridge", "celsius": "4"})
    assert "4.0 °C on" not in page(nurse, RECEIVE)


def test_the_receive_page_says_that_nobody_looked_at_the_thermometer_lately(
    nurse: Client, stocked: Lot
) -> None:
    old = "No temperature was noted in the last 24 hours"
    assert page(nurse, RECEIVE).count(old) == 1
    nurse.post(TEMPERATURE, {"storage": "room", "celsius": "21"})
    assert old not in page(nurse, RECEIVE)
    TemperatureReading.objects.update(measured_at=timezone.now() - timedelta(hours=25))
    assert old in page(nurse, RECEIVE)


@pytest.mark.parametrize("celsius", ["warm", "99", ""])
def test_a_temperature_that_cannot_be_is_refused_and_given_back(nurse: Client, celsius: str) -> None:
    refused = nurse.post(TEMPERATURE, {"storage": "room", "celsius": celsius})
    assert refused.status_code == 422 and refused.context["reading"]["celsius"].value() == celsius
    assert not TemperatureReading.objects.exists()


def logged(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("log.csv", content, content_type="text/csv")
    return client.post(LOG, {"log-storage": "fridge", "log-file": file}, follow=True).content.decode()


def test_a_logger_s_file_is_taken_in_and_drawn(nurse: Client) -> None:
    now = timezone.now().replace(microsecond=0)
    lines = [f"{(now - timedelta(hours=n)).isoformat()},5.{n}" for n in range(1, 6)]
    assert "5 readings are noted" in logged(nurse, "\n".join(["time,celsius", *lines]).encode())
    places = {one["storage"]: one for one in nurse.get(TEMPERATURE).context["places"]}
    assert places[Storage.FRIDGE]["plot"].lines and places[Storage.FRIDGE]["count"] == 5
    assert not places[Storage.ROOM]["plot"].lines


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "must name the columns"),
        (b"time,celsius\n2020-01-01,warm\n", "This is no number"),
        (b"time,celsius\n2999-01-01,5\n", "lies in the future"),
        (b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_a_logger_s_file_that_cannot_be_read_is_refused_whole(
    nurse: Client, content: bytes, said: str
) -> None:
    assert said in logged(nurse, content)
    assert not TemperatureReading.objects.exists()


def test_an_excursion_of_another_clinic_is_not_there(pharmacist: Client, clinic: Organization) -> None:
    elsewhere = people.clinic()
    theirs = TemperatureExcursion.objects.create(
        organization=elsewhere,
        storage="room",
        began_at=timezone.now(),
        last_at=timezone.now(),
        lowest=31,
        highest=31,
        readings=1,
    )
    given = {f"{theirs.pk}-decision": "keep", f"{theirs.pk}-reason": "x", f"{theirs.pk}-seen": 1}
    assert pharmacist.post(reverse("stock-excursion", args=[theirs.pk]), given).status_code == 404
    assert "31" not in {str(one.highest) for one, _form in pharmacist.get(TEMPERATURE).context["excursions"]}


MODULES = (
    "services/stock",
    "services/temperature",
    "domain/labels",
    "domain/counts",
    "domain/readings",
)


def test_every_advice_of_the_stock_has_words_in_both_languages() -> None:
    raised = ("LotInvalid", "TemperatureInvalid")
    found = set()
    for module in MODULES:
        for node in ast.walk(ast.parse((ROOT / f"pharmacy/{module}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in raised:
                found |= {a.value for a in node.args[1:2] if isinstance(a, ast.Constant)}
    assert len(found) > 15 and found - set(ADVICE) == set()
