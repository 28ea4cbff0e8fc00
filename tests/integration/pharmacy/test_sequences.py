"""No sequence of what people, machine and time may do loses a pack, gives one twice, or gives one it must not."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pharmacy.models import LedgerEntry
from risk.models import RiskAssessment
from tests.integration.pharmacy.cast import visit, wish
from tests.integration.pharmacy.dispensing import Scene, scene
from tests.integration.pharmacy.world import STEPS, World

WISHES = 5
# A clinic that has something to give, with packs on the shelf, in the bay or nobody knows where; then anything.
RELEASED = [("deliver", 0), ("deliver", 1), ("authorise", 0), ("release", 0)]
OPENINGS = [RELEASED, *([*RELEASED, ("machine", fault)] for fault in range(7))]
anything = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 41)), min_size=4, max_size=25)
steps = st.builds(list.__add__, st.sampled_from(OPENINGS), anything)
any_order = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def here(db: None) -> Scene:
    return scene()


@pytest.fixture
def wishes(here: Scene) -> list[RiskAssessment]:
    return [wish(visit(here.screener)) for _ in range(WISHES)]


def live_through(here: Scene, wishes: list[RiskAssessment], sequence: list[tuple[str, int]]) -> set[str]:
    """Take the steps one by one, look after each, and undo all; the kinds of movement that there were."""
    with transaction.atomic():
        world = World(here, wishes)
        for step, pick in sequence:
            world.take(step, pick)
            world.check()
        moved = set(LedgerEntry.objects.values_list("kind", flat=True))
        transaction.set_rollback(True)
    return moved


@given(sequence=steps)
@settings(any_order, max_examples=40)
def test_no_sequence_of_steps_loses_a_pack_or_gives_one_that_it_must_not(
    here: Scene, wishes: list[RiskAssessment], sequence: list[tuple[str, int]]
) -> None:
    live_through(here, wishes, sequence)


@pytest.mark.slow
def test_a_thousand_sequences_lose_no_pack_and_move_packs_in_every_way(
    here: Scene, wishes: list[RiskAssessment]
) -> None:
    seen = Counter[str]()

    @given(sequence=steps)
    @settings(any_order, max_examples=1000)
    def sequences(sequence: list[tuple[str, int]]) -> None:
        seen.update(live_through(here, wishes, sequence))

    sequences()
    moves = {"receive", "reserve", "release", "drop", "hand-over", "quarantine", "return"}
    assert {kind for kind in moves if seen[kind] < 20} == set()
