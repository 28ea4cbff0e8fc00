"""Generated sequences of what people, machine and time may do in a clinic."""

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pharmacy.models import LedgerEntry
from risk.models import RiskAssessment
from tests.integration.pharmacy.cast import visit, wish
from tests.integration.pharmacy.dispensing import Scene
from tests.integration.pharmacy.dropped import AFTER, BEFORE
from tests.integration.pharmacy.world import STEPS, Drop, World
from tests.integration.pharmacy.world.machine import DOINGS

WISHES = 6
Step = tuple[str, int, Drop | None]
# A clinic that has something to give, with packs on the shelf, in the bay or nobody knows where; then anything.
RELEASED = [("deliver", 0, None), ("deliver", 1, None), ("authorise", 0, None), ("release", 0, None)]
OPENINGS = [RELEASED, *([*RELEASED, ("machine", fault, None)] for fault in range(len(DOINGS)))]
# At the first, second or third commit of a step.
lost = st.tuples(st.sampled_from((BEFORE, AFTER)), st.sampled_from((0, 0, 1, 2)))


def sequences(drops: st.SearchStrategy[Drop | None]) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.sampled_from(STEPS), st.integers(0, 2 * len(DOINGS) - 1), drops)
    return st.builds(list.__add__, st.sampled_from(OPENINGS), st.lists(step, min_size=4, max_size=25))


undisturbed = sequences(st.none())
disturbed = sequences(st.one_of(st.none(), st.none(), lost))


def wishes_of(here: Scene, how_many: int = WISHES) -> list[RiskAssessment]:
    return [wish(visit(here.screener)) for _ in range(how_many)]


def lived_through(world: World, sequence: list[Step]) -> Counter[str]:
    """Take the steps one by one and look after each; the kinds of movement that there were."""
    for step, pick, drop in sequence:
        if world.take(step, pick, drop):
            world.check()
    world.check_whole()
    entries = LedgerEntry.objects.filter(lot__organization=world.scene.clinic)
    return Counter(set(entries.values_list("kind", flat=True)))


def not_moved(moved: Counter[str]) -> set[str]:
    """The kinds of movement that there must be in fifty sequences, and was not."""
    return {"receive", "reserve", "release", "drop", "hand-over", "quarantine"} - set(moved)


def each_of(strategy: st.SearchStrategy[list[Step]], live, *, examples: int, number: int) -> None:
    """Live through so many sequences; the same `number` draws the same ones."""

    @seed(number)
    @given(sequence=strategy)
    @settings(
        max_examples=examples,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    def lives(sequence: list[Step]) -> None:
        live(sequence)

    lives()
