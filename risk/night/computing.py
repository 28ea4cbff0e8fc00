"""What a part of a run would write, found without writing anything."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from risk.domain.rescoring import Cause
from risk.night.basis import Basis
from risk.night.cases import cases_assess
from risk.night.fusing import Rescored, rescored_of
from risk.night.register import Flags, Register, causes_of
from risk.rows import Assessed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Computed:
    """What a chunk would write: visits in bulk, and cases whose inputs changed one by one. `seen`: the register as
    it was read. `fused`: how many visits were computed anew; `failed`: cases that could not be.
    """

    seen: Register
    bulk: Rescored
    cases: Sequence[Assessed]
    fused: int
    failed: int


def compute(register: Register, basis: Basis) -> Computed:
    """Fuse and decide again what has a cause. Nothing is written."""
    causes = causes_of(register)
    inputs = causes[Cause.INPUTS]
    wanted = _wanted(causes, basis) & ~inputs
    cases, failed = cases_assess(register.encounters[inputs].tolist())
    bulk = rescored_of(register.of(wanted), basis).only_changed()
    return Computed(register, bulk, cases, int(wanted.sum()) + len(cases), failed)


def _wanted(causes: dict[Cause, Flags], basis: Basis) -> Flags:
    any_cause = np.logical_or.reduce(list(causes.values()))
    return np.ones_like(any_cause) if basis.run.everything else any_cause
