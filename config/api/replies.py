"""A screening as a partner reads it. Codes are stable; labels are English words for them."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

import risk.selectors
import risk.texts
from config import case_work
from config.api.status import ScreeningStatus
from risk.models import RiskAssessment
from screening import selectors as screening_selectors
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import FundusImage, ModelRelease, PartnerScreening

EYES = {"right": Laterality.RIGHT, "left": Laterality.LEFT}
CAUTION = (
    "Decision support, not a diagnosis. Evaluation only, not a medical device: a clinician decides. "
    "A preliminary result was seen by no clinician."
)
NORMAL = "No finding"


def summary(screening: PartnerScreening, request: HttpRequest) -> dict[str, Any]:
    """What a list says of one screening, and all there is to say before a result."""
    own = request.build_absolute_uri(reverse("api-screening", args=[screening.encounter.public_id]))
    return {
        "id": str(screening.encounter.public_id),
        "external_id": screening.external_id,
        "status": str(getattr(screening, "status", ScreeningStatus.QUEUED)),
        "received_at": _moment(screening.received_at),
        "captured_at": _moment(screening.captured_at),
        "links": {"self": own, "cancel": f"{own}/cancel"},
    }


def whole(screening: PartnerScreening, request: HttpRequest) -> dict[str, Any]:
    """One screening with everything that is known of it; what is not known yet is null."""
    visit = screening.encounter
    images = FundusImage.objects.filter(exam__encounter=visit)
    assessment = risk.selectors.assessment_current_for_encounter(visit)
    result = screening_selectors.visit_result(visit.pk)
    return summary(screening, request) | {
        "camera": screening.camera or None,
        "synthetic": any(image.synthetic for image in images),
        "caution": CAUTION,
        "delayed": bool(case_work.failures_of(visit)),
        "eyes": {name: _eye(result, eye) for name, eye in EYES.items()},
        "model": _model(visit.pk),
        **_advice(assessment),
    }


def _eye(result: ExamResult | None, laterality: Laterality) -> dict[str, Any] | None:
    """None: this eye was not photographed, or is not scored yet."""
    for eye in result.eyes if result else ():
        if eye.laterality is laterality:
            return {
                "quality": _quality(eye),
                "findings": _findings(eye),
                "severity": _severity(eye),
                "read_by_person": eye.read,
            }
    return None


def _quality(eye: EyeResult) -> dict[str, Any]:
    return {"gradability": str(eye.gradability), "reasons": [str(reason) for reason in eye.quality_reasons]}


def _findings(eye: EyeResult) -> list[dict[str, Any]]:
    return [
        {
            "code": str(finding.label),
            "label": NORMAL if finding.label is Label.NORMAL else str(risk.texts.LABELS[finding.label]),
            "score": None if finding.score is None else round(finding.score, 4),
            "threshold": finding.threshold,
            "decision": str(finding.decision),
        }
        for finding in eye.findings
    ]


def _severity(eye: EyeResult) -> dict[str, Any]:
    """As a person graded it; null is not stated, and the advice takes it for serious."""
    graded = eye.severity
    return {
        "icdr": graded.icdr,
        "macular_oedema": graded.macular_oedema,
        "amd": str(graded.amd) if graded.amd else None,
    }


def _model(encounter_id: int) -> dict[str, str] | None:
    outcomes = screening_selectors.outcomes_of_visit(encounter_id)
    if not outcomes:
        return None
    release: ModelRelease = outcomes[-1].release
    name, _, version = release.name.rpartition("-")
    return {"name": name, "version": version, "sha256": release.card_sha256}


def _advice(assessment: RiskAssessment | None) -> dict[str, Any]:
    if assessment is None:
        return dict.fromkeys(("recommended_action", "urgency", "due_by", "interval_days", "assessed_at"))
    dates = [action.due_by for action in assessment.actions.all() if action.due_by]
    recall = getattr(assessment, "recall", None)
    return {
        "recommended_action": assessment.disposition,
        "urgency": assessment.urgency,
        "due_by": _moment(min(dates, default=None)),
        "interval_days": (recall.due_by - assessment.assessed_on).days if recall else None,
        "assessed_at": _moment(assessment.assessed_at),
    }


def _moment(value: datetime | date | None) -> str | None:
    return value.isoformat() if value else None
