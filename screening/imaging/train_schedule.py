"""Which size every epoch has, how the learning rate goes, and what is left out when time runs short."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from screening.imaging.train_config import Phase

_LAST_KEPT = 2  # epochs at the last size, however short the time

Plan = tuple[int, ...]  # the size in pixels of each epoch, first to last


def plan_of(phases: Sequence[Phase]) -> Plan:
    return tuple(phase.size for phase in phases for _ in range(phase.epochs))


def replan(phases: Sequence[Phase], done: Plan, *, seconds_per_pixel: float, seconds_left: float) -> Plan:
    """What was `done` and, of the rest of `phases`, the epochs that fit into `seconds_left`.

    An epoch costs its size squared times `seconds_per_pixel`. The size with most epochs still to come loses one
    first; the last size keeps two to the end, because a shipped network must know the size it is shipped at. An
    epoch left out comes back when a faster machine makes room for it.
    """
    coming, last = _still_to_come(phases, done), phases[-1].size
    needed = max(0, min(_LAST_KEPT, phases[-1].epochs) - done.count(last))
    while len(coming) > needed and sum(size**2 for size in coming) * seconds_per_pixel > seconds_left:
        counts = Counter(coming)
        if counts[last] == needed:
            del counts[last]
        coming.remove(max(counts, key=lambda size: (counts[size], size)))
    return (*done, *coming)


def after_phase(phases: Sequence[Phase], done: Plan) -> Plan:
    """What was `done`, then the phases after the one it ended in."""
    return (*done, *plan_of([phase for phase in phases if phase.size > done[-1]]))


def _still_to_come(phases: Sequence[Phase], done: Plan) -> list[int]:
    return [
        phase.size
        for phase in phases
        if phase.size >= done[-1]
        for _ in range(phase.epochs - done.count(phase.size))
    ]


def share_done(plan: Plan, epochs: float) -> float:
    """How much of the plan's work, 0 to 1, so many epochs are; the work of an epoch is its size squared."""
    work, whole = np.square(plan, dtype=float), int(epochs)
    begun = work[whole] * (epochs - whole) if whole < len(plan) else 0.0
    return float((work[:whole].sum() + begun) / work.sum())


def learning_rate_at(share: float, *, top: float, warm_up: float) -> float:
    """At a share of the work: a linear warm-up from 1 % of `top`, then a cosine back down to 1 %.

    Counted in work and not in epochs, the large sizes at the end still have something to learn with, also where
    epochs before them were left out.
    """
    if share < warm_up:
        height = share / warm_up
    else:
        height = 0.5 * (1 + float(np.cos(np.pi * min(1.0, (share - warm_up) / max(1e-9, 1 - warm_up)))))
    return top * (0.01 + 0.99 * height)
