"""Reads of screening that its own services and the apps after it need."""

from collections.abc import Sequence
from datetime import datetime

from records import access
from records.actor import Actor
from screening.domain.exam_result import ExamResult, EyeResult, merge_photographs
from screening.domain.findings import LABELS, Decision, Label
from screening.domain.findings import Finding as FindingValue
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.errors import ReleaseUnknown
from screening.models import Encounter, Exam, ExamOutcome, ExamStatus, EyeOutcome, FundusImage, ModelRelease


def encounter_by_public_id(public_id: str, *, by: Actor, now: datetime) -> Encounter:
    """One case of the actor's organization, with the read audited. Raises RecordNotFound."""
    return access.fetch(Encounter.objects.select_related("patient"), by=by, now=now, public_id=public_id)


def encounters_newest(*, by: Actor, limit: int) -> list[Encounter]:
    """The newest visits of the actor's organization with patient and exams."""
    visits = access.within(Encounter.objects.select_related("patient"), by=by).prefetch_related("exams")
    return list(visits.order_by("-started_at", "-pk")[:limit])


def exams_to_score(keys: Sequence[int]) -> list[Exam]:
    """Submitted exams among `keys` that have no current outcome, with their photographs."""
    waiting = Exam.objects.filter(pk__in=keys, status=ExamStatus.SUBMITTED)
    return list(waiting.select_related("encounter").prefetch_related("images").order_by("pk"))


def release_active() -> ModelRelease:
    """The release new exams are scored with. Raises ReleaseUnknown."""
    release = ModelRelease.objects.filter(active=True).first()
    if release is None:
        raise ReleaseUnknown("no release is active; run: manage.py releases activate NAME")
    return release


def outcome_by_id(outcome_id: int) -> ExamOutcome:
    """An outcome with exam, encounter and patient loaded."""
    return ExamOutcome.objects.select_related("exam__encounter__patient", "release").get(pk=outcome_id)


def outcome_current(exam: Exam) -> ExamOutcome | None:
    """The current outcome of an exam, None before there is one."""
    return ExamOutcome.objects.filter(exam=exam, superseded_at=None).select_related("release").first()


def exam_result(outcome: ExamOutcome) -> ExamResult:
    """An outcome's rows as the value that rules read."""
    eyes = outcome.eyes.select_related("image").prefetch_related("findings", "quality_reasons")
    ordered = sorted(eyes, key=lambda eye: list(Laterality).index(Laterality(eye.image.laterality)))
    return ExamResult(eyes=tuple(_eye_result(eye) for eye in ordered), release=outcome.release.name)


def visit_result(encounter_id: int) -> ExamResult | None:
    """What all photographs of a visit show together, retakes included; None before the first result."""
    outcomes = outcomes_of_visit(encounter_id)
    seen: dict[Laterality, list[EyeResult]] = {eye: [] for eye in Laterality}
    for eye in (eye for outcome in outcomes for eye in exam_result(outcome).eyes):
        seen[eye.laterality].append(eye)
    if not outcomes:
        return None
    merged = tuple(merge_photographs(results) for results in seen.values() if results)
    return ExamResult(eyes=merged, release=outcomes[-1].release.name)


def outcomes_of_visit(encounter_id: int) -> list[ExamOutcome]:
    """The current outcomes of a visit's exams, oldest exam first."""
    current = ExamOutcome.objects.filter(exam__encounter=encounter_id, superseded_at=None)
    return list(current.select_related("exam__encounter__patient", "release").order_by("exam_id"))


def _eye_result(eye: EyeOutcome) -> EyeResult:
    findings = sorted(eye.findings.all(), key=lambda finding: LABELS.index(Label(finding.label)))
    return EyeResult(
        laterality=Laterality(eye.image.laterality),
        gradability=Gradability(eye.gradability),
        quality_reasons=tuple(QualityReason(reason.code) for reason in eye.quality_reasons.all()),
        findings=tuple(
            FindingValue(Label(f.label), f.score, f.logit, f.threshold, Decision(f.decision))
            for f in findings
        ),
    )


def ungradable_exams_before(exam: Exam) -> int:
    """How many earlier exams of the same visit could not be judged in an eye that this one shows again."""
    again = exam.images.values("laterality")
    earlier = ExamOutcome.objects.filter(
        exam__encounter=exam.encounter_id, exam__pk__lt=exam.pk, superseded_at=None
    )
    ungradable = earlier.filter(eyes__gradability=Gradability.UNGRADABLE, eyes__image__laterality__in=again)
    return ungradable.distinct().count()


def image_filed_elsewhere(sha256: str, *, exam: Exam) -> bool:
    """Whether the same bytes lie under another patient of the same organization (others are never consulted)."""
    same = FundusImage.objects.filter(
        sha256=sha256, exam__encounter__organization_id=exam.encounter.organization_id
    )
    return same.exclude(exam__encounter__patient_id=exam.encounter.patient_id).exists()
