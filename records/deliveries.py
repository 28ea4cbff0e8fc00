"""When a webhook is tried again and when it is given up: pure. Reasons: docs/adr on the outbox.

The waits are the schedule that Standard Webhooks 1.0.0 recommends (its section on reliability).
"""

from dataclasses import dataclass
from datetime import timedelta

WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
LONGEST = timedelta(days=1)
ATTEMPTS = len(WAITS) + 1
# Also one that was hardly tried, because its endpoint was silent all the time.
OLDEST = timedelta(days=7)
# Errors in a row after which an endpoint is left alone for a while; one that does not answer at all is at once.
ERRORS_IN_A_ROW = 3
GONE = 410
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True)
class Tried:
    """What became of one attempt. `status` 0: no answer came."""

    status: int
    accepted: bool
    attempt: int
    age: timedelta
    failures: int  # of the endpoint in a row, this one counted
    retry_after: timedelta = timedelta(0)


@dataclass(frozen=True)
class Verdict:
    """`again_in`: None when it is over. `pause`: the endpoint is left alone so long. `gone`: it wants no more."""

    accepted: bool = False
    again_in: timedelta | None = None
    pause: timedelta | None = None
    gone: bool = False

    @property
    def dead(self) -> bool:
        return not self.accepted and self.again_in is None


def judge(tried: Tried, *, chance: float) -> Verdict:
    """`chance`: 0 to 1, drawn anew each time, so that what failed together does not come back together."""
    if tried.accepted:
        return Verdict(accepted=True)
    if tried.status == GONE:
        return Verdict(gone=True)
    again = max(wait(tried.attempt, chance), min(tried.retry_after, LONGEST))
    silent = tried.status == 0 or tried.status in BUSY or tried.failures >= ERRORS_IN_A_ROW
    pause = max(wait(tried.failures, chance), min(tried.retry_after, LONGEST)) if silent else None
    over = tried.attempt >= ATTEMPTS or tried.age + again > OLDEST
    return Verdict(again_in=None if over else again, pause=pause)


def wait(failed: int, chance: float) -> timedelta:
    """After so many failures, 1 or more: between half the scheduled wait and all of it."""
    return WAITS[min(failed, len(WAITS)) - 1] * (0.5 + chance / 2)
