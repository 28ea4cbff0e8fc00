from screening.models.encounter import Encounter, Exam, ExamStatus, FundusImage, NotDoneReason
from screening.models.outcome import ExamOutcome, EyeOutcome, EyeQualityReason, Finding
from screening.models.partner import PartnerScreening
from screening.models.received import ReceivedPhotograph, ReceivedState
from screening.models.release import ModelRelease

__all__ = [
    "Encounter",
    "Exam",
    "ExamOutcome",
    "ExamStatus",
    "EyeOutcome",
    "EyeQualityReason",
    "Finding",
    "FundusImage",
    "ModelRelease",
    "NotDoneReason",
    "PartnerScreening",
    "ReceivedPhotograph",
    "ReceivedState",
]
