"""From the bay, or over the counter, into the hand: the staff's pages and everything that keeps a pack back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pharmacy.models import Bay, Dispense, DrugDataImport, Lot, MachineEvent, Prescription
from pharmacy.services import counter_hand_over, counter_release, lots_recall
from records.actor import Actor
from records.models import Organization, Role
from screening.models import GradingTask, Unblinding
from tests.factories import grading as made
from tests.factories import records as people
from tests.integration.config import at_machine, cast
from tests.integration.config.conftest import signed_in
from tests.integration.pharmacy.dispensing import books, fresh_drug_data, scan


@pytest.fixture
def one(clinic: Organization, by: Actor) -> Prescription:
    """An authorised medicine in a clinic whose drug data are new."""
    cast.stock(clinic, by)
    fresh_drug_data(timezone.localdate())
    return at_machine.authorised(clinic, by)


@pytest.fixture
def lying(one: Prescription, clinic: Organization, by: Actor) -> tuple[Dispense, str]:
    """A dispense whose pack lies in the bay, and its code."""
    at_machine.machine(clinic, by)
    return at_machine.dropped_into_bay(one)


@pytest.fixture
def locked(one: Prescription, clinic: Organization, by: Actor) -> Dispense:
    at_machine.machine(clinic, by)
    return at_machine.stuck(one)


def said(answer: object) -> str:
    return answer.content.decode()


def post(client: Client, name: str, key: int, **given: object) -> object:
    return client.post(reverse(name, args=[key]), given)


def typed(code: str) -> str:
    """As a scanner types it, which has no key for FNC1 and leaves out the last one."""
    return code.replace("\x1d", "<GS>")


def test_the_list_names_what_lies_in_the_bay_and_for_whom(nurse: Client, lying: tuple[Dispense, str]) -> None:
    page = nurse.get(reverse("hand-over"))
    patient = lying[0].prescription.encounter.patient
    assert patient.name in said(page) and patient.mrn in said(page)
    poll = {"X-Nungil-Poll": "1", "X-Nungil-Seen": page.context["digest"]}
    assert nurse.get(reverse("hand-over"), headers=poll).status_code == 204


def test_a_pack_is_scanned_and_handed_over(nurse: Client, lying: tuple[Dispense, str]) -> None:
    of, code = lying
    page = said(post(nurse, "bay-scan", of.pk, scan=typed(code)))
    assert "Every pack is the right one" in page and "&lt;GS&gt;" in page
    answer = post(nurse, "bay-give", of.pk, scanned=typed(code))
    assert answer.headers["Location"] == reverse("hand-over")
    of.refresh_from_db()
    assert (of.status, of.packs_handed_over) == ("completed", 1)


def bars(lot: Lot, **changed: str) -> dict[str, str]:
    """What is typed from a pack of this lot that has no square code."""
    typed = {"gtin": lot.gtin, "number": lot.number, "expiry": lot.expiry.isoformat()} | changed
    return {f"bars-{name}": value for name, value in typed.items()}


def test_a_pack_that_has_bars_alone_is_handed_over_by_what_is_printed_on_it(
    nurse: Client, one: Prescription, clinic: Organization
) -> None:
    counter_release(prescription_id=one.pk, by=people.actor(clinic, Role.PHARMACIST), now=timezone.now())
    asked = post(nurse, "counter-scan", one.pk, scan=f"]E0{one.lot.gtin[1:]}")
    assert asked.status_code == 200 and asked.context["bars"]["gtin"].value() == one.lot.gtin
    code = post(nurse, "counter-scan", one.pk, **bars(one.lot)).context["scanned"][0][0]
    assert post(nurse, "counter-give", one.pk, scanned=[code] * one.packs).status_code == 302
    assert Dispense.objects.get(prescription=one).packs_handed_over == one.packs


def test_a_pack_of_a_lot_with_serial_numbers_is_not_given_by_its_bars(
    nurse: Client, lying: tuple[Dispense, str]
) -> None:
    of, _code = lying
    answer = post(nurse, "bay-scan", of.pk, **bars(of.lot))
    assert (answer.status_code, "have a square code" in said(answer)) == (422, True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": "OTHER"}, "It is of another lot"),
        ({"expiry": "2027-02-30"}, "Write it as on the pack"),
        ({"number": "\u3131"}, "No lot is written like this"),
        ({"gtin": "8806411000018"}, "Scan the bars of the pack again"),
        ({"gtin": "08806411000026"}, "It is another product"),
    ],
)
def test_what_is_typed_from_a_pack_is_held_against_the_lot_that_was_released(
    nurse: Client, one: Prescription, clinic: Organization, changed: dict[str, str], words: str
) -> None:
    counter_release(prescription_id=one.pk, by=people.actor(clinic, Role.PHARMACIST), now=timezone.now())
    answer = post(nurse, "counter-scan", one.pk, **bars(one.lot, **changed))
    assert (answer.status_code, words in said(answer)) == (422, True)
    main = said(answer).partition("<main")[2]
    assert f"<dd>{one.lot.number}</dd>" not in main, "the page says what should stand on the pack"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"number": "OTHER"}, "It is of another lot"),
        ({"gtin": "08806411000026"}, "It is another product"),
        ({"expiry": "280131"}, "Its expiry is another"),
        ({}, "It is not one of these packs"),
    ],
)
def test_a_wrong_pack_is_said_with_what_was_expected_and_recorded(
    nurse: Client, lying: tuple[Dispense, str], other: dict[str, str], words: str
) -> None:
    of, _code = lying
    answer = post(nurse, "bay-scan", of.pk, scan=scan(of.lot, "NOT-IT", **other))
    assert answer.status_code == 422
    assert words in said(answer) and f"lot {of.lot.number}, expiry {of.lot.expiry}" in said(answer)
    assert MachineEvent.objects.filter(dispense=of, kind="scan-refused").count() == 1


@pytest.mark.parametrize(("code", "words"), [("123", "This is no GS1 code"), ("01ㅁ", "set to Korean")])
def test_what_is_no_code_is_said(nurse: Client, lying: tuple[Dispense, str], code: str, words: str) -> None:
    answer = post(nurse, "bay-scan", lying[0].pk, scan=code)
    assert (answer.status_code, words in said(answer)) == (422, True)


def test_nothing_is_handed_over_before_every_pack_is_scanned(
    nurse: Client, lying: tuple[Dispense, str]
) -> None:
    answer = post(nurse, "bay-give", lying[0].pk)
    assert (answer.status_code, "Not every pack is scanned" in said(answer)) == (422, True)


def test_what_was_handed_over_meanwhile_is_not_handed_over_again(
    nurse: Client, lying: tuple[Dispense, str]
) -> None:
    of, code = lying
    post(nurse, "bay-give", of.pk, scanned=code)
    answer = post(nurse, "bay-give", of.pk, scanned=code)
    assert (answer.status_code, "meanwhile" in said(answer)) == (409, True)
    assert "Handed over" in said(nurse.get(reverse("bay-hand-over", args=[of.pk])))


def test_a_recalled_lot_is_put_aside_with_its_reason(
    nurse: Client, lying: tuple[Dispense, str], clinic: Organization
) -> None:
    of, code = lying
    pharmacist = people.actor(clinic, Role.PHARMACIST)
    lots_recall(gtin=of.lot.gtin, number=of.lot.number, reason="recall", by=pharmacist, now=timezone.now())
    answer = post(nurse, "bay-scan", of.pk, scan=code)
    assert (answer.status_code, "Put the packs aside" in said(answer)) == (422, True)
    assert post(nurse, "bay-aside", of.pk).status_code == 422
    given = {"aside-code": "lot-blocked", "aside-words": "notice of today"}
    assert nurse.post(reverse("bay-aside", args=[of.pk]), given).status_code == 302
    of.refresh_from_db()
    assert (of.status, of.reason) == ("failed", "lot-blocked: notice of today")


def test_a_pack_comes_back_by_its_scan(nurse: Client, lying: tuple[Dispense, str]) -> None:
    of, code = lying
    post(nurse, "bay-give", of.pk, scanned=code)
    assert nurse.post(reverse("pack-return"), {"scan": typed(code)}).status_code == 302
    of.lot.refresh_from_db()
    assert of.lot.quarantined == 1
    again = nurse.post(reverse("pack-return"), {"scan": code})
    assert (again.status_code, "came back already" in said(again)) == (422, True)
    assert nurse.post(reverse("pack-return"), {"scan": "x"}).status_code == 422


def test_a_locked_bay_is_counted_and_what_was_typed_is_given_back(nurse: Client, locked: Dispense) -> None:
    assert "is locked" in said(nurse.get(reverse("hand-over")))
    wrong = {"own-in_machine": "2", "own-in_bay": "0", "own-with_patient": "7"}
    refused = nurse.post(reverse("bay-count", args=[locked.bay_id]), wrong)
    assert refused.status_code == 422
    assert "More than were released" in said(refused) and 'value="7"' in said(refused)
    right = wrong | {"own-in_machine": "8", "own-in_bay": "1", "own-with_patient": "0"}
    assert nurse.post(reverse("bay-count", args=[locked.bay_id]), right).status_code == 302
    assert books(locked.lot) == {"on_hand": 8, "quarantined": 1}
    assert Bay.objects.get(pk=locked.bay_id).locked_since is None
    assert nurse.post(reverse("bay-count", args=[locked.bay_id]), right).status_code == 409
    assert "not locked" in said(nurse.get(reverse("bay-count", args=[locked.bay_id])))


def test_more_packs_than_the_books_have_are_counted_twice(nurse: Client, locked: Dispense) -> None:
    address = reverse("bay-count", args=[locked.bay_id])
    found = {"own-in_machine": "88", "own-in_bay": "1", "own-with_patient": "0"}
    asked = nurse.post(address, found)
    assert (asked.status_code, "more packs than the books have" in said(asked)) == (422, True)
    assert asked.context["own"]["in_machine"].value() is None
    other = nurse.post(address, found | {"own-in_machine": "80", "again": asked.context["again"]})
    assert (other.status_code, books(locked.lot)["on_hand"]) == (422, 9)
    assert nurse.post(address, found | {"again": asked.context["again"]}).status_code == 302
    assert books(locked.lot) == {"on_hand": 88, "quarantined": 1}


def test_packs_of_another_lot_in_the_bay_are_counted_too(nurse: Client, locked: Dispense) -> None:
    other = Lot.objects.filter(organization_id=locked.organization_id).exclude(pk=locked.lot_id).first()
    given = {"own-in_machine": "9", "own-in_bay": "0", "own-with_patient": "0", "other-0-lot": other.pk}
    assert nurse.post(reverse("bay-count", args=[locked.bay_id]), given).status_code == 422
    given |= {"other-0-in_machine": "8", "other-0-in_bay": "1"}
    assert nurse.post(reverse("bay-count", args=[locked.bay_id]), given).status_code == 302
    assert books(other) == {"on_hand": 8, "quarantined": 1}


def released(one: Prescription, *, minutes_ago: int = 0) -> Dispense:
    """Released by a pharmacist for the counter."""
    pharmacist = people.actor(one.organization, Role.PHARMACIST)
    now = timezone.now() - timedelta(minutes=minutes_ago)
    return counter_release(prescription_id=one.pk, by=pharmacist, now=now)


def test_over_the_counter_a_scan_hands_it_over(nurse: Client, one: Prescription) -> None:
    of = released(one)
    listed = said(nurse.get(reverse("hand-over")))
    assert one.encounter.patient.name in listed.partition('id="counter"')[2]
    assert 'id="unreleased"' not in listed
    assert "The release ends" in said(nurse.get(reverse("counter", args=[one.pk])))
    code = scan(one.lot, "A")
    assert "Every pack is the right one" in said(post(nurse, "counter-scan", one.pk, scan=code))
    assert post(nurse, "counter-give", one.pk, scanned=code).status_code == 302
    of.refresh_from_db()
    assert of.status == "completed"
    assert (
        one.encounter.patient.name
        not in said(nurse.get(reverse("hand-over"))).partition("<main")[2].partition('id="live"')[2]
    )
    assert "Nothing of it can be handed over" in said(nurse.get(reverse("counter", args=[one.pk])))


def test_without_a_release_the_counter_waits_for_the_pharmacist(nurse: Client, one: Prescription) -> None:
    listed = said(nurse.get(reverse("hand-over")))
    assert "Nothing is released now" in listed
    assert one.encounter.patient.name in listed.partition('id="unreleased"')[2]
    page = said(nurse.get(reverse("counter", args=[one.pk])))
    assert "Waits for the pharmacist" in page and "data-scan" not in page.partition("<main")[2]
    assert "To the release" not in page, "a screener releases nothing"
    answer = post(nurse, "counter-give", one.pk, scanned=scan(one.lot, "A"))
    assert (answer.status_code, "Nobody has released it now" in said(answer)) == (409, True)
    assert not Dispense.objects.exists()


def test_after_ten_minutes_the_counter_asks_for_another_release(nurse: Client, one: Prescription) -> None:
    released(one, minutes_ago=10)
    assert 'id="unreleased"' in said(nurse.get(reverse("hand-over")))
    answer = post(nurse, "counter-give", one.pk, scanned=scan(one.lot, "A"))
    assert (answer.status_code, "ten minutes of its release are over" in said(answer)) == (409, True)
    assert books(one.lot)["on_hand"] == 9


def test_a_pharmacist_alone_releases_and_hands_over(
    colleague: Callable[[str], Client], one: Prescription
) -> None:
    pharmacist = colleague(Role.PHARMACIST)
    assert "To the release" in said(pharmacist.get(reverse("counter", args=[one.pk])))
    assert post(pharmacist, "counter-release", one.pk).status_code == 302
    assert post(pharmacist, "counter-give", one.pk, scanned=scan(one.lot, "A")).status_code == 302
    of = Dispense.objects.get()
    assert (of.status, of.handed_over_by.rpartition(":")[2] != "") == ("completed", True)


def test_without_drug_data_the_counter_says_which_are_missing_and_gives_nothing(
    nurse: Client, one: Prescription
) -> None:
    released(one)
    DrugDataImport.objects.filter(source="recalls").delete()
    assert "recalled lots (PD-02, none)" in said(nurse.get(reverse("counter", args=[one.pk])))
    answer = post(nurse, "counter-give", one.pk, scanned=scan(one.lot, "A"))
    assert (answer.status_code, "A referral still works" in said(answer)) == (422, True)
    assert Dispense.objects.get().packs_handed_over == 0


def test_beside_a_machine_the_counter_gives_nothing(
    nurse: Client, one: Prescription, clinic: Organization, by: Actor
) -> None:
    at_machine.machine(clinic, by)
    answer = post(nurse, "counter-give", one.pk, scanned=scan(one.lot, "A"))
    assert (answer.status_code, "A machine stands here" in said(answer)) == (409, True)


def test_a_pack_without_a_serial_number_asks_whose_it_was(
    nurse: Client, one: Prescription, clinic: Organization, by: Actor
) -> None:
    other = at_machine.authorised(clinic, by, "김영희")
    lot = one.lot
    bare = f"01{lot.gtin}17{lot.expiry:%y%m%d}10{lot.number}"
    for each in (one, other):
        released(each)
    given = [
        counter_hand_over(prescription_id=each.pk, scans=[bare], by=by, now=timezone.now())
        for each in (one, other)
    ]
    page = said(nurse.post(reverse("pack-return"), {"scan": bare}))
    assert "홍길동" in page and "김영희" in page
    assert nurse.post(reverse("pack-return"), {"scan": bare, "of": given[1].pk}).status_code == 302
    assert given[1].dropped.get().returned_at and not given[0].dropped.get().returned_at


def test_another_clinic_sees_and_moves_nothing(
    stranger: Client, lying: tuple[Dispense, str], clinic: Organization
) -> None:
    of, code = lying
    patient = of.prescription.encounter.patient
    assert patient.name not in said(stranger.get(reverse("hand-over")))
    assert stranger.get(reverse("bay-hand-over", args=[of.pk])).status_code == 404
    assert post(stranger, "bay-give", of.pk, scanned=code).status_code == 404
    assert stranger.get(reverse("counter", args=[of.prescription_id])).status_code == 404
    assert stranger.get(reverse("bay-count", args=[of.bay_id])).status_code == 404
    post(signed_in(people.member(clinic)), "bay-give", of.pk, scanned=code)
    assert stranger.post(reverse("pack-return"), {"scan": code}).status_code == 422


def test_a_grader_hands_over_and_does_not_count(colleague: Callable[[str], Client], locked: Dispense) -> None:
    grader = colleague(Role.GRADER)
    page = said(grader.get(reverse("hand-over")))
    assert "Ask a screener" in page
    assert grader.get(reverse("bay-count", args=[locked.bay_id])).status_code == 403


def blinding(of: Dispense) -> GradingTask:
    """The case of a dispense waits for a second, independent read."""
    task = made.task(of.prescription.encounter)
    GradingTask.objects.filter(pk=task.pk).update(stage="second")
    return task


def test_the_count_of_a_bay_is_kept_back_from_whoever_may_still_read_the_case(
    colleague: Callable[[str], Client], locked: Dispense
) -> None:
    blinding(locked)
    physician, address = colleague(Role.PHYSICIAN), reverse("bay-count", args=[locked.bay_id])
    page = said(physician.get(address))
    assert "You may be asked for a second, independent read" in page
    told = ("carmellose", locked.lot.number, locked.prescription.encounter.patient.name)
    assert [words for words in told if words in page.partition("<main")[2].partition("</main")[0]] == []
    look = reverse("case-look", args=[locked.prescription.encounter.public_id])
    assert physician.post(look, {"next": address}).headers["Location"] == address
    assert locked.lot.number in said(physician.get(address))


def test_a_count_is_taken_and_whoever_sent_it_reads_the_case_blinded_no_more(
    clinic: Organization, locked: Dispense
) -> None:
    task, physician = blinding(locked), people.member(clinic, Role.PHYSICIAN)
    right = {"own-in_machine": "8", "own-in_bay": "1", "own-with_patient": "0"}
    answer = signed_in(physician).post(reverse("bay-count", args=[locked.bay_id]), right)
    assert answer.status_code == 302
    assert Unblinding.objects.filter(task=task, practitioner=physician.practitioner).exists()


def test_whose_pack_comes_back_is_not_told_to_whoever_may_still_read_the_case(
    nurse: Client, colleague: Callable[[str], Client], lying: tuple[Dispense, str]
) -> None:
    of, code = lying
    post(nurse, "bay-give", of.pk, scanned=code)
    blinding(of)
    answer = colleague(Role.GRADER).post(reverse("pack-return"), {"scan": code})
    assert (answer.status_code, "Let a colleague take it back" in said(answer)) == (409, True)
    assert of.prescription.encounter.patient.name not in said(answer)
    of.lot.refresh_from_db()
    assert of.lot.quarantined == 0
    assert nurse.post(reverse("pack-return"), {"scan": code}).status_code == 302
