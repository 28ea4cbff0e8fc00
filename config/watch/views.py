"""The watch of a clinic: what its nights saw, and holding a release or relying on it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.typed import initial_by_prefix
from config.watch.forms import HoldForm, LiftForm
from config.watch.page import figures_of, name_of, watch_page
from config.watch.plots import HEIGHT, WIDTH
from records import access
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from risk.domain.indicators import INDICATOR_DAYS
from risk.errors import HoldLifted
from risk.models import ReleaseHold, WatchFigure
from risk.selectors import releases_in_force
from risk.watch.holds import HOLD_ROLES, hold_lift, hold_open

OLD_AFTER = timedelta(hours=36)  # a night was missed
READ_ROLES = (Role.PHYSICIAN, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True)
class HoldRow:
    """`in_use`: whether anything is still scored with its release. `figures`: those that asked for it."""

    hold: ReleaseHold
    form: LiftForm
    in_use: bool
    figures: list[WatchFigure]


@require_safe
@members_only(*READ_ROLES)
def watch(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Counts over patients, nobody's own record; `of` chooses a camera, sex or age band."""
    return _page(request, by=by)


@require_POST
@members_only(*HOLD_ROLES)
def hold(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = HoldForm(request.POST, releases=releases_in_force())
    if not form.is_valid():
        return _page(request, by=by, form=form)
    hold_open(**form.cleaned_data, by=by, now=timezone.now())
    messages.success(request, _("The model is on hold. A person reads every case from now on."))
    return redirect("watch")


@require_POST
@members_only(*HOLD_ROLES)
def lift(request: HttpRequest, hold_id: int, *, by: Actor) -> HttpResponse:
    get_object_or_404(access.within(ReleaseHold.objects.all(), by=by), pk=hold_id)
    form = LiftForm(request.POST, prefix=str(hold_id))
    if not form.is_valid():
        return _page(request, by=by, lifting={hold_id: form})
    try:
        hold_lift(
            hold_id=hold_id,
            reason=form.cleaned_data["reason"],
            as_it_is_now=form.stays_so,
            by=by,
            now=timezone.now(),
        )
    except HoldLifted:
        messages.info(request, _("Somebody else had lifted this hold already."))
        return redirect("watch")
    told = _("The hold is lifted. What was scored meanwhile is still read by a person.")
    messages.success(request, told)
    return redirect("watch")


def _row(hold: ReleaseHold, form: LiftForm, releases: Iterable[str]) -> HoldRow:
    figures = figures_of(hold) if hold.in_force else []
    return HoldRow(hold, form, hold.release in releases, figures)


def _lift_form(hold: ReleaseHold, typed: dict[str, dict[str, str]]) -> LiftForm:
    return LiftForm(prefix=str(hold.pk), initial=typed.get(str(hold.pk)))


def _page(
    request: HttpRequest,
    *,
    by: Actor,
    form: HoldForm | None = None,
    lifting: dict[int, LiftForm] | None = None,
) -> HttpResponse:
    page = watch_page(by=by, asked=request.GET.get("of", ""))
    typed, releases = initial_by_prefix(request), releases_in_force()
    may_hold = by.role in HOLD_ROLES
    forms = lifting or {}
    context = {
        "page": page,
        "holds": [_row(one, forms.get(one.pk) or _lift_form(one, typed), releases) for one in page.holds],
        "choices": [(name_of(group), group, group == page.chosen) for group in page.groups],
        "form": (form or HoldForm(releases=releases, initial=typed.get(""))) if may_hold else None,
        "may_hold": may_hold,
        "indicator_days": INDICATOR_DAYS,
        "is_old": page.newest is not None
        and (page.unwatched or timezone.now() - page.newest.made_at > OLD_AFTER),
        "width": WIDTH,
        "height": HEIGHT,
    }
    refused = (form is not None and form.errors) or any(one.errors for one in forms.values())
    return render(request, "config/watch/watch.html", context, status=422 if refused else 200)
