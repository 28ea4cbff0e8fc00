from risk.models.assessment import (
    AssessmentAction,
    AssessmentReason,
    LabelRisk,
    RiskAssessment,
    RiskContribution,
)
from risk.models.open_question import OpenQuestion
from risk.models.policy import Policy, PolicyBand
from risk.models.recall import ContactAttempt, ContactChannel, ContactResult, Recall, RecallState
from risk.models.risk_factors import FamilyHistory, RiskFactors

__all__ = [
    "AssessmentAction",
    "AssessmentReason",
    "ContactAttempt",
    "ContactChannel",
    "ContactResult",
    "FamilyHistory",
    "LabelRisk",
    "OpenQuestion",
    "Policy",
    "PolicyBand",
    "Recall",
    "RecallState",
    "RiskAssessment",
    "RiskContribution",
    "RiskFactors",
]
