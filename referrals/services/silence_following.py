"""After a step: which silence begins, which alarm is over, and when somebody looks again."""

from datetime import datetime

from referrals import alarm_selectors
from referrals.domain.course import waiting_for
from referrals.domain.silence import Calendar, Rung, Waiting, first_due, next_look
from referrals.models import AlarmRung, Referral


def silence_follow(referral: Referral, *, now: datetime) -> None:
    """After a step: close the alarm of the one before, and say when the new silence is looked at.

    A silence that goes on, as after a hold, has its alarm again: how far it climbed is not forgotten.
    """
    calendar = alarm_selectors.calendar_of(referral.organization, now.year)
    waiting = waiting_for(alarm_selectors.course_of(referral), calendar, now=now)
    alarms = referral.alarms.filter(closed_at=None)
    if waiting is not None:
        alarms = alarms.exclude(step=waiting.step, begun_at=waiting.since)
    alarms.update(closed_at=now)
    referral.alarm_at = None
    if waiting is not None:
        same = referral.alarms.filter(step=waiting.step, begun_at=waiting.since)
        same.update(closed_at=None, **({"due_at": waiting.quiet_until} if waiting.quiet_until else {}))
        raised = AlarmRung.objects.filter(
            alarm__referral=referral, alarm__step=waiting.step, alarm__begun_at=waiting.since
        )
        last = raised.order_by("rung").last()
        referral.alarm_at = _next_look(waiting, last, calendar)
    referral.save(update_fields=["alarm_at"])


def _next_look(waiting: Waiting, last: AlarmRung | None, calendar: Calendar) -> datetime | None:
    if last is None:
        return first_due(waiting, calendar)
    return next_look(waiting, Rung(last.rung), last.raised_at, calendar)
