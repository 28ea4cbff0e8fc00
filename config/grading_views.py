"""The readers' pages: the list, one case after the other, signing, and amending what was signed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.grading_form import AmendForm, SignForm
from config.grading_list import (
    SHOWN,
    GradingFilterForm,
    free_for,
    held_by_another,
    rows_of,
    signed_lately,
    tasks_waiting,
    why_of,
)
from config.grading_page import ReadPage, read_page
from config.live import digest_of, is_poll, unchanged
from config.templatetags.words import moment
from records import access
from records.actor import Actor
from records.guard import list_read, members_only
from records.session import typed_before
from screening import services
from screening.blind_selectors import READER_ROLES
from screening.domain.grading import OPEN_STAGES, Position, Stage
from screening.errors import GradingError, ReaderRepeated, ReaderUnblinded, ReadingInvalid, TaskHeld
from screening.models import GradingTask, Read
from screening.texts import GRADING_WHY, READ_POSITIONS


@require_safe
@members_only(*READER_ROLES)
def grading(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form, wanted = _filter(request)
    tasks = tasks_waiting(by=by, **wanted)
    rows = rows_of(tasks[:SHOWN], by=by, now=timezone.now(), today=timezone.localdate())
    shown = {"rows": rows, "count": tasks.count(), "query": _query(request)}
    shown["digest"] = digest_of(([row.shown for row in rows], shown["count"]))
    if unchanged(request, shown["digest"]):
        return HttpResponse(status=204)
    signed = [] if is_poll(request) else signed_lately(by=by)
    patients = [row.task.encounter.patient_id for row in rows]
    list_read(request, "grading", patients + [read.task.encounter.patient_id for read in signed], by=by)
    if is_poll(request):
        return render(request, "config/grading/list_live.html", shown)
    return render(request, "config/grading/list.html", shown | {"form": form, "signed": signed})


def _filter(request: HttpRequest) -> tuple[GradingFilterForm, dict[str, str]]:
    form = GradingFilterForm(request.GET)
    form.is_valid()
    return form, {name: form.cleaned_data.get(name, "") for name in form.fields}


def _query(request: HttpRequest) -> str:
    """The filters as they stand in the address, to come back to the same list."""
    kept = request.GET.copy()
    for name in set(kept) - set(GradingFilterForm.base_fields):
        del kept[name]
    return f"?{kept.urlencode()}" if kept else ""


@require_POST
@members_only(*READER_ROLES)
def grading_next(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Open the most urgent case that nobody has open."""
    wanted = _filter(request)[1]
    now = timezone.now()
    free = free_for(tasks_waiting(by=by, **wanted), by=by, now=now)
    keys = list(free.values_list("pk", flat=True)[:SHOWN])
    task = services.grading_claim_next(task_ids=keys, by=by, now=now)
    if task is None:
        messages.info(request, _("No case waits for you here."))
        return redirect(reverse("grading") + _query(request))
    return redirect(reverse("grading-task", args=[task.pk]) + _query(request))


@require_POST
@members_only(*READER_ROLES)
def grading_open(request: HttpRequest, task_id: int, *, by: Actor) -> HttpResponse:
    try:
        services.grading_claim(task_id=task_id, by=by, now=timezone.now())
    except GradingError as refused:
        messages.warning(request, _told(refused))
        return redirect(reverse("grading") + _query(request))
    return redirect(reverse("grading-task", args=[task_id]) + _query(request))


@require_POST
@members_only(*READER_ROLES)
def grading_release(request: HttpRequest, task_id: int, *, by: Actor) -> HttpResponse:
    services.grading_release(task_id=task_id, by=by, now=timezone.now())
    messages.info(request, _("Given back. Another reader can open it now."))
    return redirect(reverse("grading") + _query(request))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*READER_ROLES)
def grading_task(request: HttpRequest, task_id: int, *, by: Actor) -> HttpResponse:
    """Read a case that one has open; without that the page offers to open it."""
    task = _task(task_id, by=by)
    if request.method == "POST":
        return _sign(request, task, by=by)
    now = timezone.now()
    mine = task.held_by_id == by.practitioner_id and task.held_until is not None and task.held_until > now
    if not mine or task.stage not in OPEN_STAGES:
        return _closed(request, task, by=by)
    typed = typed_before(request)
    page = read_page(task, Position(task.stage), data=typed)
    sign = SignForm(typed, initial={"position": task.stage})
    return _page(request, page, sign)


def _task(task_id: int, *, by: Actor) -> GradingTask:
    """A case to read, with the read audited; another person's quality case does not exist."""
    tasks = GradingTask.objects.select_related("encounter__patient")
    mine = tasks.filter(reader=None) | tasks.filter(reader=by.practitioner_id)
    return access.fetch(mine, by=by, now=timezone.now(), patient="encounter.patient_id", pk=task_id)


def _closed(request: HttpRequest, task: GradingTask, *, by: Actor, status: int = 200) -> HttpResponse:
    own = task.reads.filter(grader=by.practitioner_id, superseded_at=None).first()
    context = {
        "task": task,
        "why": GRADING_WHY[why_of(task)],
        "waits": task.stage in OPEN_STAGES,
        "own": own,
        "looked": task.stage == Stage.SECOND
        and task.unblindings.filter(practitioner=by.practitioner_id).exists(),
        "held_until": held_by_another(task, by=by, now=timezone.now()),
        "query": _query(request),
    }
    return render(request, "config/grading/closed.html", context, status=status)


def _sign(request: HttpRequest, task: GradingTask, *, by: Actor) -> HttpResponse:
    sign = SignForm(request.POST)
    position = request.POST.get("position", "")
    if position not in list(Position):
        return _closed(
            request, task, by=by, status=400
        )  # no form of ours: the page says how to open the case
    page = read_page(task, Position(position), data=request.POST)
    if not (page.valid & sign.is_valid()):
        return _page(request, page, sign, status=422)
    try:
        services.read_sign(
            task_id=task.pk, position=page.position, entries=page.entries(), by=by, now=timezone.now()
        )
    except ReadingInvalid as invalid:
        page.refuse(invalid)
        return _page(request, page, sign, status=422)
    except GradingError as refused:
        return _page(request, page, sign, status=409, lost=_told(refused))
    messages.success(request, _("Signed. The case follows your read."))
    return redirect(reverse("grading") + _query(request))


def _page(
    request: HttpRequest,
    page: ReadPage,
    sign: SignForm,
    *,
    status: int = 200,
    lost: str = "",
    read: Read | None = None,
) -> HttpResponse:
    context = {
        "page": page,
        "sign": sign,
        "lost": lost,
        "read": read,
        "title": READ_POSITIONS["second" if page.task.quality_of_id else page.position],
        "why": GRADING_WHY[why_of(page.task)],
        "query": _query(request),
    }
    return render(request, "config/grading/read.html", context, status=status)


def _told(refused: GradingError) -> str:
    if isinstance(refused, TaskHeld):
        until = {"until": moment(refused.until)}
        return _("Another reader has this case open until %(until)s. Your answers were not signed.") % until
    if isinstance(refused, ReaderRepeated):
        return _("You have read this case already. The next read must be another person's.")
    if isinstance(refused, ReaderUnblinded):
        return _("You have looked at the result of this case. Its second read is another person's.")
    return _("Somebody signed this read while you were at it. Your answers were not signed.")


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*READER_ROLES)
def read_amend(request: HttpRequest, read_id: int, *, by: Actor) -> HttpResponse:
    """Change one's own signed read: a further version, with its reason."""
    read = _own_read(read_id, by=by)
    position = Position(read.position)
    typed = request.POST or typed_before(request)
    page = read_page(read.task, position, data=typed, amended=read)
    form = AmendForm(typed, initial={"position": position})
    if request.method != "POST":
        return _page(request, page, form, read=read)
    if not (page.valid & form.is_valid()):
        return _page(request, page, form, status=422, read=read)
    reason = form.cleaned_data["reason"]
    try:
        services.read_amend(read_id=read.pk, entries=page.entries(), reason=reason, by=by, now=timezone.now())
    except ReadingInvalid as invalid:
        page.refuse(invalid)
        return _page(request, page, form, status=422, read=read)
    except GradingError as refused:
        return _page(request, page, form, status=409, lost=_told(refused), read=read)
    messages.success(request, _("Changed. The earlier version stays to be seen."))
    return redirect("grading")


def _own_read(read_id: int, *, by: Actor) -> Read:
    """The newest version of a read that this person signed."""
    reads = Read.objects.select_related("task__encounter__patient").filter(grader=by.practitioner_id)
    return access.fetch(
        reads.filter(superseded_at=None),
        by=by,
        now=timezone.now(),
        path="task__organization_id",
        patient="task.encounter.patient_id",
        pk=read_id,
    )
