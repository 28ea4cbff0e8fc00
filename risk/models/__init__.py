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
from risk.models.rescore import (
    ChunkState,
    RescoreBandChange,
    RescoreChange,
    RescoreChunk,
    RescoreRun,
    RunState,
)
from risk.models.risk_factors import FamilyHistory, RiskFactors
from risk.models.watch import ReleaseHold, Watch, WatchFigure

__all__ = [
    "AssessmentAction",
    "AssessmentReason",
    "ChunkState",
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
    "ReleaseHold",
    "RescoreBandChange",
    "RescoreChange",
    "RescoreChunk",
    "RescoreRun",
    "RiskAssessment",
    "RiskContribution",
    "RiskFactors",
    "RunState",
    "Watch",
    "WatchFigure",
]
