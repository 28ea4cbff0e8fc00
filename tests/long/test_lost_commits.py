"""The connection is lost before or after each commit of a medicine's life; the books end as if it had not been,
or in a state from which a person's count brings them there.
"""

from dataclasses import dataclass

import pytest

from pharmacy.models import Dispense, Lot, Prescription
from tests.integration.pharmacy.dropped import AFTER, BEFORE
from tests.integration.pharmacy.world import World
from tests.integration.pharmacy.world.machine import DOINGS
from tests.long.test_sequences import new_world

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

ALL, SILENT, LATE = DOINGS.index("all"), DOINGS.index("silent-dropped"), DOINGS.index("late")
BEGUN = [("deliver", 0), ("authorise", 0), ("release", 0)]
DROPPED = [*BEGUN, ("machine", ALL)]
LIVES = {
    "handed over and returned": [*DROPPED, ("hand_over", 0), ("return_pack", 0), ("destroy", 0)],
    "wrongly scanned, then handed over": [*DROPPED, ("hand_over", 3), ("hand_over", 0)],
    "retained and replaced": [*DROPPED, ("retain", 0), ("replace", 0), ("release", 0), ("machine", ALL)],
    "counted": [*BEGUN, ("machine", SILENT), ("count_bay", 0), ("cycle_count", 0), ("refuse", 0)],
    "given up before it was released": [("deliver", 0), ("authorise", 0), ("end_supply", 0)],
    "answered by a worker that slept": [*BEGUN, ("machine", LATE), ("answer_comes", 1), ("hand_over", 0)],
    "taken over from a worker that slept": [*BEGUN, ("machine", LATE), ("sweep", 0), ("count_bay", 0)],
    "cancelled and refused": [*BEGUN, ("cancel", 0), ("refuse", 0)],
    "expired": [*BEGUN, ("minutes_pass", 0), ("refuse", 0)],
    "recalled before the machine": [*BEGUN, ("recall", 0), ("set_aside", 0)],
    "recalled in the bay": [*DROPPED, ("recall", 0), ("retain", 0)],
    "recalled by a notice": [*DROPPED, ("recall_notice", 0), ("retain", 0)],
    "stopped by an answer": [*BEGUN, ("answers_change", 0), ("machine", ALL), ("refuse", 0)],
}


@dataclass(frozen=True)
class End:
    """Where packs are and what became of prescription and orders."""

    places: tuple[int, ...]
    statuses: tuple[tuple[str, ...], ...]
    books: tuple[int, ...]


def end_of(world: World) -> End:
    places = (world.shelf, world.loose(), world.patients, world.aside, world.destroyed)
    models = (Prescription, Dispense)
    statuses = [world.mine(one).order_by("pk").values_list("status", flat=True) for one in models]
    lot = world.mine(Lot).get()
    books = (lot.on_hand, lot.reserved, lot.in_bay, lot.quarantined)
    return End(tuple(map(len, places)), tuple(map(tuple, statuses)), books)


def live(life: str, at: int, when: str, commit: int) -> World:
    """A life whose step number `at` (-1 for none) loses the connection."""
    world = new_world(1)
    for number, (step, pick) in enumerate(LIVES[life]):
        world.take(step, pick, (when, commit) if number == at else None)
        world.check()
    return world


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("life", LIVES)
def test_a_life_with_a_lost_connection_ends_as_an_undisturbed_one_or_is_counted(life: str, when: str) -> None:
    undisturbed = live(life, -1, when, 0)
    points = [(at, one) for at, made in enumerate(undisturbed.commits) for one in range(made)]
    assert {at for at, _ in points} == set(range(len(LIVES[life]))), "a step made no commit"
    for at, commit in points:
        step = LIVES[life][at][0]
        world = live(life, at, when, commit)
        assert world.dropped == [(step, when)]
        if end_of(world) != end_of(undisturbed):
            assert step in ("machine", "answer_comes"), f"{step} ended otherwise"
            settle(world)


def settle(world: World) -> None:
    """A person counts what nobody knows; then nothing is open and the books say where every pack is."""
    world.take("count_bay", 0)
    world.check()
    open_ones = world.mine(Dispense).filter(status__in=["released", "dispensing", "unknown"])
    assert not open_ones.exists()
    assert world.mine(Dispense).filter(status="reconciled").exists()
