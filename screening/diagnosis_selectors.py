"""Reads of what clinicians confirmed."""

from screening.domain.diagnosis import Diagnosis
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import ConfirmedDiagnosis


def diagnosis_rows_in_force(patient_id: int) -> list[ConfirmedDiagnosis]:
    """The newest of each eye and disease that was not retracted, the right eye first."""
    rows = ConfirmedDiagnosis.objects.filter(patient_id=patient_id, superseded_at=None, retracted_at=None)
    return list(rows.select_related("recorded_by").order_by("label", "-laterality"))


def diagnoses_in_force(patient_id: int) -> tuple[Diagnosis, ...]:
    """The same as rules read it."""
    return tuple(
        Diagnosis(Laterality(row.laterality), Label(row.label), row.severity)
        for row in diagnosis_rows_in_force(patient_id)
    )
