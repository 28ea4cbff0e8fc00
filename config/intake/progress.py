"""From submitting to the result: how far a visit is, and photographing again."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

import risk.selectors
import screening.services
from config.blinding import task_blinding
from config.case_work import work_of
from config.intake.board import board_of
from config.intake.photographs import exam_of_visit
from config.intake.refusals import UNDERSTOOD, refusal
from config.intake.visits import address_of_step, exam_newest
from records.actor import Actor
from records.guard import members_only
from records.permission import INTAKE_ROLES
from screening.domain.exam_result import EyeResult
from screening.models import Exam, ExamStatus
from screening.selectors import encounter_by_public_id, visit_result

STAGES: tuple[LazyText, ...] = (
    gettext_lazy("Photographs stored"),
    gettext_lazy("Photographs scored"),
    gettext_lazy("Risk weighed"),
    gettext_lazy("Next step proposed"),
)


@dataclass(frozen=True)
class Progress:
    """`reached`: how many of STAGES are done. `unclear`: the eyes to be photographed again, with what was wrong."""

    exam: Exam
    reached: int
    failed: bool
    unclear: tuple[EyeResult, ...]

    @property
    def again(self) -> bool:
        return bool(self.unclear)

    @property
    def done(self) -> bool:
        return self.reached == len(STAGES)

    @property
    def stages(self) -> list[tuple[LazyText, str]]:
        states = ["done"] * self.reached + ["now"] + ["later"] * len(STAGES)
        return list(zip(STAGES, states, strict=False))


def progress_of(exam: Exam) -> Progress:
    assessment = risk.selectors.assessment_current_for_encounter(exam.encounter)
    work = [item for item in work_of(exam.encounter) if item.kind != "screening.make_derivatives"]
    assessed = assessment is not None and assessment.exam_id == exam.pk
    reached = 1 + (exam.status == ExamStatus.RESULTED) + assessed
    if assessed and not work:
        reached = len(STAGES)
    again = assessed and assessment.actions.filter(kind="repeat-imaging").exists()
    result = visit_result(exam.encounter_id) if again else None
    return Progress(
        exam, reached, any(item.failed_at for item in work), result.ungradable_eyes if result else ()
    )


@require_safe
@members_only(*INTAKE_ROLES)
def visit(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Go on where the visit stands."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    return redirect(address_of_step(encounter))


@require_safe
@members_only(*INTAKE_ROLES)
def progress(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    exam = exam_of_visit(public_id, by)
    if exam.status in (ExamStatus.OPEN, ExamStatus.CANCELLED):
        return redirect(address_of_step(exam.encounter))
    if task_blinding(exam.encounter, by=by):
        return redirect("case", public_id)
    context = {
        "encounter": exam.encounter,
        "progress": progress_of(exam),
        "red_flags": risk.selectors.red_flags_of(exam.encounter),
    }
    name = "progress_part" if request.htmx else "progress"
    return render(request, f"config/intake/{name}.html", context)


@require_POST
@members_only(*INTAKE_ROLES)
def submit(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Hand the photographs to scoring; pressing twice changes nothing."""
    exam = exam_of_visit(public_id, by)
    if exam.status == ExamStatus.OPEN and board_of(exam).waiting:
        messages.error(request, _("Say of every photograph which eye it shows, or set it aside."))
        return redirect("intake-photographs", public_id)
    try:
        screening.services.exam_submit(exam=exam, by=by, now=timezone.now())
    except UNDERSTOOD as refused:
        messages.error(request, refusal(refused))
    return redirect("intake-visit", public_id)


@require_POST
@members_only(*INTAKE_ROLES)
def not_done(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Nobody can photograph this patient: the rules act on the answers, and a person takes over."""
    exam = exam_of_visit(public_id, by)
    try:
        screening.services.exam_not_done(
            exam=exam, reason=request.POST.get("reason", ""), by=by, now=timezone.now()
        )
    except UNDERSTOOD as refused:
        messages.error(request, refusal(refused))
    return redirect("intake-visit", public_id)


@require_POST
@members_only(*INTAKE_ROLES)
def again(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Photograph again at the same visit, where an eye is to be; an old page opens no second retake."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    exam = exam_newest(encounter)
    if exam is not None and exam.status == ExamStatus.RESULTED and _wanted(exam, request):
        try:
            screening.services.exam_open(encounter=encounter, by=by, now=timezone.now())
        except UNDERSTOOD as refused:
            messages.error(request, refusal(refused))
            return redirect("case", public_id)
    return redirect("intake-visit", public_id)


def _wanted(exam: Exam, request: HttpRequest) -> bool:
    """The page that asks names the sitting it saw; one without a name means the newest."""
    return request.POST.get("after", str(exam.pk)) == str(exam.pk) and progress_of(exam).again
