"""What a referral waits for, from where it stands: its step, or a date that comes after its deadline."""

from dataclasses import dataclass
from datetime import date, datetime

from referrals.domain.deadlines import is_late
from referrals.domain.silence import Calendar, Step, Waiting, first_due
from referrals.domain.status import UNSENT, ReferralStatus
from risk.domain.urgency import Urgency

_S = ReferralStatus
# Nobody has been seen yet: silent to the end of the deadline at most (REFR-58).
ENDS_WITH_DEADLINE = frozenset(Step) - {Step.LATE, Step.OUTCOME}


@dataclass(frozen=True)
class Course:
    """Where a referral stands. Moments are aware.

    `due_by`: the last day on which the patient is to be seen. `entered_at`: when it came to its status, of *received*
    when it was sent. `appointment_at`: the one that is booked, `booked_at`: when that was written down. `missed_at`:
    when the last one was told missed, while no other is booked. `held_until`: the last day on hold. `kept_at`,
    `confirmed_at`: when somebody, and when a physician, last gave a reason why its date stays after the deadline.
    `was_seen`: the patient was seen, and it is on hold until the next visit.
    """

    status: ReferralStatus
    urgency: Urgency
    due_by: date
    decided_at: datetime
    entered_at: datetime
    appointment_at: datetime | None = None
    booked_at: datetime | None = None
    missed_at: datetime | None = None
    held_until: date | None = None
    kept_at: datetime | None = None
    confirmed_at: datetime | None = None
    was_seen: bool = False


def waiting_for(course: Course, calendar: Calendar, *, now: datetime) -> Waiting | None:
    """The one step that a referral waits for now; None once it is closed."""
    found = _step(course, calendar)
    if found is None:
        return None
    step, since = found
    set_at = late_since(course, calendar)
    if set_at is not None:
        after = Waiting(step, course.urgency, since)
        return _late(course, set_at, first_due(after, calendar), calendar, now) or after
    ends = step in ENDS_WITH_DEADLINE and not course.was_seen
    silent_to = calendar.end_of(course.due_by) if ends else None
    return Waiting(step, course.urgency, since, silent_to)


def late_since(course: Course, calendar: Calendar) -> datetime | None:
    """When the date was set that comes after the deadline; None where none does (REFR-57)."""
    if course.was_seen:
        return None
    if course.status is _S.ON_HOLD and course.held_until is not None:
        return course.entered_at if is_late(course.held_until, course.due_by) else None
    if course.status is _S.ACCEPTED and course.appointment_at is not None:
        late = is_late(course.appointment_at.astimezone(calendar.zone).date(), course.due_by)
        return (course.booked_at or course.entered_at) if late else None
    return None


def _late(
    course: Course, set_at: datetime, over_at: datetime, calendar: Calendar, now: datetime
) -> Waiting | None:
    """The silence before a late date, and from the deadline's day on another one; None once its own step is due.

    A reason that is kept answers the first. The second asks whatever was said, since then the patient is late; only
    a physician who knows of it keeps it from climbing.
    """
    if now >= over_at:
        return None
    day = calendar.start_of(course.due_by)
    if now < day and not _after(course.kept_at, set_at):
        return Waiting(Step.LATE, course.urgency, set_at, until=day)
    since = max(set_at, day)
    known = _after(course.confirmed_at, since)
    return Waiting(Step.LATE, course.urgency, since, until=over_at, confirmed=known)


def _after(said_at: datetime | None, moment: datetime) -> bool:
    return said_at is not None and said_at >= moment


def _step(course: Course, calendar: Calendar) -> tuple[Step, datetime] | None:
    status = course.status
    if status in UNSENT:
        return Step.SEND, course.decided_at
    if status in (_S.REQUESTED, _S.RECEIVED):
        return Step.ANSWER, course.entered_at
    if status is _S.ACCEPTED:
        return _visit(course)
    if status is _S.ON_HOLD:
        until = course.held_until
        return Step.RESUME, calendar.end_of(until) if until else course.entered_at
    return (Step.OUTCOME, course.entered_at) if status is _S.IN_PROGRESS else None


def _visit(course: Course) -> tuple[Step, datetime]:
    if course.appointment_at is not None:
        return Step.ATTENDANCE, course.appointment_at
    if course.missed_at is not None:
        return Step.REBOOK, course.missed_at
    return Step.APPOINTMENT, course.entered_at
