"""Assessments written as rows, for tests of what comes after them: no photograph, no model, no fusion."""

from datetime import date, timedelta
from typing import Any

from records.actor import Actor
from records.models import Patient
from risk.models import AssessmentAction, AssessmentReason, LabelRisk, Recall, RiskAssessment
from risk.night.queries import INPUTS
from screening.models import Encounter, Exam, ExamOutcome, ExamStatus
from tests.factories import records as cast
from tests.factories import screening

NOW = cast.NOW
TODAY = date(2026, 11, 23)  # NOW in Seoul, a Monday


def visit(by: Actor, patient: Patient) -> Encounter:
    return Encounter.objects.create(organization_id=by.organization_id, patient=patient, started_at=NOW)


def assessment(encounter: Encounter, *actions: dict[str, Any]) -> RiskAssessment:
    """The current assessment of a new exam of the visit, with these actions."""
    exam = Exam.objects.create(
        encounter=encounter, status=ExamStatus.RESULTED, opened_at=NOW, submitted_at=NOW
    )
    made = RiskAssessment.objects.create(
        exam=exam,
        outcome=ExamOutcome.objects.create(
            exam=exam, release=screening.release(), engine="test", resulted_at=NOW
        ),
        encounter=encounter,
        assessed_at=NOW,
        assessed_on=TODAY,
        disposition="self-care",
        urgency="routine",
        rules_version="test",
        image_release="test",
        fusion_release="test",
        fusion_card_sha256="0" * 64,
        previous_ungradable_exams=0,
        inputs_sha256="0" * 64,
    )
    for rank, action in enumerate(actions):
        AssessmentAction.objects.create(assessment=made, rank=rank, **action)
    return made


def medicine(indication: str = "dry-eye") -> dict[str, Any]:
    return {"kind": "medicine", "urgency": "routine", "indication": indication}


def referral(
    urgency: str = "urgent", days: int = 14, labels: str = "D", red_flags: str = ""
) -> dict[str, Any]:
    due_by = TODAY + timedelta(days=days)
    return {
        "kind": "referral",
        "urgency": urgency,
        "due_by": due_by,
        "labels": labels,
        "red_flags": red_flags,
    }


_DECIDED = (
    "disposition",
    "urgency",
    "rules_version",
    "policy_version",
    "image_release",
    "fusion_release",
    "fusion_card_sha256",
    "previous_ungradable_exams",
    "release_held",
)


def all_said(assessment: RiskAssessment) -> dict[str, list[Any]]:
    """Everything an assessment says, but keys and times."""
    risks = LabelRisk.objects.filter(assessment=assessment).order_by("label")
    actions = AssessmentAction.objects.filter(assessment=assessment).order_by("rank")
    reasons = AssessmentReason.objects.filter(assessment=assessment).order_by("rank")
    recall = Recall.objects.filter(assessment=assessment)
    numbers = ("image_score", "image_risk", "fused_risk", "risk_low", "risk_high")
    return {
        "risks": [_rounded(getattr(one, n)) for one in risks for n in numbers],
        "bands": [(one.label, one.band) for one in risks],
        "decision": [getattr(assessment, name) for name in _DECIDED],
        "actions": list(
            actions.values_list("kind", "urgency", "due_by", "indication", "labels", "red_flags")
        ),
        "reasons": list(reasons.values_list("code", "parameters")),
        "recall": list(recall.values_list("due_by", "cause", "state")),
        "inputs": [assessment.inputs_sha256, *(getattr(assessment, name) for name in INPUTS)],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)
