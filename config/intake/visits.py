"""A visit during intake: begun once, resumed where it stands."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

import risk.selectors
import screening.services
from records import access, permission
from records.actor import Actor
from records.models import Patient
from screening.models import Encounter, Exam, ExamStatus

MOST_SHOWN = 20


def visits_unfinished(*, by: Actor, today: date, patient: Patient | None = None) -> list[Encounter]:
    """Visits of today whose first photographs are not submitted, newest first."""
    visits = access.within(Encounter.objects.select_related("patient"), by=by)
    visits = visits.filter(cancelled_at=None, started_at__date=today)
    if patient is not None:
        visits = visits.filter(patient=patient)
    photographed = Exam.objects.exclude(status=ExamStatus.OPEN).values("encounter")
    return list(visits.exclude(pk__in=photographed).order_by("-started_at", "-pk")[:MOST_SHOWN])


@transaction.atomic
def visit_begin(*, patient: Patient, by: Actor, now: datetime, today: date) -> Encounter:
    """Open a visit and its sitting; today's unfinished one is returned, so that a double click opens one.

    Raises ConsentMissing, RecordNotFound, RoleRefused.
    """
    permission.intake_allowed(by, organization_id=patient.organization_id)
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    known = visits_unfinished(by=by, today=today, patient=patient)
    encounter = known[0] if known else screening.services.encounter_open(patient=patient, by=by, now=now)
    screening.services.exam_open(encounter=encounter, by=by, now=now)
    return encounter


def exam_newest(encounter: Encounter) -> Exam | None:
    """The sitting that photographs go to now, or went to last."""
    return encounter.exams.order_by("-pk").first()


def address_of_step(encounter: Encounter) -> str:
    """Where this visit goes on: the first step that is not done."""
    if encounter.cancelled_at is not None:
        return reverse("case", args=[encounter.public_id])
    if risk.selectors.risk_factors_current(encounter) is None:
        return reverse("intake-questions", args=[encounter.public_id])
    exam = exam_newest(encounter)
    step = "intake-photographs" if exam is None or exam.status == ExamStatus.OPEN else "intake-progress"
    return reverse(step, args=[encounter.public_id])
