"""Generated sequences of what people, machine and time may do in a clinic."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

from pharmacy.models import LedgerEntry
from risk.models import RiskAssessment
from tests.integration.pharmacy.cast import visit, wish
from tests.integration.pharmacy.dispensing import Scene
from tests.integration.pharmacy.dropped import AFTER, BEFORE
from tests.integration.pharmacy.world import STEPS, Drop, World
from tests.integration.pharmacy.world.machine import DOINGS

WISHES = 6
PICKS = 2 * len(DOINGS)
Step = tuple[str, int, Drop | None]
# A clinic that has something to give, with packs on the shelf, in the bay or nobody knows where; then anything.
RELEASED = [("deliver", 0, None), ("deliver", 1, None), ("authorise", 0, None), ("release", 0, None)]
OPENINGS = [RELEASED, *([*RELEASED, ("machine", fault, None)] for fault in range(len(DOINGS)))]
SHORTEST, LONGEST = 8, 25
# How many of a disturbed clinic's steps lose the connection, and at which of their commits.
LOST_SHARE, AT = 0.4, (0, 0, 1, 2)


def drawn(seed: int, examples: int, *, disturbed: bool) -> Iterator[list[Step]]:
    """So many sequences; the same seed draws the same ones."""
    # Drawn evenly: fifty examples of hypothesis are too alike, and never met a worker that woke up late.
    chance = Random(seed)

    def drop() -> Drop | None:
        if not disturbed or chance.random() >= LOST_SHARE:
            return None
        return chance.choice((BEFORE, AFTER)), chance.choice(AT)

    for _ in range(examples):
        length = chance.randint(SHORTEST, LONGEST)
        steps = [(chance.choice(STEPS), chance.randrange(PICKS), drop()) for _ in range(length)]
        yield [*chance.choice(OPENINGS), *steps]


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


def each_of(live: Callable[[list[Step]], None], *, examples: int, seed: int, disturbed: bool = False) -> None:
    """Live through so many sequences; a failure names its own."""
    for number, sequence in enumerate(drawn(seed, examples, disturbed=disturbed)):
        try:
            live(sequence)
        except Exception as error:
            error.add_note(f"seed {seed}, sequence {number}: {sequence}")
            raise
