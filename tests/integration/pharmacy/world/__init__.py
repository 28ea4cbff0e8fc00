"""A clinic with its packs as they really lie, beside the books: every step acts on both, as people and machine do.

A new thing that can happen is a method that takes `pick`, which chooses among the possibilities, in one of the
classes here, and its name in STEPS.
"""

from contextlib import suppress
from datetime import timedelta

from pharmacy.errors import PharmacyError
from tests.integration.pharmacy.dropped import connection_dropped
from tests.integration.pharmacy.world.invariants import Invariants
from tests.integration.pharmacy.world.people import People
from tests.integration.pharmacy.world.places import NothingToDo

Drop = tuple[str, int]  # before or after which commit of the step the connection is lost


class World(People, Invariants):
    """`dropped` are the steps in which the connection was lost, and when; `commits` how many each step made."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)
        self.dropped: list[tuple[str, str]] = []
        self.commits: list[int] = []

    def take(self, step: str, pick: int, drop: Drop | None = None) -> bool:
        """One step, and whether there was anything to do; what the services refuse has changed nothing."""
        self.now += timedelta(seconds=30)
        self.at_risk = drop is not None
        when, commit = drop or (None, 0)
        try:
            with connection_dropped(when, commit=commit) as watched, suppress(PharmacyError):
                getattr(self, step)(pick)
        except NothingToDo:
            return False
        finally:
            self.commits.append(watched.commits)
            self.dropped += [(step, watched.lost)] * bool(watched.lost)
        return True


# As often as they are to be drawn.
WEIGHTS = {
    "deliver": 2,
    "authorise": 3,
    "release": 4,
    "machine": 6,
    "hand_over": 5,
    "count_bay": 3,
    "sweep": 2,
    "answer_comes": 2,
    "cancel": 1,
    "retain": 1,
    "replace": 2,
    "cycle_count": 1,
    "return_pack": 2,
    "set_aside": 1,
    "destroy": 1,
    "recall": 1,
    "recall_notice": 1,
    "refuse": 1,
    "end_supply": 1,
    "answers_change": 1,
    "unlicensed": 1,
    "renew_data": 1,
    "minutes_pass": 1,
    "days_pass": 1,
    "months_pass": 1,
}
STEPS = tuple(step for step, weight in WEIGHTS.items() for _ in range(weight))
