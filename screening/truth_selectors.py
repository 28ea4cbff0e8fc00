"""What clinicians confirmed of eyes that were photographed here: for measuring the model, and for training the next."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from records.models import Organization
from screening.domain.findings import Decision, Label
from screening.domain.laterality import Laterality
from screening.domain.truth import Truth, speaks_of
from screening.models import ConfirmedDiagnosis, Exam, Finding

Place = tuple[int, Laterality, Label]  # visit, eye, disease


def truths(organization: Organization, *, since: datetime | None = None) -> list[Truth]:
    """Each diagnosis beside the patient's last photographed visit before it (GT-01); of several the newest.

    `since`: recorded from then on. What was retracted is left out; what a newer diagnosis superseded is the truth of
    earlier photographs still.
    """
    rows = ConfirmedDiagnosis.objects.filter(organization=organization, retracted_at=None)
    rows = rows.filter(recorded_at__gte=since) if since else rows
    diagnoses = list(rows.order_by("confirmed_on", "recorded_at", "pk"))
    visits = _visits({row.patient_id for row in diagnoses}, ZoneInfo(organization.time_zone))
    found: dict[Place, Truth] = {}
    for row in diagnoses:
        fitting = [key for key, day in visits[row.patient_id] if speaks_of(row.confirmed_on, day)]
        if fitting:
            eye, label = Laterality(row.laterality), Label(row.label)
            found[fitting[-1], eye, label] = Truth(fitting[-1], eye, label, row.severity, row.source)
    return list(found.values())


def _visits(patients: set[int], zone: ZoneInfo) -> dict[int, list[tuple[int, object]]]:
    """The visits with a result of each patient and the clinic's day of each, oldest first."""
    exams = Exam.objects.filter(encounter__patient__in=patients, outcomes__superseded_at=None)
    seen = exams.filter(outcomes__isnull=False, encounter__cancelled_at=None)
    found: dict[int, list[tuple[int, object]]] = defaultdict(list)
    columns = ("encounter__patient_id", "encounter_id", "encounter__started_at")
    for patient, visit, started in seen.values_list(*columns).distinct().order_by("encounter__started_at"):
        found[patient].append((visit, started.astimezone(zone).date()))
    return found


def decisions(visits: set[int]) -> dict[Place, Decision]:
    """What the machine said of each eye and disease of these visits, by its newest photograph."""
    rows = Finding.objects.filter(
        eye__outcome__exam__encounter__in=visits, eye__outcome__superseded_at=None
    ).order_by("eye__outcome__exam_id", "pk")
    columns = ("eye__outcome__exam__encounter_id", "eye__image__laterality", "label", "decision")
    return {
        (visit, Laterality(eye), Label(label)): Decision(decision)
        for visit, eye, label, decision in rows.values_list(*columns)
    }
