"""A patient on one page: details, consents, visits; and the steps that begin a visit or withdraw a consent."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

import records.services
from config.intake.visits import visit_begin
from records import access
from records.actor import Actor
from records.errors import ConsentMissing
from records.guard import members_only
from records.models import INTAKE_SCOPES, Consent, ConsentScope, Patient
from records.permission import INTAKE_ROLES
from records.selectors import age_years
from records.session import typed_before
from screening.models import Encounter

ANSWERS = (("yes", gettext_lazy("Agrees")), ("no", gettext_lazy("Does not agree")))
GIVERS = (
    ("patient", gettext_lazy("The patient")),
    ("guardian", gettext_lazy("A guardian")),
    ("relative", gettext_lazy("A relative who is allowed to")),
)
READ_ALOUD = {
    ConsentScope.SCREENING: gettext_lazy(
        "We photograph the back of your eyes and ask about your health. A computer and our staff look at the "
        "photographs for signs of disease. We keep photographs and answers in this clinic. You may say no, and "
        "you may take your yes back at any time."
    ),
    ConsentScope.REFERRAL: gettext_lazy(
        "If you need a hospital, we send it your name, your photographs and what we found, so that it can see "
        "you in time. You may say no. Then we give you the paper and you go by yourself."
    ),
    ConsentScope.TRAINING: gettext_lazy(
        "We may keep a copy of your photographs without your name, to teach the computer to see better. You may say "
        "no, and nothing changes for you. You may take your yes back; a copy that was used already cannot be undone."
    ),
    ConsentScope.MEDICINE: gettext_lazy(
        "You get a medicine. A pharmacist has looked at your answers and released it. We note "
        "which packs you got, and that you agreed. You may say no. Then nothing is handed out, and our staff help you."
    ),
}
WITHDRAWAL_LONGEST = 200


class BeginForm(forms.Form):
    """One question for each consent that is not in force, and who gives it."""

    def __init__(self, *args: Any, scopes: list[ConsentScope], **options: Any) -> None:
        super().__init__(*args, **options)
        for scope in scopes:
            self.fields[scope] = forms.ChoiceField(
                label=scope.label,
                help_text=READ_ALOUD[scope],
                choices=ANSWERS,
                required=scope == ConsentScope.SCREENING,
                widget=forms.RadioSelect,
            )
        if scopes:
            self.fields["given_by"] = forms.ChoiceField(
                label=gettext_lazy("Who gives it?"),
                choices=GIVERS,
                initial="patient",
                widget=forms.RadioSelect,
            )

    def given(self) -> list[str]:
        return [scope for scope in ConsentScope.values if self.cleaned_data.get(scope) == "yes"]


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def patient(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Who it is, what they agreed to; recording the consent begins the visit."""
    now = timezone.now()
    known = access.patient_by_public_id(str(public_id), by=by, now=now)
    in_force = list(Consent.objects.filter(patient=known, withdrawn_at=None).order_by("pk"))
    missing = [scope for scope in INTAKE_SCOPES if scope not in {one.scope for one in in_force}]
    typed = (typed_before(request) or QueryDict()).dict()
    form = BeginForm(request.POST if request.method == "POST" else None, scopes=missing, initial=typed)
    refused = False
    if request.method == "POST" and form.is_valid():
        encounter = _begin(known, form, by)
        if encounter is not None:
            return redirect("intake-visit", encounter.public_id)
        refused = True
    context = {
        "patient": known,
        "age_years": age_years(known.birth_date, timezone.localdate(now)),
        "form": form,
        "in_force": [(one, READ_ALOUD[ConsentScope(one.scope)]) for one in in_force],
        "givers": dict(GIVERS),
        "refused": refused,
        "typed": typed,
        "visits": _visits(known, by),
    }
    return render(request, "config/intake/patient.html", context, status=422 if form.errors else 200)


def _begin(known: Patient, form: BeginForm, by: Actor) -> Encounter | None:
    """The visit, None when the patient does not agree to be screened."""
    now = timezone.now()
    with transaction.atomic():
        for scope in form.given():
            records.services.consent_give(
                patient=known, scope=scope, by=by, now=now, given_by=form.cleaned_data["given_by"]
            )
    try:
        return visit_begin(patient=known, by=by, now=now, today=timezone.localdate(now))
    except ConsentMissing:
        return None


def _visits(known: Patient, by: Actor) -> list[Encounter]:
    visits = access.within(Encounter.objects.filter(patient=known), by=by).prefetch_related("exams")
    return list(visits.order_by("-started_at", "-pk")[:10])


@require_POST
@members_only(*INTAKE_ROLES)
def consent_withdraw(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Withdraw a consent; withdrawing it twice is said kindly."""
    known = access.patient_by_public_id(str(public_id), by=by, now=timezone.now())
    reason = request.POST.get("reason", "").strip()[:WITHDRAWAL_LONGEST].replace("\x00", "")
    try:
        records.services.consent_withdraw(
            patient=known,
            scope=request.POST.get("scope", ""),
            by=by,
            now=timezone.now(),
            reason=reason or "the patient wishes it",
        )
        messages.success(request, _("The consent is withdrawn. What was done before stays on record."))
    except ConsentMissing:
        messages.info(request, _("This consent was not in force any more."))
    return redirect("intake-patient", known.public_id)
