"""The page of a clinic's limits: move them, see what they would mean, save them with a reason, go back."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.limits.figures import HEIGHT, WIDTH, OwnPerWeek, curve_data, high_per_week, rows_of
from config.limits.forms import ENDS, LimitsForm, SaveForm, in_percent, name_of
from config.limits.history import changes_between, history_of
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from records.session import typed_before
from referrals.domain.capabilities import capabilities_for
from referrals.selectors import places_per_week
from risk.domain.bands import FUSED_LABELS, Bands
from risk.domain.policy import SHIPPED_POLICY, RiskPolicy, changed_labels
from risk.domain.urgency import Urgency
from risk.errors import PolicyChanged, PolicyUnchanged, PolicyUnknown
from risk.operating_curves import curves_in_force
from risk.policy_preview import policy_preview
from risk.policy_services import POLICY_ROLES, policy_save
from risk.policy_visits import DAYS, referred_anyway_per_week, risks_per_week
from risk.selectors import policy_by_version, policy_in_force
from screening.domain.findings import Label

READ_ROLES = (*POLICY_ROLES, Role.AUDITOR)


@require_safe
@members_only(*READ_ROLES)
def limits(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """With limits in the query they are shown with what they would mean; `back_to` fills in an older version's."""
    current, older, typed = policy_in_force(by.organization_id), _older(request, by), typed_before(request)
    save = _save_form(current, older, reason=(typed or {}).get("reason", ""))
    asked = request.GET if name_of(FUSED_LABELS[0], "high") in request.GET else typed
    if not asked and older:
        asked = in_percent(older.bands)
    if asked:
        return _page(request, LimitsForm(asked), save, current, by=by)
    return _page(request, LimitsForm(initial=in_percent(current.bands)), None, current, by=by)


@require_POST
@members_only(*POLICY_ROLES)
def limits_save(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form, save = LimitsForm(request.POST), SaveForm(request.POST)
    if not (form.is_valid() & save.is_valid()):
        return _page(request, form, save, policy_in_force(by.organization_id), by=by)
    try:
        row = policy_save(
            bands=form.bands,
            reason=save.cleaned_data["reason"],
            seen_version=save.cleaned_data["version"],
            back_to=_same_as(save.cleaned_data["back_to"], form, by),
            by=by,
            now=timezone.now(),
        )
    except PolicyUnchanged:
        messages.info(request, _("Nothing was saved: these limits are in force already."))
        return redirect("limits")
    except PolicyChanged:
        current = policy_in_force(by.organization_id)
        told = _("Somebody else saved version %(version)s meanwhile. Look at it below, then save again.")
        messages.warning(request, told % {"version": current.version})
        again = SaveForm({**save.cleaned_data, "version": current.version, "back_to": ""})
        return _page(request, form, again, current, by=by, status=409)
    told = _(
        "Version %(version)s is in force for every visit from now on; the next night looks at the others."
    )
    messages.success(request, told % {"version": row.version})
    return redirect("limits")


def _older(request: HttpRequest, by: Actor) -> RiskPolicy | None:
    asked = request.GET.get("back_to", "")
    if not asked.isdecimal():
        return None
    try:
        return policy_by_version(int(asked), organization_id=by.organization_id)
    except PolicyUnknown:
        return None


def _same_as(version: int | None, form: LimitsForm, by: Actor) -> int | None:
    """The version that is taken up again; None where its limits were changed before saving."""
    if version is None:
        return None
    try:
        older = policy_by_version(version, organization_id=by.organization_id)
    except PolicyUnknown:
        return None
    return None if changed_labels(older.bands, form.bands) else version


def _save_form(current: RiskPolicy, older: RiskPolicy | None, *, reason: str) -> SaveForm:
    back_to = older.version if older else None
    return SaveForm(initial={"version": current.version, "back_to": back_to, "reason": reason})


def _page(
    request: HttpRequest,
    form: LimitsForm,
    save: SaveForm | None,
    current: RiskPolicy,
    *,
    by: Actor,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    chosen = form.is_bound and form.is_valid()
    bands = form.bands if chosen else current.bands
    thresholds = next(iter(curves_in_force().values())).thresholds
    own = risks_per_week(thresholds, by=by, today=today)
    context: dict[str, Any] = {
        "rows": _rows(form, bands, own, request.membership.organization.country),
        "curves": curve_data(own),
        "week": _week(bands, own, by=by, today=today, country=request.membership.organization.country),
        "form": form,
        "save": save
        if (chosen and changed_labels(current.bands, bands)) or (save and save.is_bound)
        else None,
        "preview": policy_preview(bands, by=by, today=today) if chosen else None,
        "changed": changes_between(current.bands, bands),
        "current": current,
        "shipped": SHIPPED_POLICY.version,
        "history": history_of(by.organization_id),
        "may_save": by.role in POLICY_ROLES,
        "days": DAYS,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "config/limits/limits.html", context, status=status)


def _rows(form: LimitsForm, bands: Bands, own: OwnPerWeek, country: str) -> list[dict[str, Any]]:
    """A disease each: figures and plots, its two fields, and the places at hospitals that treat it."""
    rows = rows_of(bands, own)
    for row in rows:
        needs = capabilities_for((Label(row["label"]),), (), Urgency.ROUTINE).capabilities
        row["places"] = places_per_week(country, Urgency.ROUTINE, needs)
        row["fields"] = [form[name_of(Label(row["label"]), end)] for end in ENDS]
    return rows


def _week(bands: Bands, own: OwnPerWeek, *, by: Actor, today: date, country: str) -> dict[str, Any]:
    """Referrals a week with these limits beside the places there are."""
    anyway = referred_anyway_per_week(by=by, today=today)
    then, places = anyway + high_per_week(bands, own), places_per_week(country, Urgency.ROUTINE)
    too_many = places is not None and then > places
    return {"anyway": anyway, "then": then, "places": places, "too_many": too_many}
