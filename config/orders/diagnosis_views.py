"""Recording what a clinician confirmed, taking it back, and asking for what it allows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import pharmacy.services
import screening.services
from config.blinding import refuse_blinded
from config.orders.diagnosis_form import DiagnosisForm, stage_name
from config.orders.forms import ReasonForm
from config.orders.words import proposed_words, stops_words
from pharmacy.domain.formulary import AMD_INTERMEDIATE
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.errors import SafetyStops, SupplyOpen, VisitNotAssessed
from records import access
from records.actor import Actor
from records.guard import members_only
from records.models import Role
from records.session import typed_before
from screening.errors import DiagnosisInvalid
from screening.models import ConfirmedDiagnosis
from screening.selectors import encounter_by_public_id
from screening.services.diagnoses import EXAMINING_ROLES, RECORDING_ROLES


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*RECORDING_ROLES)
def record(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    now = timezone.now()
    encounter = encounter_by_public_id(str(public_id), by=by, now=now)
    if encounter.cancelled_at is not None:
        return redirect("case", public_id)
    form = DiagnosisForm(
        request.POST if request.method == "POST" else None,
        initial=(typed_before(request) or QueryDict()).dict(),
        may_examine=by.role in EXAMINING_ROLES,
    )
    if request.method == "POST" and form.is_valid():
        try:
            screening.services.diagnosis_record(
                patient=encounter.patient,
                diagnoses=form.diagnoses(),
                source=form.chosen_source,
                confirmed_on=form.cleaned_data["confirmed_on"],
                confirmed_by=form.cleaned_data["confirmed_by"],
                by=by,
                now=now,
            )
        except DiagnosisInvalid as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The diagnosis is recorded."))
            return redirect("case", public_id)
    context = {"encounter": encounter, "form": form}
    return render(request, "config/orders/diagnosis.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*RECORDING_ROLES)
def retract(request: HttpRequest, public_id: UUID, diagnosis_id: int, *, by: Actor) -> HttpResponse:
    """Take back what was entered in error, with a reason."""
    now = timezone.now()
    encounter = encounter_by_public_id(str(public_id), by=by, now=now)
    refuse_blinded(encounter, by=by)
    own = ConfirmedDiagnosis.objects.filter(patient=encounter.patient_id)
    one = access.fetch(own.select_related("recorded_by"), by=by, now=now, pk=diagnosis_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial=_typed(request))
    over = one.superseded_at or one.retracted_at
    if request.method == "POST" and not over and form.is_valid():
        reason = form.cleaned_data["reason"]
        screening.services.diagnosis_retract(diagnosis_id=one.pk, reason=reason, by=by, now=now)
        messages.success(request, _("The diagnosis is taken back."))
        return redirect("case", public_id)
    context = {"encounter": encounter, "one": one, "form": form, "over": over}
    context |= {"stage": stage_name(one.label, one.severity)}
    return render(request, "config/orders/retract.html", context, status=422 if form.errors else 200)


def _typed(request: HttpRequest) -> dict[str, str]:
    return (typed_before(request) or QueryDict()).dict()


@require_POST
@members_only(*(Role(role) for role in OVERRIDING_ROLES))
def supplement(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Propose the supplement that a confirmed diagnosis allows, and go to where it is released."""
    now = timezone.now()
    encounter = encounter_by_public_id(str(public_id), by=by, now=now)
    refuse_blinded(encounter, by=by)
    try:
        made = pharmacy.services.diagnosis_supply_propose(
            indication=AMD_INTERMEDIATE, encounter=encounter, by=by, now=now
        )
    except SafetyStops as stopped:
        messages.error(request, stops_words(stopped))
    except SupplyOpen:
        messages.error(request, _("A supplement waits to be decided in this visit already."))
    except VisitNotAssessed:
        messages.error(
            request,
            _(
                "This visit has no result yet, so its warning signs are not known. Finish the screening first."
            ),
        )
    else:
        messages.success(request, proposed_words(made))
        return redirect("authorise-medicine", made.pk)
    return redirect("case", public_id)
