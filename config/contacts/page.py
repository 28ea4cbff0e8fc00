"""The lines of the contact work-list, and what its page about one silence shows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from config.paging import Page, page_of
from records.actor import Actor
from records.models import Patient
from referrals.alarm_selectors import alarms_open
from referrals.domain.contact import PARTY_OF, Party
from referrals.domain.silence import Step
from referrals.models import PatientNeeds, Referral, ReferralAlarm
from screening.blind_selectors import tasks_blinding

PAGE_SIZE = 25
COUNT_TO = 100


class ContactList(StrEnum):
    DUE = "due"
    LATER = "later"


@dataclass(frozen=True)
class ContactRow:
    """`whom`: a hospital's or a patient's name; empty where the step is the clinic's own. `overdue`: it is late."""

    alarm: ReferralAlarm
    whom: str
    phone: str
    overdue: bool

    @property
    def referral(self) -> Referral:
        return self.alarm.referral

    @property
    def patient(self) -> Patient:
        return self.alarm.referral.encounter.patient

    @property
    def shown(self) -> tuple[object, ...]:
        """What the list says of it."""
        one = self.alarm
        tried = [contact.pk for contact in one.contacts.all()]
        return one.pk, one.rung, one.turn, one.due_at, self.overdue, self.patient.name, self.whom, tried


def contacts_open(which: ContactList, *, by: Actor, now: datetime) -> QuerySet[ReferralAlarm]:
    """Open alarms of the actor's organization that are due, or the others.

    Without those of visits that this person may still read blinded: to be in the list tells the result (GR-07).
    """
    blinded = tasks_blinding(by=by).values("encounter")
    own = alarms_open(by=by).exclude(referral__encounter__in=blinded)
    return own.filter(due_at__lte=now) if which is ContactList.DUE else own.filter(due_at__gt=now)


def contacts_page(
    alarms: QuerySet[ReferralAlarm], *, now: datetime, **anchors: ReferralAlarm | None
) -> tuple[list[ContactRow], Page[ReferralAlarm]]:
    loaded = alarms.select_related(
        "referral__hospital", "referral__encounter__patient__referral_needs"
    ).prefetch_related("contacts")
    page = page_of(loaded, field="due_at", descending=False, size=PAGE_SIZE, **anchors)
    return [contact_row(alarm, now=now) for alarm in page.rows], page


def contact_row(alarm: ReferralAlarm, *, now: datetime) -> ContactRow:
    whom, phone = _whom(alarm)
    return ContactRow(alarm, whom, phone, alarm.due_at < now)


def _whom(alarm: ReferralAlarm) -> tuple[str, str]:
    party, referral = PARTY_OF[Step(alarm.step)], alarm.referral
    if party is Party.HOSPITAL and referral.hospital is not None:
        return referral.hospital.name, referral.hospital.phone
    if party is Party.PATIENT:
        patient = referral.encounter.patient
        return patient.name, needs_of(patient).phone
    return "", ""


def needs_of(patient: Patient) -> PatientNeeds:
    """What was told of the person; an empty row where nobody told anything."""
    return getattr(patient, "referral_needs", None) or PatientNeeds(patient=patient)


def contacts_counted(*, by: Actor, now: datetime) -> dict[ContactList, int]:
    """How many there are of each, counted to COUNT_TO."""
    return {
        which: contacts_open(which, by=by, now=now).order_by().values("pk")[:COUNT_TO].count()
        for which in ContactList
    }


def contact_page(alarm: ReferralAlarm, *, now: datetime) -> dict[str, Any]:
    """One silence: whom to call, why, what was tried, and how far the alarm climbed."""
    row = contact_row(alarm, now=now)
    return {
        "row": row,
        "one": alarm,
        "referral": row.referral,
        "patient": row.patient,
        "needs": needs_of(row.patient),
        "attempts": alarm.contacts.select_related("attempted_by").order_by("-pk"),
        "rungs": alarm.rungs.order_by("pk"),
        "party": PARTY_OF[Step(alarm.step)],
    }
