"""The plan of a large camp day: 500 people, 100 hospitals, all of one urgency, which is the hardest."""

import random
import time
from datetime import date, timedelta

from referrals.domain.assignment import CampPatient, assign_camp
from referrals.domain.assignment_gains import gains_of_more_places
from referrals.domain.capabilities import Capability
from referrals.domain.capacity import Offer
from referrals.domain.matching import HospitalProfile, Need
from referrals.domain.travel import Place
from risk.domain.urgency import Urgency
from tests.benchmarks.rows import compared, report

SECONDS = 5  # what is asked of the product
TODAY = date(2026, 11, 25)
EYE_CLINIC = frozenset({Capability.EYE_CLINIC})
ABLE = (EYE_CLINIC, EYE_CLINIC | {Capability.LASER})
NEEDED = TODAY + timedelta(days=91)


def main() -> None:
    rng = random.Random(1)
    people = [
        CampPatient(key, Need(Urgency.ROUTINE, NEEDED, rng.choice(ABLE)), _place(rng)) for key in range(500)
    ]
    report([row for a_week in (3, 0.2) for row in _rows(rng, people, a_week)])


def _rows(rng: random.Random, people: list[CampPatient], a_week: float) -> list:
    of_all = [
        HospitalProfile(key, _place(rng), rng.choice(ABLE), Offer(_places(rng, a_week))) for key in range(100)
    ]
    hospitals = {Urgency.ROUTINE: of_all}
    began = time.perf_counter()
    plan = assign_camp(people, hospitals, today=TODAY)
    planned = time.perf_counter()
    gains_of_more_places(plan, people, hospitals, today=TODAY)
    asked = time.perf_counter() - planned
    out = len(plan.unassigned)
    return [
        compared(
            f"camp day of 500 x 100, {out} left out: plan (beside its bar)", planned - began, "s", SECONDS
        ),
        compared(f"camp day of 500 x 100, {out} left out: more places (beside its bar)", asked, "s", SECONDS),
    ]


def _places(rng: random.Random, a_week: float) -> int:
    return round(a_week) if a_week >= 1 else int(rng.random() < a_week)


def _place(rng: random.Random) -> Place:
    return Place(36 + rng.uniform(-1, 1), 128 + rng.uniform(-1, 1))


if __name__ == "__main__":
    main()
