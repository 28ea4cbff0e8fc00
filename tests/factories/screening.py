"""Visits, exams and results without the image model."""

from records.actor import Actor
from records.models import Patient
from screening import services
from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS, Label, OperatingPoint, decide_finding
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.models import Encounter, Exam, ExamOutcome, ModelRelease
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories.records import NOW

POINT = OperatingPoint(threshold=0.5, abstain_below=0.4)


def release(name: str = "test-1") -> ModelRelease:
    made, _ = ModelRelease.objects.get_or_create(
        name=name,
        defaults={"card_sha256": "0" * 64, "data_version": "none", "registered_at": NOW, "active": True},
    )
    return made


def open_exam(by: Actor, patient: Patient | None = None) -> Exam:
    visit = services.encounter_open(patient=patient or cast.patient(by), by=by, now=NOW)
    return services.exam_open(encounter=visit, by=by, now=NOW)


def submitted_exam(by: Actor, patient: Patient | None = None, *, seed: int = 0) -> Exam:
    exam = open_exam(by, patient)
    for offset, eye in enumerate(Laterality):
        services.image_add(
            exam=exam, laterality=eye, data=photographs.jpeg(seed + offset), by=by, now=NOW, synthetic=True
        )
    return services.exam_submit(exam=exam, by=by, now=NOW)


def next_exam(encounter: Encounter, by: Actor, *, seed: int) -> Exam:
    """A further sitting of the same visit, submitted."""
    exam = services.exam_open(encounter=encounter, by=by, now=NOW)
    services.image_add(exam=exam, laterality=Laterality.RIGHT, data=photographs.jpeg(seed), by=by, now=NOW)
    return services.exam_submit(exam=exam, by=by, now=NOW)


def eye(laterality: Laterality, **scores: float) -> EyeResult:
    """A gradable eye; labels not named score 0.05."""
    findings = tuple(
        decide_finding(label, scores.get(label, 0.05), _logit(scores.get(label, 0.05)), POINT)
        for label in LABELS
    )
    return EyeResult(laterality, Gradability.GRADABLE, (), findings)


def ungradable(laterality: Laterality) -> EyeResult:
    return EyeResult(laterality, Gradability.UNGRADABLE, (QualityReason.BLURRED,), ())


def outcome(exam: Exam, *eyes: EyeResult, by: Actor) -> ExamOutcome:
    return services.outcome_record(exam=exam, eyes=eyes, release=release(), engine="test", by=by, now=NOW)


def _logit(score: float) -> float:
    import math

    return math.log(score / (1 - score))


__all__ = ["Label", "eye", "next_exam", "open_exam", "outcome", "release", "submitted_exam", "ungradable"]
