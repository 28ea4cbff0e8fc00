"""Which drug data the pharmacy stands on, and when they are too old to stand on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from screening.domain.rules import Rule

PD_DUR_STALE: Final = "PD-01"
PD_RECALLS_STALE: Final = "PD-02"
PD_ELDERLY: Final = "PD-03"
PD_SHRUNK: Final = "PD-04"
PD_LOT_UNREAD: Final = "PD-05"
PD_RECALLED: Final = "PD-06"

# Data as of an earlier day than this many days ago are stale. Source: product policy (facts 4.8 asks for a limit).
DUR_STALE_AFTER_DAYS: Final = 60
RECALLS_STALE_AFTER_DAYS: Final = 7
# From which age a notice about the elderly speaks (PD-03). Source: MFDS notice on 노인주의 [K].
ELDERLY_FROM_YEARS: Final = 65
# An import with a smaller share of the rows in force is refused until a person looked (PD-04).
SMALLEST_SHARE: Final = 0.5


class DrugDataSource(StrEnum):
    """One listing that is imported as a whole. Source: facts 2.2, 2.3."""

    LEAFLETS = "leaflets"  # e약은요
    DUR_PAIRS = "dur-pairs"
    DUR_PREGNANCY = "dur-pregnancy"
    DUR_ELDERLY = "dur-elderly"
    DUR_AGE = "dur-age"
    DUR_DOSE = "dur-dose"
    DUR_DURATION = "dur-duration"
    DUR_DUPLICATES = "dur-duplicates"
    DUR_SPLITTING = "dur-splitting"
    PERMITS = "permits"
    RECALLS = "recalls"
    KIDS_PAIRS = "kids-pairs"
    KIDS_PREGNANCY = "kids-pregnancy"
    KIDS_LACTATION = "kids-lactation"
    KIDS_ELDERLY = "kids-elderly"
    KIDS_AGE = "kids-age"
    KIDS_DOSE = "kids-dose"
    KIDS_DURATION = "kids-duration"
    KIDS_DUPLICATES = "kids-duplicates"


@dataclass(frozen=True)
class Need:
    """What must be known before anything is handed out: any one of `sources`, not older than `days`."""

    name: str
    sources: tuple[DrugDataSource, ...]
    rule_id: str = PD_DUR_STALE
    days: int = DUR_STALE_AFTER_DAYS


_S = DrugDataSource
NEEDS: tuple[Need, ...] = (
    Need("interaction", (_S.KIDS_PAIRS, _S.DUR_PAIRS)),
    Need("pregnancy", (_S.KIDS_PREGNANCY, _S.DUR_PREGNANCY)),
    Need("lactation", (_S.KIDS_LACTATION,)),
    Need("elderly", (_S.KIDS_ELDERLY, _S.DUR_ELDERLY)),
    Need("age", (_S.KIDS_AGE, _S.DUR_AGE)),
    Need("dose", (_S.KIDS_DOSE, _S.DUR_DOSE)),
    Need("duration", (_S.KIDS_DURATION, _S.DUR_DURATION)),
    Need("duplicate-class", (_S.KIDS_DUPLICATES, _S.DUR_DUPLICATES)),
    Need("recalls", (_S.RECALLS,), PD_RECALLS_STALE, RECALLS_STALE_AFTER_DAYS),
)


@dataclass(frozen=True)
class StaleNeed:
    """A need without data that are new enough. `as_of`: day of the newest there are, None for none or unknown."""

    need: Need
    as_of: date | None


def stale_needs(as_of: Mapping[DrugDataSource, date], today: date) -> tuple[StaleNeed, ...]:
    """The needs that keep the machine shut on a day (PD-01, PD-02); empty when all data are new enough.

    `as_of` has the day of every complete import in force. What is missing, incomplete or of unknown age is stale.
    """
    newest = {need: _newest(as_of, need.sources) for need in NEEDS}
    return tuple(
        StaleNeed(need, day)
        for need, day in newest.items()
        if day is None or day < today - timedelta(days=need.days)
    )


def _newest(as_of: Mapping[DrugDataSource, date], sources: Iterable[DrugDataSource]) -> date | None:
    return max((as_of[source] for source in sources if source in as_of), default=None)


@dataclass(frozen=True)
class ImportFacts:
    """What is known of a listing that was read, or of the one in force."""

    rows: int
    refused: int
    complete: bool


def why_not_import(new: ImportFacts, in_force: ImportFacts | None, *, incomplete: bool, fewer: bool) -> str:
    """Why a listing must not replace the one in force, and what to do; "" when it may.

    `incomplete` and `fewer`: a person said that it may lack rows, or have far fewer than before (PD-04).
    """
    if new.refused and not incomplete:
        return (
            f"{new.refused} of {new.rows} rows cannot be taken; see the report, mend them at the source, or say "
            "--incomplete for a trial (it never counts for dispensing)"
        )
    if in_force is None:
        return ""
    if in_force.complete and not new.complete:
        return "a complete import is in force, and this one is not; it would lose rules"
    if new.rows < in_force.rows * SMALLEST_SHARE and not fewer:
        return f"{new.rows} rows where {in_force.rows} are in force; look at them, then say --fewer"
    return ""


RULES: tuple[Rule, ...] = (
    Rule(
        PD_DUR_STALE,
        f"DUR data missing, incomplete, of unknown age or older than {DUR_STALE_AFTER_DAYS} days: no dispensing",
        "facts 4.8",
        "P",
    ),
    Rule(
        PD_RECALLS_STALE,
        f"Recalls missing, incomplete, of unknown age or older than {RECALLS_STALE_AFTER_DAYS} days: no dispensing",
        "facts 4.8",
        "P",
    ),
    Rule(
        PD_ELDERLY, f"A notice about the elderly speaks from {ELDERLY_FROM_YEARS} years", "MFDS 노인주의", "K"
    ),
    Rule(
        PD_SHRUNK,
        f"An import with less than {SMALLEST_SHARE:.0%} of the rows in force waits for a person",
        "product policy",
        "P",
    ),
    Rule(PD_LOT_UNREAD, "A recall without a readable lot number blocks the whole GTIN", "facts 2.2", "P"),
    Rule(
        PD_RECALLED,
        "A recalled lot is quarantined: none of it is received or proposed, and who was given of it is listed",
        "facts 2.5, 4.2",
        "P",
    ),
)
