"""Two connections, step by step: each order of two acts, and the second waiting for the first one's commit.

Who waits must come to what it would have come to afterwards.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pharmacy import selectors
from pharmacy.domain.counts import Counted
from pharmacy.gateways.dispenser import Answer, Outcome
from pharmacy.models import Bay, Dispense, LedgerEntry, Lot, Prescription
from pharmacy.services import (
    answer_note,
    bay_count,
    dispense_begin,
    dispense_cancel,
    dispense_hand_over,
    dispense_release,
    dispense_retain,
    lot_count,
    lot_receive,
    lots_recall,
    pack_return,
    packs_replace,
    prescription_refuse,
    releases_expire,
)
from tests.integration.pharmacy.cast import CARMELLOSE, NOW
from tests.integration.pharmacy.dispensing import SOON, Scene, dropped, scan, scene
from tests.integration.pharmacy.test_dispensing_together import noted, outcome
from tests.integration.pharmacy.waiting import Act, interleaved, one_after_the_other

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

Pair = tuple[Act, Act]
LATER = NOW + timedelta(minutes=10)


def release(here: Scene, of: Prescription, bay: Bay | None = None) -> Act:
    bay = bay or here.bay
    return outcome(
        lambda: dispense_release(prescription_id=of.pk, bay_id=bay.pk, by=here.pharmacist, now=NOW)
    )


def begin(here: Scene, of: Dispense) -> Act:
    return lambda: (
        "order" if dispense_begin(dispense_id=of.pk, by=here.software, now=SOON) else "nothing to ask"
    )


def recall(here: Scene, lot: Lot) -> Act:
    who = {"by": here.pharmacist, "now": SOON}
    return outcome(lambda: lots_recall(gtin=lot.gtin, number=lot.number, reason="notice 1", **who))


def hand_over(here: Scene, of: Dispense) -> Act:
    who = {"by": here.screener, "now": SOON}
    return outcome(lambda: dispense_hand_over(dispense_id=of.pk, scans=[scan(of.lot, "A")], **who))


def retain(here: Scene, of: Dispense) -> Act:
    return outcome(lambda: dispense_retain(dispense_id=of.pk, by=here.screener, now=SOON, reason="left"))


def in_bay(here: Scene) -> Dispense:
    of = here.begun()
    noted(here, of, dropped(of, "A"))()
    return of


def answer(here: Scene, of: Dispense, told: Answer) -> Act:
    by = here.software
    return lambda: str(answer_note(dispense_id=of.pk, answer=told, by=by, now=SOON).status)


def two_releases_of_one_order(here: Scene, lot: Lot) -> Pair:
    of, other = here.authorised(), Bay.objects.create(machine=here.bay.machine, destination="2")
    return release(here, of), release(here, of, other)


def two_releases_into_one_bay(here: Scene, lot: Lot) -> Pair:
    return release(here, here.authorised()), release(here, here.authorised())


def release_and_recall(here: Scene, lot: Lot) -> Pair:
    return release(here, here.authorised()), recall(here, lot)


def begin_and_cancel(here: Scene, lot: Lot) -> Pair:
    of, who = here.released(), {"by": here.pharmacist, "now": SOON}
    return begin(here, of), outcome(lambda: dispense_cancel(dispense_id=of.pk, reason="x", **who))


def begin_and_expire(here: Scene, lot: Lot) -> Pair:
    of = here.released()
    return begin(here, of), lambda: f"{releases_expire(by=here.software, now=LATER)} ended"


def two_workers_begin(here: Scene, lot: Lot) -> Pair:
    of = here.released()
    return begin(here, of), begin(here, of)


def begin_and_recall(here: Scene, lot: Lot) -> Pair:
    return begin(here, here.released()), recall(here, lot)


def answer_and_cycle_count(here: Scene, lot: Lot) -> Pair:
    of, who = here.begun(), {"by": here.screener, "now": SOON}
    return answer(here, of, dropped(of, "A")), outcome(lambda: lot_count(lot_id=lot.pk, in_machine=4, **who))


def late_answer_and_count(here: Scene, lot: Lot) -> Pair:
    of, found = here.begun(), [Counted(lot.pk, 4, in_bay=1)]
    noted(here, of, Answer(Outcome.UNKNOWN, reason="machine-silent"))()
    who = {"by": here.screener, "now": SOON}
    count = outcome(lambda: bay_count(bay_id=here.bay.pk, counted=found, **who))
    return answer(here, of, dropped(of, "A")), count


def answer_and_sweep(here: Scene, lot: Lot) -> Pair:
    of = here.begun()
    return answer(here, of, dropped(of, "A")), begin(here, of)


def hand_over_and_recall(here: Scene, lot: Lot) -> Pair:
    return hand_over(here, in_bay(here)), recall(here, lot)


def hand_over_and_retain(here: Scene, lot: Lot) -> Pair:
    of = in_bay(here)
    return hand_over(here, of), retain(here, of)


def receive_and_recall(here: Scene, lot: Lot) -> Pair:
    delivery = {"gtin": lot.gtin, "number": lot.number, "expiry": "2028-01", "packs": 2}
    given = {"organization": here.clinic, "medicine_code": CARMELLOSE, "by": here.screener, "now": SOON}
    return outcome(lambda: lot_receive(**delivery, **given)), recall(here, lot)


def refuse_and_release(here: Scene, lot: Lot) -> Pair:
    of, who = here.authorised(), {"by": here.pharmacist, "now": SOON}
    refuse = outcome(lambda: prescription_refuse(prescription_id=of.pk, code="patient-declines", **who))
    return refuse, release(here, of)


def two_returns_of_one_pack(here: Scene, lot: Lot) -> Pair:
    of, who = in_bay(here), {"by": here.screener, "now": SOON}
    hand_over(here, of)()
    back = outcome(lambda: pack_return(dispense_id=of.pk, scan=scan(lot, "A"), **who))
    return back, back


def two_replacements(here: Scene, lot: Lot) -> Pair:
    of = in_bay(here)
    retain(here, of)()
    other = outcome(lambda: packs_replace(dispense_id=of.pk, by=here.pharmacist, now=SOON))
    return other, other


REFUSED = ("CountImpossible",)
# What the acts come to when the first named is first, and when the second named is.
PAIRS: dict[Callable[[Scene, Lot], Pair], tuple[tuple[str, str], tuple[str, str]]] = {
    two_releases_of_one_order: (("done", "ReleaseTaken"), ("done", "ReleaseTaken")),
    two_releases_into_one_bay: (("done", "BayUnavailable"), ("done", "BayUnavailable")),
    release_and_recall: (("done", "done"), ("done", "PrescriptionClosed")),
    begin_and_cancel: (("order", "DispenseClosed"), ("done", "nothing to ask")),
    begin_and_expire: (("order", "0 ended"), ("1 ended", "nothing to ask")),
    two_workers_begin: (("order", "nothing to ask"), ("order", "nothing to ask")),
    begin_and_recall: (("order", "done"), ("done", "nothing to ask")),
    answer_and_cycle_count: (("in-bay", "done"), ("CountImpossible", "in-bay")),
    late_answer_and_count: (("unknown", "done"), ("done", "reconciled")),
    answer_and_sweep: (("in-bay", "nothing to ask"), ("nothing to ask", "unknown")),
    hand_over_and_recall: (("done", "done"), ("done", "LotBlocked")),
    hand_over_and_retain: (("done", "DispenseClosed"), ("done", "DispenseClosed")),
    receive_and_recall: (("done", "done"), ("done", "LotInvalid")),
    refuse_and_release: (("done", "PrescriptionClosed"), ("done", "PrescriptionClosed")),
    two_returns_of_one_pack: (("done", "PackMismatch"), ("done", "PackMismatch")),
    two_replacements: (("done", "DispenseClosed"), ("done", "DispenseClosed")),
}


def left(here: Scene) -> list[object]:
    """What the clinic's rows say, but keys and times."""
    ours = {"organization": here.clinic}
    numbers = ("on_hand", "reserved", "in_bay", "quarantined", "recalled_at")
    entries = LedgerEntry.objects.filter(lot__organization=here.clinic)
    rows = (
        Lot.objects.filter(**ours).values_list(*numbers),
        Prescription.objects.filter(**ours).values_list("status", "packs"),
        Dispense.objects.filter(**ours).values_list("status", "reason", "packs_handed_over"),
        here.bay.machine.bays.values_list("lock_reason"),
        entries.order_by("kind", "pk").values_list("kind", "on_hand_change", "reserved_change"),
    )
    return [list(one if one.query.order_by else one.order_by("pk")) for one in rows]


@pytest.mark.parametrize("backwards", [False, True], ids=["first-named-first", "second-named-first"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.__name__)
def test_who_waits_comes_to_what_it_would_have_come_to_afterwards(
    pair: Callable[[Scene, Lot], Pair], backwards: bool
) -> None:
    expected, ends = PAIRS[pair][backwards], []
    # Who was refused has let go of its locks.
    for schedule, must_wait in ((one_after_the_other, False), (interleaved, expected[0] not in REFUSED)):
        here = scene()
        acts = pair(here, here.lot(packs=5))
        came = schedule(*(acts[::-1] if backwards else acts))
        assert (came.first, came.second, came.waited) == (*expected, must_wait), schedule.__name__
        assert not selectors.lots_out_of_balance().exists()
        ends.append(left(here))
    assert ends[0] == ends[1]
