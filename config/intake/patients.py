"""The pages of a patient: find, register, look at, correct."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import records.services
from config.errors import AnswersInvalid
from config.intake.dates import read_date
from config.intake.patient_forms import AmendForm, PatientForm, SearchForm, details_in, details_of
from config.intake.refusals import patient_refusal, refusal
from config.intake.search import Candidate, patients_by_words, patients_like
from config.intake.visits import visits_unfinished
from config.patient_details import PatientDetails, check_same_person
from config.work_list_search import search_keep, search_words
from records import access
from records.actor import Actor
from records.duplicates import Person
from records.errors import PatientChanged, PatientInvalid
from records.guard import list_read, members_only
from records.models import Patient
from records.permission import INTAKE_ROLES
from records.session import typed_before


@require_safe
@members_only(*INTAKE_ROLES)
def intake(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Find the patient who is here; the words of the search stay out of the address."""
    key = request.GET.get("search", "")
    words = search_words(request.session, key)
    found = patients_by_words(words, by=by) if words else []
    list_read(request, "intake search", (patient.pk for patient in found), by=by)
    unfinished = visits_unfinished(by=by, today=timezone.localdate())
    list_read(request, "intake", (visit.patient_id for visit in unfinished), by=by)
    context = {"form": SearchForm(initial={"words": words}), "words": words, "key": key, "found": found}
    return render(request, "config/intake/find.html", context | {"unfinished": unfinished})


@require_POST
@members_only(*INTAKE_ROLES)
def search(request: HttpRequest, *, by: Actor) -> HttpResponse:
    form = SearchForm(request.POST)
    if not form.is_valid():
        return redirect("intake")
    key = search_keep(request.session, form.cleaned_data["words"])
    return redirect(f"{reverse('intake')}?search={key}")


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def register(request: HttpRequest, *, by: Actor) -> HttpResponse:
    """Register a patient; whoever may be the same person is shown before."""
    known = details_in(search_words(request.session, request.GET.get("search", "")))
    initial = known | (typed_before(request) or QueryDict()).dict()
    form = PatientForm(request.POST or None, initial=initial)
    candidates: list[Candidate] = []
    if request.method == "POST" and form.is_valid():
        candidates = _candidates(form, by)
        if not candidates or request.POST.get("another_person") == _mark(candidates):
            patient = _register(form, request, by)
            if patient is not None:
                return redirect("intake-patient", patient.public_id)
            candidates = []
    list_read(request, "duplicates", (one.patient.pk for one in candidates), by=by)
    context = {"form": form, "candidates": candidates, "mark": _mark(candidates)}
    return render(request, "config/intake/register.html", context, status=422 if form.errors else 200)


def _candidates(form: PatientForm, by: Actor) -> list[Candidate]:
    """The same number with the same details is no other person: it is a form that was sent twice."""
    details = form.details()
    found = patients_like(Person(details["name"], details["birth_date"]), by=by)
    return [] if any(_is_same(one.patient, details) for one in found) else found


def _is_same(known: Patient, details: dict[str, Any]) -> bool:
    if known.mrn != details["mrn"]:
        return False
    try:
        check_same_person(known, PatientDetails(**details, place=None))
    except (PatientInvalid, AnswersInvalid):
        return False
    return True


def _mark(candidates: Sequence[Candidate]) -> str:
    """Names the candidates that were shown: further ones ask again."""
    keys = sorted(one.patient.pk for one in candidates)
    return hashlib.sha256(repr(keys).encode()).hexdigest()[:16]


def _register(form: PatientForm, request: HttpRequest, by: Actor) -> Patient | None:
    details = form.details()
    try:
        return records.services.patient_register(by=by, now=timezone.now(), **details)
    except PatientInvalid as refused:
        known = access.within(Patient.objects.filter(mrn=details["mrn"]), by=by).first()
        if known is not None and _is_same(known, details):
            messages.info(request, _("This patient was registered already."))
            return known
        form.add_error(refused.field, patient_refusal(refused))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def amend(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Correct a patient's details, with the reason."""
    patient = access.patient_by_public_id(str(public_id), by=by, now=timezone.now())
    typed = (typed_before(request) or QueryDict()).dict()
    form = AmendForm(request.POST or None, initial=details_of(patient) | typed)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            records.services.patient_amend(
                patient=patient,
                seen=_seen(request),
                given=form.details(),
                by=by,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
            return redirect("intake-patient", patient.public_id)
        except PatientInvalid as refused:
            form.add_error(refused.field, patient_refusal(refused))
        except PatientChanged as refused:
            form.add_error(None, refusal(refused))
            status = 409
        patient.refresh_from_db()
    if status == 200 and form.errors:
        status = 422
    context = {"patient": patient, "form": form, "seen": _written(patient)}
    return render(request, "config/intake/amend.html", context, status=status)


def _written(patient: Patient) -> dict[str, str]:
    return {f"seen_{name}": str(value or "") for name, value in details_of(patient).items()}


def _seen(request: HttpRequest) -> dict[str, Any]:
    """The details that the form showed, as its hidden fields say."""
    seen: dict[str, Any] = {name: request.POST.get(f"seen_{name}", "") for name in PatientForm.base_fields}
    return seen | {"birth_date": read_date(seen["birth_date"])}
