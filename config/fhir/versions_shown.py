"""Every version of what a visit showed: its report, Observations and risks, and who made and signed them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.fhir.loading import label_risks, report_of, shown_of
from config.fhir.loading_past import pasts
from config.fhir.loading_trail import provenance_versions
from config.fhir.mapping import findings, reports
from config.fhir.mapping.elements import Element
from config.fhir.visit_stands import Stand, stands
from risk.models import RiskAssessment


@dataclass(frozen=True)
class Gone:
    """A resource that was there before this moment: the eye of a normal finding that nobody can judge any more."""

    at: datetime


def _stands(row: RiskAssessment) -> list[Stand]:
    (past,) = pasts([row], whole=True)
    return stands(past)


def _reports(row: RiskAssessment, key: str) -> list[Element | Gone]:
    return [report_of(row, one) for one in _stands(row)]


def _observations(row: RiskAssessment, key: str) -> list[Element | Gone]:
    return _of_id(key, ((one.at, findings.observations(shown_of(row, one))) for one in _stands(row)))


def _risks(row: RiskAssessment, key: str) -> list[Element | Gone]:
    told = _stands(row)
    found = label_risks(one.assessment.pk for one in told)
    return _of_id(
        key,
        (
            (one.at, reports.risks(shown_of(row, one), one.assessment, found[one.assessment.pk]))
            for one in told
        ),
    )


def _provenances(row: RiskAssessment, key: str) -> list[Element | Gone]:
    return [one for one in provenance_versions(row) if one["id"] == key]


def _of_id(key: str, made: Iterable[tuple[datetime, list[Element]]]) -> list[Element | Gone]:
    """That resource of each moment from its first on."""
    told: list[Element | Gone] = []
    for at, resources in made:
        found = [one for one in resources if one["id"] == key]
        if found:
            told += found
        elif told and not isinstance(told[-1], Gone):
            told.append(Gone(at))
    return told


# Of a row of `reach.assessments`, the versions with an id, oldest first; none where the visit never had it.
VERSIONS: Mapping[str, Callable[[RiskAssessment, str], list[Element | Gone]]] = {
    "DiagnosticReport": _reports,
    "Observation": _observations,
    "RiskAssessment": _risks,
    "Provenance": _provenances,
}
