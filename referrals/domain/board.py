"""Where an open referral stands on the board of all of them."""

from datetime import date
from enum import StrEnum

from referrals.domain.status import CLOSED, UNSENT, ReferralStatus

_S = ReferralStatus


class Section(StrEnum):
    """In the order in which the board shows them."""

    OVERDUE = "overdue"
    UNSENT = "unsent"
    UNANSWERED = "unanswered"
    TAKEN = "taken"
    HELD = "held"


STATUSES_OF: dict[Section, tuple[ReferralStatus, ...]] = {
    Section.UNSENT: UNSENT,
    Section.UNANSWERED: (_S.REQUESTED, _S.RECEIVED),
    Section.TAKEN: (_S.ACCEPTED, _S.IN_PROGRESS),
    Section.HELD: (_S.ON_HOLD,),
}
# The deadline is of being seen: whoever is treated has kept it, and a hold does not move it.
LATE_IN: tuple[ReferralStatus, ...] = tuple(one for one in _S if one not in (*CLOSED, _S.IN_PROGRESS))


def is_overdue(status: ReferralStatus, due_by: date, *, today: date) -> bool:
    """Whether the day by which the patient was to be seen is over, and no hospital has begun."""
    return status in LATE_IN and due_by < today


def section_of(status: ReferralStatus, due_by: date, *, today: date) -> Section:
    """The one section that shows it: overdue before whatever its state is. `status` is an open one."""
    if is_overdue(status, due_by, today=today):
        return Section.OVERDUE
    return next(section for section, statuses in STATUSES_OF.items() if status in statuses)
