"""The pages of one case: what is known of it, its photographs, the patient's sheet, and cancelling it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import risk.texts
import screening.selectors
from config import cancellation
from config import patient_texts as texts
from config.blinding import refuse_blinded, task_blinding
from config.cancel_form import CancelForm
from config.case import case_outcome
from config.case_page import case_page
from config.errors import CaseUnderWay
from config.live import digest_of, is_poll, unchanged
from config.orders.shown import orders_panel
from config.patient_result import patient_sheet
from config.timeline import timeline
from records import access
from records.actor import Actor
from records.guard import members_only
from records.models import Language
from records.permission import INTAKE_ROLES
from records.session import typed_before
from screening import storage
from screening.models import Encounter, FundusImage, GradingTask
from screening.services import grey_make, result_look


@require_safe
@members_only()
def case(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    if is_poll(request) and _shown_already(request, public_id, by=by):
        return HttpResponse(status=204)
    now = timezone.now()
    encounter = _encounter(public_id, by=by, now=now)
    outcome, blinding = case_outcome(encounter), task_blinding(encounter, by=by)
    page = case_page(encounter, outcome, by=by, today=timezone.localdate(now), blinding=blinding)
    days = timeline(encounter, blinded=blinding is not None)
    # An order tells a disease, so it is kept back like a result.
    ordered = {} if blinding else orders_panel(encounter, by=by, today=timezone.localdate(now))
    context = {"page": page, "days": days, "ordered": ordered, "simulated": risk.texts.SIMULATED}
    return render(request, "config/case.html", context | {"digest": _digest(outcome, blinding)})


def _digest(outcome: Mapping[str, Any], blinding: GradingTask | None) -> str:
    return digest_of((outcome, blinding is not None))


def _shown_already(request: HttpRequest, public_id: UUID, *, by: Actor) -> bool:
    """Whether an open page shows the case as it is; then nothing is sent, so nothing was read."""
    own = access.within(Encounter.objects.select_related("patient"), by=by)
    encounter = own.filter(public_id=public_id).first()
    if encounter is None:
        return False
    return unchanged(request, _digest(case_outcome(encounter), task_blinding(encounter, by=by)))


@require_POST
@members_only()
def case_look(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Look at a result instead of reading the photographs blinded, and go where the result is needed."""
    now = timezone.now()
    encounter = _encounter(public_id, by=by, now=now)
    result_look(encounter=encounter, by=by, now=now, why="opened the result")
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if own else reverse("case", args=[public_id]))


def _encounter(public_id: UUID, *, by: Actor, now: datetime) -> Encounter:
    return screening.selectors.encounter_by_public_id(str(public_id), by=by, now=now)


@require_safe
@members_only()
def patient_result(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """The sheet the patient takes home, in the patient's language unless another one is asked for.

    It says what was found; whoever may still read the case blinded decides on the case page whether to see it.
    """
    now = timezone.now()
    encounter = _encounter(public_id, by=by, now=now)
    if task_blinding(encounter, by=by):
        return redirect("case", public_id)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in Language.values else encounter.patient.language
    with translation.override(language):
        sheet = patient_sheet(encounter, case_outcome(encounter), today=timezone.localdate(now))
        cancelled = texts.CANCELLED % {"clinic": encounter.organization.name}
    context = {"encounter": encounter, "sheet": sheet, "sheet_language": language, "languages": Language}
    context |= {"cancelled": cancelled, "not_a_diagnosis": texts.NOT_A_DIAGNOSIS}
    return render(request, "config/patient_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def case_cancel(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    encounter = _encounter(public_id, by=by, now=now)
    form = CancelForm(request.POST or None, initial=(typed_before(request) or QueryDict()).dict())
    if request.method == "POST" and form.is_valid():
        try:
            cancellation.case_cancel(encounter=encounter, by=by, now=now, reason=form.cleaned_data["reason"])
        except CaseUnderWay as under_way:
            form.refuse(under_way)
        else:
            messages.success(request, _("The visit is cancelled. Nothing more happens in it."))
            return redirect("case", public_id)
    status = 422 if form.errors else 200
    return render(request, "config/case_cancel.html", {"encounter": encounter, "form": form}, status=status)


@require_safe
@members_only()
def photograph(request: HttpRequest, public_id: UUID, sha256: str, *, by: Actor) -> FileResponse:
    """The upright copy without metadata; the original never leaves through a page."""
    return _picture(storage.derivative_name(_image(public_id, sha256, by=by).sha256))


@require_safe
@members_only()
def photograph_grey(request: HttpRequest, public_id: UUID, sha256: str, *, by: Actor) -> FileResponse:
    """The same copy in grey with its contrast spread, made when it is first asked for."""
    image = _image(public_id, sha256, by=by)
    grey_make(image.sha256)
    return _picture(storage.grey_name(image.sha256))


@require_safe
@members_only()
def photograph_map(
    request: HttpRequest, public_id: UUID, sha256: str, release: str, label: str, *, by: Actor
) -> FileResponse:
    """Where a release saw a disease in a photograph, to be laid over its copy; not for a blinded reader (GR-07)."""
    image = _image(public_id, sha256, by=by)
    refuse_blinded(image.exam.encounter, by=by)
    return _picture(storage.map_name(image.sha256, release, label), "image/png")


def _image(public_id: UUID, sha256: str, *, by: Actor) -> FundusImage:
    return access.fetch(
        FundusImage.objects.select_related("exam__encounter"),
        by=by,
        now=timezone.now(),
        path="exam__encounter__organization_id",
        patient="exam.encounter.patient_id",
        exam__encounter__public_id=public_id,
        sha256=sha256,
    )


def _picture(name: str, content_type: str = "image/jpeg") -> FileResponse:
    try:
        copy = default_storage.open(name)
    except FileNotFoundError as missing:
        raise Http404 from missing
    return FileResponse(copy, content_type=content_type)
