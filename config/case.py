"""One case as a whole: what was photographed, found, weighed, decided and proposed, under one id."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pharmacy.selectors
import referrals.selectors
import risk.selectors
import screening.selectors
from config import case_work, next_step
from pharmacy.models import Prescription
from referrals.models import Referral
from risk.models import RiskAssessment
from screening.domain.exam_result import EyeResult
from screening.models import Encounter, Exam, ExamOutcome, FundusImage


def case_outcome(encounter: Encounter) -> dict[str, Any]:
    """Everything known of a case as plain values, ready for JSON. Parts that do not exist yet are None."""
    exam = encounter.exams.order_by("-pk").first()
    assessment = risk.selectors.assessment_current_for_encounter(encounter)
    parts = {
        "case": str(encounter.public_id),
        "patient": {"mrn": encounter.patient.mrn, "language": encounter.patient.language},
        "exam": _exam(exam) if exam else None,
        "red_flags": [str(row.flag) for row in risk.selectors.red_flags_of(encounter)],
        "assessment": _assessment(assessment) if assessment else None,
        "medicine": _medicine(assessment) if assessment else None,
        "referral": _referral(assessment) if assessment else None,
        "recall": _recall(assessment) if assessment else None,
        "failures": [{"step": item.kind, "reason": item.reason} for item in case_work.failures_of(encounter)],
    }
    return parts | {"next_step": next_step.in_words(parts)}


def _exam(exam: Exam) -> dict[str, Any]:
    """The newest exam, with the newest photograph of each eye and what all of the visit's show together."""
    outcomes = screening.selectors.outcomes_of_visit(exam.encounter_id)
    outcome: ExamOutcome | None = outcomes[-1] if outcomes else None
    result = screening.selectors.visit_result(exam.encounter_id)
    taken = FundusImage.objects.filter(exam__encounter=exam.encounter_id).order_by("exam_id")
    images = {image.laterality: image for image in taken}
    return {
        "status": exam.status,
        "submitted_at": _text(exam.submitted_at),
        "resulted_at": _text(outcome.resulted_at) if outcome else None,
        "release": outcome.release.name if outcome else None,
        "engine": outcome.engine if outcome else None,
        "photographs": [
            {
                "laterality": eye,
                "sha256": image.sha256,
                "synthetic": image.synthetic,
                "possible_mix_up": image.possible_mix_up,
            }
            for eye, image in sorted(images.items(), reverse=True)
        ],
        "eyes": [_eye(eye) for eye in result.eyes] if result else [],
    }


def _eye(eye: EyeResult) -> dict[str, Any]:
    return {
        "laterality": str(eye.laterality),
        "gradability": str(eye.gradability),
        "quality_reasons": [str(reason) for reason in eye.quality_reasons],
        "read": eye.read,
        "severity": asdict(eye.severity),
        "findings": [
            {
                "label": str(finding.label),
                "score": _rounded(finding.score),
                "threshold": finding.threshold,
                "decision": str(finding.decision),
            }
            for finding in eye.findings
        ],
    }


def _assessment(assessment: RiskAssessment) -> dict[str, Any]:
    return {
        "disposition": assessment.disposition,
        "urgency": assessment.urgency,
        "rules_version": assessment.rules_version,
        "fusion_release": assessment.fusion_release,
        "risks": [
            {
                "label": row.label,
                "image_score": _rounded(row.image_score),
                "image_risk": _rounded(row.image_risk),
                "fused_risk": _rounded(row.fused_risk),
                "risk_low": _rounded(row.risk_low),
                "risk_high": _rounded(row.risk_high),
                "band": row.band,
            }
            for row in assessment.label_risks.order_by("pk")
        ],
        "open_questions": [
            {
                "question": row.question,
                "label": row.label,
                "low": _rounded(row.low),
                "high": _rounded(row.high),
                "crosses": row.crosses,
            }
            for row in assessment.open_questions.order_by("rank")
        ],
        "actions": [
            {
                "kind": action.kind,
                "urgency": action.urgency,
                "due_by": _text(action.due_by),
                "indication": action.indication or None,
                "labels": action.labels.split(",") if action.labels else [],
                "red_flags": action.red_flags.split(",") if action.red_flags else [],
                "reasons": [
                    [reason.code, reason.parameters]
                    for reason in sorted(action.reasons.all(), key=lambda reason: reason.rank)
                ],
            }
            for action in assessment.actions.order_by("rank").prefetch_related("reasons")
        ],
    }


def _medicine(assessment: RiskAssessment) -> dict[str, Any] | None:
    prescription: Prescription | None = pharmacy.selectors.prescription_by_assessment(assessment.pk)
    if prescription is None:
        return None
    return {
        "id": prescription.pk,
        "status": prescription.status,
        "refusal": prescription.refusal_code or None,
        "follow_up": prescription.follow_up or None,
        "indication": prescription.indication,
        "medicine": prescription.medicine.code if prescription.medicine else None,
        "lot": prescription.lot.number if prescription.lot else None,
        "packs": prescription.packs,
        "supply_days": prescription.supply_days,
        "alerts": [
            {
                "rule": alert.rule_id,
                "tier": str(alert.tier),
                "medicine": alert.medicine,
                "subject": alert.subject,
            }
            for alert in pharmacy.selectors.alerts_of(prescription)
        ],
    }


def _referral(assessment: RiskAssessment) -> dict[str, Any] | None:
    referral: Referral | None = referrals.selectors.referral_by_assessment(assessment.pk)
    if referral is None:
        return None
    return {
        "id": referral.pk,
        "status": referral.status,
        "refusal": referral.refusal_code or None,
        "cancelled_for": referral.cancel_code or None,
        "follow_up": referral.follow_up or None,
        "urgency": referral.urgency,
        "due_by": _text(referral.due_by),
        "hospital": referral.hospital.name if referral.hospital else None,
        "candidates": [
            {
                "rank": candidate.rank,
                "hospital": candidate.hospital.name,
                "distance_km_estimate": round(candidate.distance_km, 1),
                "routed": candidate.routed,
                "expected_on": _text(candidate.expected_on),
            }
            for candidate in sorted(referral.candidates.all(), key=lambda candidate: candidate.rank)
        ],
        "reasons": [
            {
                "rule": reason.rule_id,
                "hospital": reason.hospital.name if reason.hospital else None,
                "passed_over": reason.passed_over,
                "subject": reason.subject,
            }
            for reason in sorted(referral.reasons.all(), key=lambda reason: reason.position)
        ],
    }


def _recall(assessment: RiskAssessment) -> dict[str, Any] | None:
    recall = getattr(assessment, "recall", None)
    return {"due_by": _text(recall.due_by), "cause": recall.cause, "state": recall.state} if recall else None


def _text(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
