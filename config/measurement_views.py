"""The page on which a visit's measurements are added or corrected; the visit is then assessed again."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

import risk.selectors
import risk.services
from config.measurement_form import MeasurementForm, shown
from records.actor import Actor
from records.guard import members_only
from records.permission import INTAKE_ROLES
from records.session import typed_before
from risk.domain.features import Measurements
from screening.models import Encounter
from screening.selectors import encounter_by_public_id


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def measurements(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Who may correct answers may measure; what is stored supersedes, and nothing of before is lost."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    if encounter.cancelled_at is not None:
        return redirect("case", public_id)
    stored, seen = _stored(encounter)
    initial = (typed_before(request) or QueryDict()).dict() or shown(stored)
    form = MeasurementForm(request.POST if request.method == "POST" else None, initial=initial)
    told = form.measurements(today=timezone.localdate()) if form.is_valid() else None
    changed = told is not None and not _record(encounter, told, seen=request.POST.get("seen", ""), by=by)
    if told is not None and not changed:
        messages.success(request, _("The measurements are stored. The case is assessed again."))
        return redirect("case", public_id)
    status = 409 if changed else 422 if form.errors else 200
    context = {"encounter": encounter, "form": form, "seen": seen, "changed": changed}
    return render(request, "config/measurements.html", context, status=status)


def _stored(encounter: Encounter) -> tuple[Measurements, str]:
    """The measurements of a visit, and what names the answers that they are part of."""
    row = risk.selectors.risk_factors_current(encounter)
    value = risk.selectors.risk_factors_value(row).measurements if row else Measurements()
    return value, str(row.pk if row else 0)


@transaction.atomic
def _record(encounter: Encounter, told: Measurements, *, seen: str, by: Actor) -> bool:
    """Store them beside the visit's other answers, unless they are stored already; False when others were stored
    since they were seen, and then nothing is.
    """
    now = timezone.now()
    Encounter.objects.select_for_update().get(pk=encounter.pk)
    known = risk.selectors.risk_factors_known(encounter, now=now)
    stored, current = _stored(encounter)
    if stored == told:
        return True
    if seen != current:
        return False
    factors = replace(known, measurements=told)
    risk.services.risk_factors_record(encounter=encounter, factors=factors, by=by, now=now)
    return True
