"""The page of photographs: received one by one, told which eye, taken back, replaced; resumed after any break."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

import risk.selectors
import screening.services
from config.blinding import task_blinding
from config.incoming import body_up_to
from config.intake.board import board_of
from config.intake.receiving import Answer, file_receive
from config.intake.refusals import UNDERSTOOD, refusal
from config.intake.visits import address_of_step, exam_newest
from records.actor import Actor
from records.guard import members_only
from records.permission import INTAKE_ROLES
from records.session import typed_before
from screening.domain.laterality import Laterality
from screening.imaging.decode import PhotographUnreadable, decode_photograph
from screening.imaging.display import derivative
from screening.imaging.gate import MAX_BYTES
from screening.models import Exam, ExamStatus, FundusImage, NotDoneReason, ReceivedPhotograph, ReceivedState
from screening.selectors import encounter_by_public_id
from screening.storage import original_bytes

PREVIEW_PX = 480
# The upload script sends one after the other; the plain form sends what was chosen at once, and what packs it.
BOTH_EYES_MAX_BYTES = 2 * MAX_BYTES + 1024 * 1024
WRONG_EYE = "wrong-eye"
TAKE_BACK_REASONS = {
    WRONG_EYE: "it shows the other eye",
    "poor": "it is not clear enough",
    "wrong-patient": "it shows another patient",
}


def exam_of_visit(public_id: UUID, by: Actor) -> Exam:
    """The newest sitting of a visit, with its visit and patient; a visit without one is a 404."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    exam = exam_newest(encounter)
    if exam is None:
        raise Http404
    exam.encounter = encounter
    return exam


def _page(exam: Exam, by: Actor, **more: Any) -> dict[str, Any]:
    blind = task_blinding(exam.encounter, by=by) is not None
    return {
        "encounter": exam.encounter,
        "board": board_of(exam, blind=blind),
        "red_flags": risk.selectors.red_flags_of(exam.encounter),
        "not_done_reasons": NotDoneReason.choices,
        "most_bytes": MAX_BYTES,
    } | more


@require_safe
@members_only(*INTAKE_ROLES)
def photographs(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    exam = exam_newest(encounter)
    if exam is None:
        return redirect("case", public_id)
    if exam.status != ExamStatus.OPEN:
        return redirect(address_of_step(encounter))
    exam.encounter = encounter
    if request.htmx:
        return render(request, "config/intake/board.html", _page(exam, by))
    typed = (typed_before(request) or QueryDict()).dict()
    return render(request, "config/intake/photographs.html", _page(exam, by, not_done=typed))


@body_up_to(BOTH_EYES_MAX_BYTES)
@require_POST
@members_only(*INTAKE_ROLES)
def receive(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Receive photographs: one from the upload script, any number from the plain form."""
    exam = exam_of_visit(public_id, by)
    files = request.FILES.getlist("photograph")
    replace = request.POST.get("replace", "")
    answers = [file_receive(exam, file, replace=replace, by=by) for file in files]
    answers = answers or [Answer(422, _("Choose a photograph first."))]
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": answers[0].text, "full": answers[0].full}, status=answers[0].status)
    for answer, file in zip(answers, [*files, None], strict=False):
        if answer.status >= 400:
            messages.error(request, f"{file.name[:80]}: {answer.text}" if file else answer.text)
    return redirect("intake-photographs", public_id)


def _changed(request: HttpRequest, exam: Exam, by: Actor, refused: Exception | None = None) -> HttpResponse:
    """The board after a step: a part of the page for htmx, the whole page otherwise."""
    text = refusal(refused) if refused else ""
    if request.htmx:
        return render(request, "config/intake/board.html", _page(exam, by, refused=text))
    if text:
        messages.error(request, text)
    return redirect("intake-photographs", exam.encounter.public_id)


def _received_of(exam: Exam, request: HttpRequest) -> ReceivedPhotograph:
    found = exam.received.filter(sha256=request.POST.get("sha256", "")).first()
    if found is None:
        raise Http404
    return found


@require_POST
@members_only(*INTAKE_ROLES)
def use(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """The person says which eye a waiting photograph shows."""
    exam = exam_of_visit(public_id, by)
    received = _received_of(exam, request)
    eye = request.POST.get("eye", "")
    if eye not in list(Laterality):
        raise Http404
    try:
        screening.services.received_use(
            received=received,
            laterality=Laterality(eye),
            replace=request.POST.get("replace") == "yes",
            by=by,
            now=timezone.now(),
        )
    except UNDERSTOOD as refused:
        return _changed(request, exam, by, refused)
    return _changed(request, exam, by)


@require_POST
@members_only(*INTAKE_ROLES)
def set_aside(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Do without a waiting photograph."""
    exam = exam_of_visit(public_id, by)
    received = _received_of(exam, request)
    screening.services.received_set_aside(received=received, by=by, now=timezone.now())
    return _changed(request, exam, by)


@require_POST
@members_only(*INTAKE_ROLES)
def take_back(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Take back a stored photograph; of the wrong eye, it waits again to be told which one."""
    exam = exam_of_visit(public_id, by)
    image = FundusImage.with_retracted.filter(exam=exam, sha256=request.POST.get("sha256", "")).last()
    reason = TAKE_BACK_REASONS.get(request.POST.get("reason", ""))
    if image is None or reason is None:
        raise Http404
    state = ReceivedState.WAITING if request.POST["reason"] == WRONG_EYE else ReceivedState.SET_ASIDE
    try:
        with transaction.atomic():
            screening.services.image_retract(image=image, by=by, now=timezone.now(), reason=reason)
            exam.received.filter(sha256=image.sha256, state=ReceivedState.USED).update(state=state)
    except UNDERSTOOD as refused:
        return _changed(request, exam, by, refused)
    return _changed(request, exam, by)


@require_safe
@members_only(*INTAKE_ROLES)
def preview(request: HttpRequest, public_id: UUID, sha256: str, *, by: Actor) -> HttpResponse:
    """A small upright copy without metadata, made anew each time: it is looked at once or twice."""
    exam = exam_of_visit(public_id, by)
    if not exam.received.filter(sha256=sha256).exists():
        raise Http404
    try:
        jpeg = derivative(decode_photograph(original_bytes(sha256)), PREVIEW_PX)
    except (*UNDERSTOOD, PhotographUnreadable) as missing:
        raise Http404 from missing
    return HttpResponse(jpeg, content_type="image/jpeg")
