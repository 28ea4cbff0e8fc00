"""Two connections at once: whoever is second finds what the first did."""

from collections.abc import Callable

import pytest

from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.errors import (
    BayUnavailable,
    CountImpossible,
    DispenseClosed,
    PharmacyError,
    PrescriptionClosed,
    ReleaseTaken,
)
from pharmacy.gateways.dispenser import Answer, Outcome
from pharmacy.models import Bay, Dispense, LedgerEntry
from pharmacy.services import (
    answer_note,
    bay_count,
    counter_hand_over,
    counter_release,
    dispense_begin,
    dispense_cancel,
    dispense_hand_over,
    dispense_release,
    dispense_retain,
    lot_receive,
    lots_recall,
)
from tests.integration.pharmacy.cast import CARMELLOSE, NOW
from tests.integration.pharmacy.dispensing import SOON, Scene, books, dropped, scan, scene
from tests.integration.pharmacy.test_concurrency import together
from tests.integration.pharmacy.waiting import Interleaved, interleaved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None) -> Scene:
    return scene()


def outcome(act: Callable[[], object]) -> Callable[[], str]:
    """What an act came to: "done", or the name of its refusal."""

    def tried() -> str:
        try:
            act()
        except PharmacyError as refused:
            return type(refused).__name__
        return "done"

    return tried


def noted(here: Scene, of: Dispense, answer: Answer) -> Callable[[], Dispense]:
    return lambda: answer_note(dispense_id=of.pk, answer=answer, by=here.software, now=SOON)


def kinds() -> list[str]:
    return sorted(LedgerEntry.objects.exclude(kind__in=["receive", "reserve"]).values_list("kind", flat=True))


def test_of_two_releases_of_one_order_one_wins(here: Scene) -> None:
    here.lot(packs=5)
    of = here.authorised()
    bays = [here.bay, Bay.objects.create(machine=here.bay.machine, destination="2")]

    def release(bay: Bay) -> Callable[[], object]:
        return lambda: dispense_release(prescription_id=of.pk, bay_id=bay.pk, by=here.pharmacist, now=NOW)

    assert sorted(together(*(outcome(release(bay)) for bay in bays))) == [ReleaseTaken.__name__, "done"]
    assert Dispense.objects.count() == 1


@pytest.fixture
def cupboard(here: Scene) -> Scene:
    """The clinic without its machine."""
    machine = here.bay.machine
    here.bay.delete()
    machine.delete()
    return here


def test_of_two_releases_of_one_order_for_the_counter_one_wins(cupboard: Scene) -> None:
    cupboard.lot(packs=5)
    of = cupboard.authorised()

    def release() -> object:
        return counter_release(prescription_id=of.pk, by=cupboard.pharmacist, now=NOW)

    assert sorted(together(outcome(release), outcome(release))) == [ReleaseTaken.__name__, "done"]
    assert Dispense.objects.count() == 1


def test_of_two_hand_overs_under_one_release_one_gives_the_packs(cupboard: Scene) -> None:
    stored = cupboard.lot(packs=5)
    of = cupboard.authorised()
    counter_release(prescription_id=of.pk, by=cupboard.pharmacist, now=NOW)

    def give(serial: str) -> Callable[[], object]:
        scans = [scan(stored, serial)]
        return lambda: counter_hand_over(prescription_id=of.pk, scans=scans, by=cupboard.screener, now=SOON)

    tries = (outcome(give(serial)) for serial in ("A", "B"))
    assert sorted(together(*tries)) == [PrescriptionClosed.__name__, "done"]
    assert books(stored) == {"on_hand": 4}


def test_a_hand_over_and_the_release_taken_back_at_once_are_never_both(cupboard: Scene) -> None:
    stored = cupboard.lot(packs=5)
    of = cupboard.authorised()
    released = counter_release(prescription_id=of.pk, by=cupboard.pharmacist, now=NOW)

    def give() -> object:
        scans = [scan(stored, "A")]
        return counter_hand_over(prescription_id=of.pk, scans=scans, by=cupboard.screener, now=SOON)

    def take_back() -> object:
        about = {"by": cupboard.pharmacist, "now": SOON, "reason": "taken back"}
        return dispense_cancel(dispense_id=released.pk, **about)

    given, taken_back = together(outcome(give), outcome(take_back))
    assert (given, taken_back) in {("done", "DispenseClosed"), ("ReleaseMissing", "done")}
    assert books(stored) == ({"on_hand": 4} if given == "done" else {"on_hand": 5, "reserved": 1})


def test_of_two_releases_into_one_bay_one_wins(here: Scene) -> None:
    here.lot(packs=5)
    wanted = [here.authorised(), here.authorised()]
    tries = (outcome(lambda of=of: here.released(of)) for of in wanted)
    assert sorted(together(*tries)) == [BayUnavailable.__name__, "done"]


def test_of_two_workers_at_one_release_one_asks_the_machine_and_the_other_locks_the_bay(here: Scene) -> None:
    here.lot(packs=5)
    made = here.released()
    orders = together(
        *(lambda: dispense_begin(dispense_id=made.pk, by=here.software, now=SOON) for _ in range(2))
    )
    made.refresh_from_db()
    assert sum(order is not None for order in orders) == 1
    assert made.status == "unknown"


def test_one_answer_told_twice_at_once_is_booked_once(here: Scene) -> None:
    stored = here.lot(packs=5)
    of = here.begun()
    together(*(noted(here, of, dropped(of, "A")) for _ in range(2)))
    assert (kinds(), books(stored)) == (["drop"], {"on_hand": 4, "in_bay": 1})


def test_packs_are_handed_over_or_set_aside_never_both(here: Scene) -> None:
    stored = here.lot(packs=5)
    of = here.begun()
    noted(here, of, dropped(of, "A"))()
    code, who = scan(stored, "A"), {"by": here.screener, "now": SOON}
    results = together(
        outcome(lambda: dispense_hand_over(dispense_id=of.pk, scans=[code], **who)),
        outcome(lambda: dispense_hand_over(dispense_id=of.pk, scans=[code], **who)),
        outcome(lambda: dispense_retain(dispense_id=of.pk, reason="not fetched", **who)),
    )
    assert sorted(results) == [DispenseClosed.__name__, DispenseClosed.__name__, "done"]
    assert kinds() in (["drop", "hand-over"], ["drop", "quarantine"])


def test_a_bay_counted_by_two_people_at_once_is_counted_once(here: Scene) -> None:
    stored = here.lot(packs=5)
    of = here.begun()
    noted(here, of, Answer(Outcome.UNKNOWN, reason="machine-silent"))()
    found = [Counted(stored.pk, 4, in_bay=1)]
    count = outcome(lambda: bay_count(bay_id=here.bay.pk, counted=found, by=here.screener, now=SOON))
    assert sorted(together(count, count)) == [CountImpossible.__name__, "done"]
    assert books(stored) == {"on_hand": 4, "quarantined": 1}


def test_a_recall_and_the_machine_s_begin_at_once_leave_no_order_behind_the_recall(here: Scene) -> None:
    stored = here.lot(packs=5)
    made = here.released()
    together(
        lambda: lots_recall(gtin=stored.gtin, reason="notice 1", by=here.pharmacist, now=SOON),
        lambda: dispense_begin(dispense_id=made.pk, by=here.software, now=SOON),
    )
    made.refresh_from_db()
    # Either it was taken back, or the machine had it first and the hand-over is what refuses.
    assert made.status in ("cancelled", "dispensing")
    if made.status == "dispensing":
        noted(here, made, dropped(made, "A"))()
        handed = outcome(
            lambda: dispense_hand_over(
                dispense_id=made.pk, scans=[scan(stored, "A")], by=here.screener, now=SOON
            )
        )
        assert handed() == "LotBlocked"
    assert not selectors.lots_out_of_balance().exists()


def test_a_delivery_of_a_lot_that_is_being_recalled_waits_and_is_refused(here: Scene) -> None:
    stored = here.lot(packs=5)
    recall = outcome(
        lambda: lots_recall(
            gtin=stored.gtin, number=stored.number, reason="notice 1", by=here.pharmacist, now=SOON
        )
    )
    delivery = outcome(
        lambda: lot_receive(
            organization=here.clinic,
            medicine_code=CARMELLOSE,
            gtin=stored.gtin,
            number=stored.number,
            expiry="2028-01",
            packs=2,
            by=here.screener,
            now=SOON,
        )
    )
    assert interleaved(recall, delivery) == Interleaved("done", "LotInvalid", waited=True)
    assert books(stored) == {"on_hand": 5}
