"""Reads of screening that its own services and the apps after it need."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max, QuerySet, prefetch_related_objects

from records import access
from records.actor import Actor
from screening.domain.exam_result import ExamResult, EyeResult, merge_photographs
from screening.domain.findings import LABELS, Decision, Label
from screening.domain.findings import Finding as FindingValue
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.domain.reading import eye_as_read
from screening.errors import ReleaseUnknown
from screening.models import Encounter, Exam, ExamOutcome, ExamStatus, EyeOutcome, FundusImage, ModelRelease
from screening.read_selectors import (
    ReadInForce,
    exams_unreadable_to_people,
    eyes_in_force,
    reads_changed_at,
    reads_of_visit,
)

__all__ = [
    "EYES_OF_OUTCOME",
    "RESCORE",
    "encounter_by_public_id",
    "exam_result",
    "exams_to_rescore",
    "exams_to_score",
    "image_filed_elsewhere",
    "outcome_by_id",
    "outcome_current",
    "outcomes_of_visit",
    "reads_changed_at",
    "reads_of_visit",
    "release_active",
    "result_of_outcomes",
    "ungradable_exams_before",
    "visit_result",
    "visit_results",
]


RESCORE = "screening.rescore_exam"  # the kind of work whose key is an exam that another release is to look at


def encounter_by_public_id(public_id: str, *, by: Actor, now: datetime) -> Encounter:
    """One case of the actor's organization, with the read audited. Raises RecordNotFound."""
    return access.fetch(Encounter.objects.select_related("patient"), by=by, now=now, public_id=public_id)


def exams_to_score(keys: Sequence[int]) -> list[Exam]:
    """Submitted exams among `keys` that have no current outcome, with their photographs."""
    waiting = Exam.objects.filter(pk__in=keys, status=ExamStatus.SUBMITTED)
    return list(waiting.select_related("encounter").prefetch_related("images").order_by("pk"))


def exams_to_rescore(keys: Sequence[int], release: ModelRelease) -> list[Exam]:
    """Exams among `keys` whose current outcome is another release's, with their photographs."""
    current = ExamOutcome.objects.filter(exam__in=keys, superseded_at=None).exclude(release=release)
    seen = Exam.objects.filter(pk__in=current.values("exam"), status=ExamStatus.RESULTED)
    return list(seen.select_related("encounter").prefetch_related("images").order_by("pk"))


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


# All that a result is read from, in as many queries for many exams as for one.
EYES_OF_OUTCOME = ("eyes__image", "eyes__findings", "eyes__quality_reasons")


def exam_result(outcome: ExamOutcome) -> ExamResult:
    """An outcome's rows as the value that rules read."""
    prefetch_related_objects([outcome], *EYES_OF_OUTCOME)
    ordered = sorted(
        outcome.eyes.all(), key=lambda eye: list(Laterality).index(Laterality(eye.image.laterality))
    )
    return ExamResult(eyes=tuple(_eye_result(eye) for eye in ordered), release=outcome.release.name)


def visit_result(encounter_id: int, *, people_too: bool = True) -> ExamResult | None:
    """What all photographs of a visit show together, retakes included; None before the first result.

    A signed read of a person takes precedence over the machine; `people_too=False` is the machine alone.
    """
    return visit_results([encounter_id], people_too=people_too).get(encounter_id)


def visit_results(encounters: Collection[int], *, people_too: bool = True) -> dict[int, ExamResult]:
    """As `visit_result`, of many visits by their key, in as many queries as for one; one without a result is left
    out.
    """
    outcomes: dict[int, list[ExamOutcome]] = {}
    for outcome in _outcomes_current(encounters):
        outcomes.setdefault(outcome.exam.encounter_id, []).append(outcome)
    people = eyes_in_force(list(outcomes)) if people_too else {}
    return {visit: result_of_outcomes(of_it, people.get(visit, {})) for visit, of_it in outcomes.items()}


def result_of_outcomes(
    outcomes: Sequence[ExamOutcome], people: Mapping[Laterality, ReadInForce]
) -> ExamResult:
    """What these outcomes of one visit show together, oldest exam first, and what people decided beside them."""
    seen: dict[Laterality, list[tuple[int, EyeResult]]] = {eye: [] for eye in Laterality}
    for outcome in outcomes:
        for eye in exam_result(outcome).eyes:
            seen[eye.laterality].append((outcome.exam_id, eye))
    merged = tuple(_merged(results, people.get(eye)) for eye, results in seen.items() if results)
    return ExamResult(eyes=merged, release=outcomes[-1].release.name)


def _merged(results: Sequence[tuple[int, EyeResult]], person: ReadInForce | None) -> EyeResult:
    """One eye over all its photographs; a person's read takes the place of the machine's on those they saw."""
    if person is None:
        return merge_photographs([eye for _, eye in results])
    judged = merge_photographs([eye for exam_id, eye in results if exam_id <= person.exam_id])
    newer = [eye for exam_id, eye in results if exam_id > person.exam_id]
    return merge_photographs([eye_as_read(judged, person.reading), *newer])


def outcomes_of_visit(encounter_id: int) -> list[ExamOutcome]:
    """The current outcomes of a visit's exams, oldest exam first."""
    return list(_outcomes_current([encounter_id]))


def _outcomes_current(encounters: Collection[int]) -> QuerySet[ExamOutcome]:
    current = ExamOutcome.objects.filter(exam__encounter__in=encounters, superseded_at=None)
    loaded = current.select_related("exam__encounter__patient", "release").prefetch_related(*EYES_OF_OUTCOME)
    return loaded.order_by("exam_id")


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
    """How many earlier exams could not be judged, by the machine or by a person, in an eye that this one shows again.

    Those of the same visit, and one for each earlier visit that left such an eye unjudged, unless a later one judged
    it: a patient who comes back to be photographed again opens a new visit. A sitting that ended without a photograph
    tried every eye again in vain.
    """
    again = list(Laterality) if exam.not_done_reason else exam.images.values_list("laterality", flat=True)
    earlier = ExamOutcome.objects.filter(
        exam__encounter=exam.encounter_id, exam__pk__lt=exam.pk, superseded_at=None
    )
    ungradable = earlier.filter(eyes__gradability=Gradability.UNGRADABLE, eyes__image__laterality__in=again)
    by_machine = set(ungradable.values_list("exam_id", flat=True))
    in_this_visit = by_machine | exams_unreadable_to_people(exam, again)
    return len(in_this_visit) + len(_visits_left_unjudged(exam, again))


def _visits_left_unjudged(exam: Exam, eyes: Iterable[str]) -> set[int]:
    """Of each eye the patient's last visit that photographed it, where it was left without a judgement."""
    shown = EyeOutcome.objects.filter(
        outcome__superseded_at=None,
        image__exam__encounter__patient=exam.encounter.patient_id,
        image__exam__encounter__cancelled_at=None,
        image__exam__encounter__lt=exam.encounter_id,
        image__laterality__in=eyes,
    )
    last = shown.values("image__laterality").annotate(visit=Max("image__exam__encounter"))
    visits = {Laterality(row["image__laterality"]): row["visit"] for row in last}
    return {visit for eye, visit in visits.items() if _left_unjudged(visit, eye)}


def _left_unjudged(encounter_id: int, eye: Laterality) -> bool:
    result = visit_result(encounter_id)
    return result is not None and any(one.laterality is eye for one in result.ungradable_eyes)


def image_filed_elsewhere(sha256: str, *, exam: Exam) -> bool:
    """Whether the same bytes lie under another patient of the same organization (others are never consulted)."""
    same = FundusImage.objects.filter(
        sha256=sha256, exam__encounter__organization_id=exam.encounter.organization_id
    )
    return same.exclude(exam__encounter__patient_id=exam.encounter.patient_id).exists()
