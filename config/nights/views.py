"""The nights of a clinic: what each run changed and why, as a page and as CSV."""

from itertools import chain

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config.nights.report import (
    PAGE_SIZE,
    Shown,
    change_page,
    changes_of,
    csv_lines,
    lapsed_of,
    runs_of,
    summary_of,
)
from records import access
from records.actor import Actor
from records.guard import list_read, members_only
from records.models import Role
from risk.models import RescoreChange, RescoreRun

ROLES = (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


@require_safe
@members_only(*ROLES)
def nights(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """The newest runs, and the report of the one that is asked for, else of the newest."""
    runs = runs_of(by)
    run = _asked(request, by) or (runs[0] if runs else None)
    shown = _shown(request)
    context = {"runs": runs, "run": run, "shown": shown.value, "tabs": [one.value for one in Shown]}
    if run is not None:
        page = change_page(changes_of(run, shown, by=by), after=_after(request, run))
        lapsed = list(lapsed_of(run, by=by)[: PAGE_SIZE + 1]) if shown is Shown.OVERDUE else []
        read = [one.encounter.patient_id for one in page.rows] + [one.patient_id for one in lapsed]
        list_read(request, "nights", read, by=by)
        context |= {"summary": summary_of(run), "page": page, "more_lapsed": len(lapsed) > PAGE_SIZE}
        context["lapsed"] = lapsed[:PAGE_SIZE]
    return render(request, "config/nights/nights.html", context)


@require_safe
@members_only(*ROLES)
def changes_csv(request: HttpRequest, *, by: Actor) -> StreamingHttpResponse:
    """Every change of a run; 404 for one of another clinic or none."""
    run = _asked(request, by) or next(iter(runs_of(by)), None)
    if run is None:
        raise Http404
    changes = changes_of(run, Shown.ALL, by=by)
    lapsed = lapsed_of(run, by=by)
    told = changes.values_list("encounter__patient", flat=True), lapsed.values_list("patient", flat=True)
    list_read(request, "nights csv", chain(*told), by=by)
    response = StreamingHttpResponse(csv_lines(changes, lapsed), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="night-{run.today}-{run.pk}.csv"'
    return response


def _asked(request: HttpRequest, by: Actor) -> RescoreRun | None:
    asked = request.GET.get("run", "")
    if not asked:
        return None
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(access.within(RescoreRun.objects.all(), by=by), pk=int(asked))


def _shown(request: HttpRequest) -> Shown:
    asked = request.GET.get("show", "")
    return Shown(asked) if asked in list(Shown) else Shown.BANDS


def _after(request: HttpRequest, run: RescoreRun) -> RescoreChange | None:
    asked = request.GET.get("after", "")
    return RescoreChange.objects.filter(run=run, pk=int(asked)).first() if asked.isdecimal() else None
