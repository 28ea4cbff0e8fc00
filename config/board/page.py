"""The lines of the board, the earliest deadline first, under what they wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.authorise.turns import REFERRAL_TURNS
from config.paging import Page, page_of
from records.actor import Actor
from records.models import Patient
from referrals.board_selectors import referrals_asking, referrals_open, referrals_overdue, with_course
from referrals.domain.board import STATUSES_OF, Section, is_overdue, section_of
from referrals.domain.status import ReferralStatus
from referrals.models import Referral, ReferralAlarm
from screening.blind_selectors import tasks_blinding

PAGE_SIZE = 50
COUNT_TO = 100

SECTIONS: dict[Section, Promise] = {
    Section.OVERDUE: _("Overdue: not seen by the day"),
    Section.UNSENT: _("Waits for a name, or to be sent"),
    Section.UNANSWERED: _("Sent, and not answered"),
    Section.TAKEN: _("Accepted"),
    Section.HELD: _("On hold"),
}


class BoardList(StrEnum):
    ALL = "all"
    OVERDUE = "overdue"
    MINE = "mine"


@dataclass(frozen=True)
class BoardRow:
    """`days_left`: to the deadline, negative after it. `late`: it is over, and no hospital has begun."""

    referral: Referral
    section: Section
    days_left: int
    late: bool

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)

    @property
    def address(self) -> str:
        return reverse("authorise-referral", args=[self.referral.pk])

    @property
    def patient(self) -> Patient:
        return self.referral.encounter.patient

    @property
    def alarm(self) -> ReferralAlarm | None:
        return next(iter(self.referral.open_alarms), None)

    @property
    def appointment_at(self) -> datetime | None:
        return next((one.starts_at for one in self.referral.booked), None)

    @property
    def shown(self) -> tuple[object, ...]:
        """What the board says of it."""
        one, alarm = self.referral, self.alarm
        silence = (alarm.step, alarm.rung) if alarm else None
        where = one.hospital.name if one.hospital else ""
        who = self.patient.name, self.patient.mrn
        return one.pk, one.status, one.urgency, self.days_left, where, who, silence, self.appointment_at


def board_referrals(
    which: BoardList, *, by: Actor, today: date, state: str = "", urgency: str = ""
) -> QuerySet[Referral]:
    """Open referrals of the actor's organization.

    Without those of visits that this person may still read blinded: to be on the board tells the result (GR-07).
    """
    rows = referrals_open(by=by).exclude(encounter__in=tasks_blinding(by=by).values("encounter"))
    if which is BoardList.OVERDUE:
        rows = referrals_overdue(rows, today=today)
    elif which is BoardList.MINE:
        rows = referrals_asking(rows, by.role, statuses=_statuses_of(by.role))
    if state:
        rows = rows.filter(status__in=STATUSES_OF[Section(state)])
    return rows.filter(urgency=urgency) if urgency else rows


def _statuses_of(role: str) -> list[ReferralStatus]:
    return [status for status, turn in REFERRAL_TURNS.items() if turn == role]


def board_page(
    referrals: QuerySet[Referral], *, today: date, **anchors: Referral | None
) -> tuple[list[BoardRow], Page[Referral]]:
    """One page in the order of the deadlines; a fixed number of queries for any number of rows."""
    page = page_of(with_course(referrals), field="due_by", descending=False, size=PAGE_SIZE, **anchors)
    return [board_row(one, today=today) for one in page.rows], page


def board_row(one: Referral, *, today: date) -> BoardRow:
    status = ReferralStatus(one.status)
    return BoardRow(
        referral=one,
        section=section_of(status, one.due_by, today=today),
        days_left=(one.due_by - today).days,
        late=is_overdue(status, one.due_by, today=today),
    )


def in_sections(rows: Sequence[BoardRow]) -> list[dict[str, object]]:
    """The rows of a page under their headings; a section without any is left out."""
    found = {section: [row for row in rows if row.section is section] for section in Section}
    return [
        {"key": str(section), "text": SECTIONS[section], "rows": own} for section, own in found.items() if own
    ]


def board_counted(*, by: Actor, today: date) -> dict[BoardList, int]:
    """How many there are of each, counted to COUNT_TO."""
    return {
        which: board_referrals(which, by=by, today=today).order_by().values("pk")[:COUNT_TO].count()
        for which in BoardList
    }
