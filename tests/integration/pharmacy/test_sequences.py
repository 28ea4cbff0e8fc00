"""No sequence of what people, machine and time may do loses a pack, gives one twice, or gives one it must not."""

from collections import Counter

import pytest
from django.db import transaction

from pharmacy.models import Bay
from records.models import Role
from tests.factories import records as people
from tests.integration.pharmacy.dispensing import Scene, scene
from tests.integration.pharmacy.sequences import (
    Step,
    each_of,
    lived_through,
    not_moved,
    wishes_of,
)
from tests.integration.pharmacy.world import World

# 300, of which make test lives through the first fifty and make test-slow through the others; tests/long has ten
# thousand.
PARTS, EACH = 6, 50


@pytest.fixture
def here(db: None) -> Scene:
    here = scene()
    Bay.objects.create(machine=here.bay.machine, destination="2")
    return here


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))]
)
def test_no_sequence_of_steps_loses_a_pack_or_gives_one_that_it_must_not(here: Scene, part: int) -> None:
    wishes, stranger = wishes_of(here), people.actor(people.clinic(), Role.PHARMACIST)
    moved = Counter[str]()

    def live(sequence: list[Step]) -> None:
        with transaction.atomic():
            world = World(here, iter(wishes))
            world.stranger = stranger
            moved.update(lived_through(world, sequence))
            transaction.set_rollback(True)

    each_of(live, examples=EACH, seed=part)
    assert not_moved(moved) == set(), "these sequences moved too little to show anything"
