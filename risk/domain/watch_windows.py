"""Which visits the watch calls recent, and which it compares them with (RW-01, RW-03, RW-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from risk.domain.watching import CALIBRATION_DAYS, RECENT_DAYS


@dataclass(frozen=True)
class Lifts:
    """When the watch's hold of a release was last lifted, and when it last was because things stay so."""

    any: datetime | None = None
    as_it_is_now: datetime | None = None


NEVER = Lifts()


@dataclass(frozen=True)
class Windows:
    """What is recent, and what it is compared with, as of `now`; `image` and `risk`: the lifts of either release."""

    now: datetime
    image: Lifts = NEVER
    risk: Lifts = NEVER

    @property
    def split(self) -> datetime:
        """Where the reference ends; what lies between it and a later start of the recent days is in neither."""
        return self.now - timedelta(days=RECENT_DAYS)

    def recent_from(self, lifts: Lifts) -> datetime:
        """From when on a visit is recent for a release with these lifts."""
        return max(self.split, lifts.any or self.split)

    @property
    def calibration_from(self) -> datetime:
        """From when on a read counts for calibration."""
        earliest = self.now - timedelta(days=CALIBRATION_DAYS)
        return max(earliest, self.risk.any or earliest)

    def parted(
        self, scored: Sequence[tuple[datetime, float]], lifts: Lifts
    ) -> tuple[list[float], list[float]]:
        """The scores of the reference, and the recent ones."""
        since = self.recent_from(lifts)
        before = [score for at, score in scored if at < self.split and _after(at, lifts.as_it_is_now)]
        return before, [score for at, score in scored if at >= since]


def _after(at: datetime, moment: datetime | None) -> bool:
    return moment is None or at >= moment
