"""What is offered, in one table: the router, the search, the CapabilityStatement and the scopes all read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from config.fhir import loading, reach
from config.fhir.mapping import findings, images, referrals, reports
from config.fhir.mapping.elements import Element
from config.fhir.parameters import (
    REPORT_CODES,
    TASK_CODES,
    identifier,
    named,
    numbered,
    of_visit,
    owner,
    patient,
    updated,
)
from config.fhir.search import Reader, token_of
from records.models import PartnerClient


@dataclass(frozen=True)
class Kind:
    """One resource type. `letters`: the interactions offered, as scopes name them.

    `rows` are what the client may read; `resources` makes one or more of each row; `row_of` leads from an id to
    the row that has it. `patient` is the path to the patient's key. `needs`: a search without one of these is
    refused.
    """

    name: str
    letters: str
    rows: Callable[[PartnerClient], QuerySet[Any]]
    resources: Callable[[Any], list[Element]]
    row_of: Callable[[str], Q]
    patient: str
    parameters: Mapping[str, tuple[str, Reader]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def readers(self) -> Mapping[str, Reader]:
        return {"_id": self.row_of} | {name: reader for name, (_, reader) in self.parameters.items()}

    def patient_of(self, row: models.Model) -> int:
        value: Any = row
        for name in self.patient.split("."):
            value = getattr(value, name)
        return int(value)


_KINDS: Iterable[Kind] = (
    Kind(
        "Patient",
        "rs",
        reach.patients,
        lambda row: [loading.patient(row)],
        named("public_id"),
        "pk",
        {"identifier": ("token", identifier)},
        needs=("_id", "identifier"),
    ),
    Kind(
        "ServiceRequest",
        "rs",
        loading.referrals,
        lambda row: [
            referrals.service_request(
                row, loading.photographs_of(row), version=row.steps, updated=row.changed_at
            )
        ],
        numbered,
        "encounter.patient_id",
        {"patient": patient("encounter__patient__public_id"), "_lastUpdated": updated("changed_at")},
    ),
    Kind(
        "Task",
        "rus",
        loading.referrals,
        lambda row: [loading.task(row)],
        numbered,
        "encounter.patient_id",
        {
            "patient": patient("encounter__patient__public_id"),
            "status": ("token", token_of("status", TASK_CODES)),
            "owner": ("reference", owner),
            "_lastUpdated": updated("changed_at"),
        },
    ),
    Kind(
        "DiagnosticReport",
        "rs",
        reach.assessments,
        lambda row: [reports.report(loading.shown(row), row)],
        named("encounter__public_id"),
        "encounter.patient_id",
        of_visit(status=("token", token_of("status", REPORT_CODES))),
    ),
    Kind(
        "Observation",
        "rs",
        reach.assessments,
        lambda row: findings.observations(loading.shown(row)),
        named("encounter__public_id", longer=True),
        "encounter.patient_id",
        of_visit(),
    ),
    Kind(
        "RiskAssessment",
        "rs",
        reach.assessments,
        lambda row: reports.risks(loading.shown(row), row, loading.label_risks(row)),
        named("encounter__public_id", longer=True),
        "encounter.patient_id",
        of_visit(),
    ),
    Kind(
        "Media",
        "rs",
        reach.photographs,
        lambda row: [images.media(row)],
        numbered,
        "exam.encounter.patient_id",
        {"patient": patient("exam__encounter__patient__public_id"), "_lastUpdated": updated("received_at")},
    ),
    Kind(
        "Binary",
        "r",
        reach.photographs,
        lambda row: [images.binary(row, loading.display_copy(row))],
        numbered,
        "exam.encounter.patient_id",
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
