"""Months of visits written as rows: what the watch looks back on, without a photograph, a model or a fusion."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from records.models import Organization, Patient
from risk.domain.bands import FUSED_LABELS
from risk.fusion_release import FUSION_RELEASE
from risk.models import LabelRisk, RiskAssessment
from screening.domain.findings import LABELS, Label
from screening.domain.quality import Gradability
from screening.models import (
    Encounter,
    Exam,
    ExamOutcome,
    EyeOutcome,
    EyeRead,
    Finding,
    FindingRead,
    FundusImage,
    GradingTask,
    Read,
)
from tests.factories import screening
from tests.factories.records import NOW, member

_number = count(1)


@dataclass(frozen=True)
class Made:
    """One visit: `ago` days back, the logit of every label, and what people read of glaucoma (None: nobody read)."""

    ago: int
    logit: float = 0.0
    camera: str = "NM-1"
    sex: str = "female"
    born: date = date(1960, 5, 1)
    ungradable: bool = False
    risk: float = 0.1
    glaucoma: bool | None = None


def spread(visits: int, days: range, make: Callable[[int, Random], Made], *, seed: int = 1) -> list[Made]:
    """Visits evenly over these days back; `make` is given each one's day."""
    random = Random(seed)
    return [make(days[i % len(days)], random) for i in range(visits)]


def months(clinic: Organization, visits: Sequence[Made], *, now: datetime = NOW) -> list[RiskAssessment]:
    """The visits with exam, photograph, findings, assessment and risks, thousands in a second."""
    release = screening.release()
    at = [now - timedelta(days=one.ago, hours=1) for one in visits]
    patients = Patient.objects.bulk_create(
        Patient(
            organization=clinic,
            mrn=f"W-{next(_number)}",
            name="",
            sex=one.sex,
            birth_date=one.born,
            registered_at=t,
        )
        for one, t in zip(visits, at, strict=True)
    )
    encounters = Encounter.objects.bulk_create(
        Encounter(organization=clinic, patient=patient, started_at=t)
        for patient, t in zip(patients, at, strict=True)
    )
    exams = Exam.objects.bulk_create(
        Exam(encounter=one, status="resulted", opened_at=t, submitted_at=t)
        for one, t in zip(encounters, at, strict=True)
    )
    outcomes = ExamOutcome.objects.bulk_create(
        ExamOutcome(exam=one, release=release, engine="test", resulted_at=t)
        for one, t in zip(exams, at, strict=True)
    )
    images = FundusImage.objects.bulk_create(
        FundusImage(
            exam=exam,
            laterality="R",
            sha256=f"{i:064d}",
            format="JPEG",
            width=1,
            height=1,
            size_bytes=1,
            received_at=t,
            camera=one.camera,
        )
        for i, (exam, one, t) in enumerate(zip(exams, visits, at, strict=True))
    )
    _findings(visits, outcomes, images)
    _reads(clinic, visits, encounters, images, at)
    return _assessments(visits, encounters, outcomes, at)


def _findings(visits: Sequence[Made], outcomes: Sequence[ExamOutcome], images: Sequence[FundusImage]) -> None:
    eyes = EyeOutcome.objects.bulk_create(
        EyeOutcome(
            outcome=outcome,
            image=image,
            gradability=Gradability.UNGRADABLE if one.ungradable else Gradability.GRADABLE,
        )
        for outcome, image, one in zip(outcomes, images, visits, strict=True)
    )
    Finding.objects.bulk_create(
        Finding(eye=eye, label=label, score=0.5, logit=one.logit, threshold=0.5, decision="absent")
        for eye, one in zip(eyes, visits, strict=True)
        if not one.ungradable
        for label in LABELS
    )


def _reads(
    clinic: Organization,
    visits: Sequence[Made],
    encounters: Sequence[Encounter],
    images: Sequence[FundusImage],
    at: Sequence[datetime],
) -> None:
    grader = member(clinic, "grader").practitioner
    for one, encounter, image, t in zip(visits, encounters, images, at, strict=True):
        if one.glaucoma is None:
            continue
        task = GradingTask.objects.create(
            organization=clinic,
            encounter=encounter,
            cause="abstained",
            stage="done",
            urgency="routine",
            due_by=t.date(),
            second_wanted=False,
            opened_at=t,
        )
        read = Read.objects.create(task=task, position="first", grader=grader, signed_at=t)
        eye = EyeRead.objects.create(read=read, image=image, laterality="R")
        FindingRead.objects.create(eye=eye, label=Label.GLAUCOMA, present=one.glaucoma, overrides=False)


def _assessments(
    visits: Sequence[Made],
    encounters: Sequence[Encounter],
    outcomes: Sequence[ExamOutcome],
    at: Sequence[datetime],
) -> list[RiskAssessment]:
    made = RiskAssessment.objects.bulk_create(
        RiskAssessment(
            exam=outcome.exam,
            outcome=outcome,
            encounter=encounter,
            assessed_at=t,
            assessed_on=t.date(),
            disposition="self-care",
            urgency="routine",
            rules_version="test",
            image_release="test-1",
            fusion_release=FUSION_RELEASE,
            fusion_card_sha256="0" * 64,
            previous_ungradable_exams=0,
            inputs_sha256="0" * 64,
        )
        for encounter, outcome, t in zip(encounters, outcomes, at, strict=True)
    )
    LabelRisk.objects.bulk_create(
        LabelRisk(assessment=assessment, label=label, fused_risk=one.risk, band="low")
        for assessment, one in zip(made, visits, strict=True)
        for label in FUSED_LABELS
    )
    return made
