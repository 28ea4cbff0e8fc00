"""What happened in a case, from the visit to its outcome, oldest first and by the clinic's days."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.timezone import localdate

from config import timeline_decisions, timeline_intake, timeline_pharmacy
from config.moments import Moment, with_names
from screening.models import Encounter

BEFORE_THE_RESULT = (
    timeline_intake.opening,
    timeline_intake.answering,
    timeline_intake.photographing,
    timeline_decisions.scoring,
)
SOURCES = (
    *BEFORE_THE_RESULT,
    timeline_decisions.reading,
    timeline_decisions.assessing,
    timeline_decisions.contacting,
    timeline_pharmacy.ordering,
    timeline_pharmacy.proposing,
    timeline_pharmacy.handing_out,
    timeline_decisions.referring,
    timeline_decisions.failing,
)


@dataclass(frozen=True)
class Day:
    on: date
    moments: tuple[Moment, ...]


def timeline(encounter: Encounter, *, blinded: bool = False) -> list[Day]:
    """Every dated fact of the case, in a number of queries that does not grow with them.

    `blinded`: nothing of what the reads and the result led to.
    """
    sources = BEFORE_THE_RESULT if blinded else SOURCES
    moments = with_names(moment for source in sources for moment in source(encounter))
    ordered = sorted(moments, key=lambda moment: moment.at)
    days = groupby(ordered, key=lambda moment: localdate(moment.at))
    return [Day(on, tuple(found)) for on, found in days]
