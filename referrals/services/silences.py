"""Keeping watch over the silence of a referral's step, and raising its alarm one rung at a time."""

import logging
from datetime import datetime

from django.db import transaction

from records.actor import software
from records.models import AuditAction
from records.services import audit_record
from referrals import alarm_selectors
from referrals.domain.contact import turn_of
from referrals.domain.course import waiting_for
from referrals.domain.decisions import DecisionCode
from referrals.domain.silence import GIVES_UP, Rung, Waiting, first_due, next_look
from referrals.domain.status import ReferralStatus
from referrals.models import AlarmRung, Referral, ReferralAlarm
from referrals.services.silence_following import silence_follow
from referrals.services.step_rows import status_set
from risk.domain.urgency import Urgency

logger = logging.getLogger(__name__)


def alarms_raise(*, now: datetime, limit: int = 200) -> int:
    """Look at the referrals whose silence is due, each in a transaction of its own; how many were looked at.

    It may run twice, late or beside itself: a rung is raised once, and the next counts from there. One that cannot
    be looked at keeps nobody else waiting; it is logged, and tried again with the next sweep.
    """
    looked = 0
    due = Referral.objects.filter(alarm_at__lte=now).order_by("alarm_at", "pk")
    for key in list(due.values_list("pk", flat=True)):
        if looked == limit:
            break
        try:
            looked += _look_at(key, now)
        except Exception:
            logger.exception("The silence of referral %s could not be looked at", key)
    return looked


@transaction.atomic
def _look_at(key: int, now: datetime) -> bool:
    """False where another sweep has it, or had it since."""
    due = Referral.objects.filter(pk=key, alarm_at__lte=now)
    rows = due.select_for_update(of=("self",), skip_locked=True)
    referral = rows.select_related("organization", "encounter", "capacity", "hospital").first()
    if referral is None:
        return False
    _climb(referral, now)
    return True


def _climb(referral: Referral, now: datetime) -> None:
    calendar = alarm_selectors.calendar_of(referral.organization, now.year)
    waiting = waiting_for(alarm_selectors.course_of(referral), calendar, now=now)
    if waiting is None or first_due(waiting, calendar) > now:
        silence_follow(referral, now=now)
        return
    alarm = referral.alarms.filter(step=waiting.step, begun_at=waiting.since).first()
    if alarm and (waiting.confirmed or alarm.rung == Rung.GIVEN_UP):
        silence_follow(referral, now=now)
        return
    rung = Rung(alarm.rung + 1) if alarm else Rung.FIRST
    _raise(referral, waiting, alarm, rung, now)
    if rung is Rung.GIVEN_UP and waiting.step in GIVES_UP:
        by = software("referrals.alarms", referral.organization_id)
        status_set(referral, ReferralStatus.FAILED, by=by, now=now, code=DecisionCode.NO_ANSWER)
        return
    referral.alarm_at = next_look(waiting, rung, now, calendar)
    referral.save(update_fields=["alarm_at"])


def _raise(
    referral: Referral, waiting: Waiting, alarm: ReferralAlarm | None, rung: Rung, now: datetime
) -> None:
    missed = alarm_selectors.appointments_missed(referral)
    refused = alarm is not None and alarm_selectors.refused_to_go(alarm)
    turn = turn_of(waiting.step, rung, missed=missed, refused=refused)
    row = alarm or ReferralAlarm(
        organization_id=referral.organization_id,
        referral=referral,
        step=waiting.step,
        begun_at=waiting.since,
    )
    referral.alarms.filter(closed_at=None).exclude(pk=row.pk).update(closed_at=now)
    # Who was to be called by now already is not called later for it.
    row.due_at = waiting.quiet_until or (min(row.due_at, now) if alarm else now)
    row.rung, row.turn, row.closed_at = rung, turn, None
    row.save()
    AlarmRung.objects.create(alarm=row, rung=rung, turn=turn, raised_at=now)
    audit_record(
        by=software("referrals.alarms", referral.organization_id),
        now=now,
        action=AuditAction.UPDATE if alarm else AuditAction.CREATE,
        entity=row,
        patient_id=referral.encounter.patient_id,
        detail=f"{waiting.step} {Urgency(referral.urgency)} rung {int(rung)}: {turn}",
    )
