"""What a part of a run would write, found without writing anything."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from risk.domain.rescoring import Cause
from risk.night.basis import Basis
from risk.night.cases import cases_assess
from risk.night.fusing import Rescored, rescored_of
from risk.night.register import Register, causes_of
from risk.rows import Assessed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Computed:
    """What a chunk would write: visits in bulk, and cases whose inputs changed one by one. `fused`: how many visits
    were computed anew; `failed`: cases that could not be.
    """

    bulk: Rescored
    cases: Sequence[Assessed]
    fused: int
    failed: int


def compute(register: Register, basis: Basis, alive: Callable[[], None] = lambda: None) -> Computed:
    """Fuse and decide again what has a cause. Nothing is written. `alive` is called before each case."""
    inputs = causes_of(register)[Cause.INPUTS]
    cases, failed = cases_assess(register.encounters[inputs].tolist(), alive)
    bulk = rescored_of(register.of(~inputs), basis).only_changed()
    return Computed(bulk, cases, int((~inputs).sum()) + len(cases), failed)
