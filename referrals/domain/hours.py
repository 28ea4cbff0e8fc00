"""When a hospital is open: minutes of a weekday, another set on public holidays, and days on which it is closed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAY_MINUTES: Final = 24 * 60
# ISO weekdays are 1 to 7; the eighth set is that of public holidays, as e-Gen counts them (facts 3.4 [R]).
HOLIDAY: Final = 8


@dataclass(frozen=True, order=True)
class OpenSpan:
    """FHIR HealthcareService.availableTime. `opens` and `closes` are minutes from midnight of `day`; a night that
    goes on into the next day closes after 1440.
    """

    day: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 1 <= self.day <= HOLIDAY:
            raise ValueError(f"day {self.day} is none of 1 to {HOLIDAY}")
        if not 0 <= self.opens < DAY_MINUTES or not self.opens < self.closes <= self.opens + DAY_MINUTES:
            raise ValueError(f"{self.opens} to {self.closes} are no minutes of one day")


@dataclass(frozen=True)
class Hours:
    """`spans` empty: not known, which is neither open nor closed. `closed_on`: FHIR notAvailable.

    `holidays` are the public ones of the country; a hospital that tells no holiday hours is closed on them.
    """

    spans: frozenset[OpenSpan] = frozenset()
    closed_on: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()

    @property
    def is_known(self) -> bool:
        return bool(self.spans)

    def open_on(self, day: date) -> bool:
        """Whether it opens on that day; where no hours are known, every working day counts (REFR-30).

        Source: product policy.
        """
        if day in self.closed_on:
            return False
        if not self.is_known:
            return day.isoweekday() < 6 and day not in self.holidays
        key = HOLIDAY if day in self.holidays else day.isoweekday()
        return any(span.day == key for span in self.spans)


UNKNOWN_HOURS: Final = Hours()


def open_days(hours: Hours, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which it opens."""
    return (
        day
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        if hours.open_on(day)
    )
