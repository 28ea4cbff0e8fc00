"""Ten thousand sequences with real commits, at which the connection is really lost.

A part's number is the seed of its sequences: `make test-long ONLY=seed-17` lives through the same ones again.
"""

import os
from collections import Counter

import pytest

from pharmacy.models import Bay
from records.models import Role
from tests.factories import records as people
from tests.integration.pharmacy.dispensing import scene
from tests.integration.pharmacy.sequences import Step, each_of, lived_through, not_moved, wishes_of
from tests.integration.pharmacy.world import World

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

PARTS, EACH = 200, 50
FIRST = int(os.environ.get("FIRST_SEED", "1"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + PARTS), ids=lambda seed: f"seed-{seed}")
def test_sequences_with_lost_connections_lose_no_pack_and_give_none_that_they_must_not(seed: int) -> None:
    moved, dropped = Counter[str](), Counter[tuple[str, str]]()
    stranger = people.actor(people.clinic(), Role.PHARMACIST)

    def live(sequence: list[Step]) -> None:
        world = new_world(sum(step == "authorise" for step, _, _ in sequence))
        world.stranger = stranger
        moved.update(lived_through(world, sequence))
        dropped.update(world.dropped)

    each_of(live, examples=EACH, seed=seed, disturbed=True)
    assert not_moved(moved) == set(), "these sequences moved too little to show anything"
    assert {when for _, when in dropped} == {"before", "after"}


def new_world(wishes: int) -> World:
    """A clinic of its own: what is committed stays, and no sequence meets another's rows."""
    here = scene()
    Bay.objects.create(machine=here.bay.machine, destination="2")
    return World(here, iter(wishes_of(here, wishes)))
