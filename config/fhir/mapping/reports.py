"""The report of a visit, and its fused risks. No software makes a diagnosis: see facts/interop.md 0, 3."""

from collections.abc import Sequence

from config.fhir.mapping.elements import (
    LOINC,
    MODEL,
    TERMINOLOGY,
    Element,
    concept,
    label_concept,
    meta,
    model,
    moment,
    reference,
    without_empty,
)
from config.fhir.mapping.findings import Shown, observation_ids
from config.fhir.mapping.parties import clinic_named
from risk.models import LabelRisk, RiskAssessment
from screening.domain.findings import DISEASES, Label

CAUTION = "Decision support, not a diagnosis. Evaluation only, not a medical device: a clinician decides."
# http://terminology.hl7.org/CodeSystem/risk-probability
_PROBABILITY = {"low": "low", "raised": "moderate", "high": "high"}


def report(shown: Shown, assessment: RiskAssessment) -> Element:
    """The Device is no performer here (KR Core): each Observation names it."""
    return without_empty(
        {
            "resourceType": "DiagnosticReport",
            "id": str(shown.visit),
            "meta": meta(shown.version, shown.updated_at),
            "basedOn": [reference("ServiceRequest", shown.visit)] if shown.ordered else [],
            "status": _status(shown),
            "category": [concept(f"{TERMINOLOGY}v2-0074", "IMG")],
            "code": concept(LOINC, "103592-2", "Retinal eye screening report Document"),
            "subject": reference("Patient", shown.patient),
            "effectiveDateTime": moment(shown.taken_at),
            "issued": moment(shown.updated_at),
            "performer": _performers(shown),
            "result": [reference("Observation", key) for key in observation_ids(shown)],
            "media": [{"link": reference("Media", key)} for _, key in shown.photographs],
            "conclusion": f"{assessment.disposition}, {assessment.urgency}. {CAUTION}",
            "conclusionCode": _conclusion_codes(shown) if shown.signed else [],
        }
    )


def _status(shown: Shown) -> str:
    if shown.cancelled:
        return "cancelled"
    if not shown.signed:
        return "preliminary"
    return "amended" if shown.changed else "final"


def _performers(shown: Shown) -> list[Element]:
    """The clinic, and once it is settled whoever signed, by name: readers of photographs cannot be read here."""
    signers = shown.signers if shown.signed else ()
    return [clinic_named(shown.clinic), *({"type": "Practitioner", "display": one} for one in signers)]


def _conclusion_codes(shown: Shown) -> list[Element]:
    """What people read, never what software alone found; normal where they judged every eye and saw nothing."""
    present = {label for reading in shown.decided.values() for label in reading.present}
    if present:
        return [label_concept(label) for label in DISEASES if label in present]
    readings = [shown.decided.get(eye.laterality) for eye in shown.eyes]
    clear = all(reading is not None and reading.ungradable is None for reading in readings)
    return [label_concept(Label.NORMAL)] if readings and clear else []


def risks(shown: Shown, assessment: RiskAssessment, rows: Sequence[LabelRisk]) -> list[Element]:
    """One a fused label of the person, of both eyes and the answers together; probabilities are 0 to 1."""
    return [_risk(shown, assessment, row) for row in rows]


def _risk(shown: Shown, assessment: RiskAssessment, row: LabelRisk) -> Element:
    prediction = {
        "outcome": label_concept(row.label),
        "probabilityDecimal": round(row.fused_risk, 4),
        "qualitativeRisk": concept(f"{TERMINOLOGY}risk-probability", _PROBABILITY[row.band]),
    }
    return without_empty(
        {
            "resourceType": "RiskAssessment",
            "id": f"{shown.visit}-{row.label}",
            "meta": meta(shown.version, shown.updated_at),
            "contained": [model(assessment.fusion_release, assessment.fusion_card_sha256)],
            "status": "cancelled" if shown.cancelled else "preliminary",
            "subject": reference("Patient", shown.patient),
            "occurrenceDateTime": moment(assessment.assessed_at),
            "performer": MODEL,
            "basis": [reference("Media", key) for _, key in shown.photographs],
            "prediction": [prediction],
            "note": [{"text": CAUTION}],
        }
    )
