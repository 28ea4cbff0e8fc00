from screening.models.diagnosis import ConfirmedDiagnosis, DiagnosisSource
from screening.models.encounter import Encounter, Exam, ExamStatus, FundusImage, NotDoneReason
from screening.models.grading import EyeRead, FindingRead, GradingTask, Read, Unblinding
from screening.models.outcome import ExamOutcome, EyeOutcome, EyeQualityReason, Finding
from screening.models.partner import PartnerScreening
from screening.models.received import ReceivedPhotograph, ReceivedState
from screening.models.release import ModelRelease, ReleaseActivation
from screening.models.upload import PartnerUpload

__all__ = [
    "ConfirmedDiagnosis",
    "DiagnosisSource",
    "Encounter",
    "Exam",
    "ExamOutcome",
    "ExamStatus",
    "EyeOutcome",
    "EyeQualityReason",
    "EyeRead",
    "Finding",
    "FindingRead",
    "FundusImage",
    "GradingTask",
    "ModelRelease",
    "NotDoneReason",
    "PartnerScreening",
    "PartnerUpload",
    "Read",
    "ReceivedPhotograph",
    "ReceivedState",
    "ReleaseActivation",
    "Unblinding",
]
