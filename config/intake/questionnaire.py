"""The page of the questionnaire: read, checked beside each field, stored; red flags show while it is filled in."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

import pharmacy.selectors
import risk.selectors
from config.intake.answers import (
    Unreadable,
    control_of,
    pressure,
    risk_answers,
    safety_answers,
    symptoms,
    with_stored,
)
from config.intake.answers_kept import answers_record, answers_stored_already
from config.intake.questions import Questionnaire
from config.intake.refusals import answer_refusal
from config.intake.shown import typed_of
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.errors import SafetyAnswersError
from records.actor import Actor
from records.guard import members_only
from records.permission import INTAKE_ROLES
from records.selectors import age_years
from records.session import typed_before
from risk.domain.answers import parse_risk_factors
from risk.domain.features import RiskFactors, Sex, Symptoms
from risk.domain.red_flags import RedFlagRow, red_flags_raised
from risk.errors import ImplausibleAnswer
from screening.models import Encounter
from screening.selectors import encounter_by_public_id


@require_http_methods(["GET", "HEAD", "POST"])
@members_only(*INTAKE_ROLES)
def questions(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """Ask, or correct what was answered; what is typed stays until it is stored."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    if encounter.cancelled_at is not None:
        return redirect("case", encounter.public_id)
    form = _form(request, encounter)
    changed = False
    if request.method == "POST" and form.is_valid():
        changed = _store(form, encounter, by, seen=request.POST.get("seen", ""))
        if not changed and not form.errors:
            return redirect("intake-visit", encounter.public_id)
    flags = _flags(form.data, encounter) if form.is_bound else risk.selectors.red_flags_of(encounter)
    context = {
        "encounter": encounter,
        "form": form,
        "groups": form.groups(),
        "seen": _seen(encounter),
        "changed": changed,
        "red_flags": flags,
    }
    status = 409 if changed else 422 if form.errors else 200
    return render(request, "config/intake/questions.html", context, status=status)


def _age(encounter: Encounter) -> int | None:
    return age_years(encounter.patient.birth_date, timezone.localdate())


def _form(request: HttpRequest, encounter: Encounter) -> Questionnaire:
    stored = typed_of(*_stored(encounter))
    typed = typed_before(request)
    shown = stored if typed is None else _as_typed(typed)
    data = request.POST if request.method == "POST" else None
    age = _age(encounter)
    sex, under_age = encounter.patient.sex, _is_under_age(encounter, age)
    return Questionnaire(data, initial=shown, age_years=age, sex=sex, under_age=under_age)


def _is_under_age(encounter: Encounter, age: int | None) -> bool:
    """As the rules of the clinic's country will ask; who has no known age is stopped by that alone."""
    policy = pharmacy.selectors.policy_of(encounter.organization)
    return policy is not None and age is not None and policy.is_under_age(age)


def _stored(encounter: Encounter) -> tuple[RiskFactors, SafetyAnswers]:
    row = risk.selectors.risk_factors_current(encounter)
    asked = pharmacy.selectors.safety_answers_current(encounter)
    return (
        risk.selectors.risk_factors_value(row) if row else RiskFactors(),
        pharmacy.selectors.answers_value(asked) if asked else SafetyAnswers(),
    )


def _as_typed(typed: QueryDict) -> dict[str, Any]:
    return typed.dict() | {"family": typed.getlist("family")}


def _seen(encounter: Encounter) -> str:
    """Names the answers that the form showed, so that nobody overwrites what they have not seen."""
    known = risk.selectors.risk_factors_current(encounter)
    asked = pharmacy.selectors.safety_answers_current(encounter)
    return f"{known.pk if known else 0}-{asked.pk if asked else 0}"


def _store(form: Questionnaire, encounter: Encounter, by: Actor, *, seen: str) -> bool:
    """Store the answers; True when others were stored since they were seen, and then nothing is.

    On a refusal the form says beside which control.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    answers = _checked(form, encounter, today)
    if form.errors:
        return False
    if seen != _seen(encounter) and not answers_stored_already(encounter, answers, today=today):
        return True
    answers_record(encounter, answers, by=by, now=now, today=today)
    return False


def _checked(form: Questionnaire, encounter: Encounter, today: date) -> dict[str, Any]:
    """The answers; every one that cannot be true is refused beside its control, and looked past to find the next."""
    while True:
        answers: dict[str, Any] = {}
        try:
            answers = _answers(form, encounter)
            answers_stored_already(encounter, answers, today=today)
        except (Unreadable, ImplausibleAnswer, SafetyAnswersError) as refused:
            control = refused.control if isinstance(refused, Unreadable) else control_of(refused.field)
            field, known = form.fields.get(control), control in form.errors
            form.add_error(control if field else None, answer_refusal(refused))
            if field and not known:
                form.cleaned_data[control] = field.clean(None)
                continue
        return answers


def _answers(form: Questionnaire, encounter: Encounter) -> dict[str, Any]:
    """Raises Unreadable."""
    factors, safety = _stored(encounter)
    changed = form.changed_data
    return {
        "risk": with_stored(risk_answers(form.cleaned_data), asdict(factors), changed=changed)
        | {"measurements": asdict(factors.measurements)},
        # Illnesses are asked where a refill or a supplement needs them, not on this page.
        "safety": with_stored(safety_answers(form.cleaned_data), asdict(safety), changed=changed)
        | {"conditions": safety.conditions},
    }


@require_POST
@members_only(*INTAKE_ROLES)
def red_flags(request: HttpRequest, public_id: UUID, *, by: Actor) -> HttpResponse:
    """The red flags of what is chosen so far, by the rules themselves; nothing is stored."""
    encounter = encounter_by_public_id(str(public_id), by=by, now=timezone.now())
    return render(request, "config/intake/red_flags.html", {"red_flags": _flags(request.POST, encounter)})


def _flags(typed: Mapping[str, Any], encounter: Encounter) -> tuple[RedFlagRow, ...]:
    systolic, diastolic = _pressure(typed)
    told = Symptoms(**symptoms(typed))
    return red_flags_raised(
        RiskFactors(
            age_years=_age(encounter), symptoms=told, systolic_mmhg=systolic, diastolic_mmhg=diastolic
        )
    )


def _pressure(typed: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """A pressure that would be stored: one that is refused warns of nothing."""
    try:
        systolic, diastolic = pressure(typed.get("pressure", ""))
        given = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic}
        parse_risk_factors(given, age_years=None, sex=Sex.UNKNOWN, today=timezone.localdate())
    except (Unreadable, ImplausibleAnswer):
        return None, None
    return systolic, diastolic
