"""What whoever decides must know of the patient, on the page where they decide."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

import pharmacy.selectors
import pharmacy.texts
import risk.selectors
from config.case import case_outcome
from config.case_page import case_page
from config.intake.questions import WARNING_SIGNS
from pharmacy.domain.safety_answers import LIST_QUESTIONS, YES_NO_QUESTIONS
from pharmacy.models import SafetyAnswers
from records.actor import Actor
from records.models import Consent, ConsentScope
from risk.domain.red_flags import red_flags_unanswered
from screening.models import Encounter


def patient_facts(encounter: Encounter, *, by: Actor, today: date) -> dict[str, Any]:
    """Who it is, what the photographs show, and what the answers say and leave open."""
    outcome = case_outcome(encounter)
    page = case_page(encounter, outcome, by=by, today=today)
    asked = pharmacy.selectors.safety_answers_current(encounter)
    return {
        "encounter": encounter,
        "patient": encounter.patient,
        "age_years": page["age_years"],
        "eyes": page["eyes"],
        "synthetic": page["synthetic"],
        "possible_mix_up": page["possible_mix_up"],
        "red_flags": outcome["red_flags"],
        "answers": _answers(asked),
        "unasked_signs": _unasked(encounter),
        "shares": Consent.objects.filter(
            patient=encounter.patient, scope=ConsentScope.REFERRAL, withdrawn_at=None
        ).exists(),
    }


def _answers(asked: SafetyAnswers | None) -> list[dict[str, Any]]:
    value = pharmacy.selectors.answers_value(asked)
    said = {True: _("Yes"), False: _("No"), None: _("Not known")}
    lists = [(name, getattr(value, name), _listed(getattr(value, name))) for name in LIST_QUESTIONS]
    yes_no = [(name, getattr(value, name), said[getattr(value, name)]) for name in YES_NO_QUESTIONS]
    return [
        {"question": pharmacy.texts.QUESTIONS[name], "answer": words, "unknown": given is None}
        for name, given, words in (*lists, *yes_no)
        # Whether a guardian is there is asked for the young only, illnesses for refills and supplements.
        if not (name in ("guardian_present", "conditions") and given is None)
    ]


def _listed(given: tuple[str, ...] | None) -> str:
    return _("Not known") if given is None else ", ".join(given) or _("None")


def _unasked(encounter: Encounter) -> list[Any]:
    row = risk.selectors.risk_factors_current(encounter)
    if row is None:
        return list(WARNING_SIGNS.values())
    names = red_flags_unanswered(risk.selectors.risk_factors_value(row))
    return [WARNING_SIGNS.get(name, name) for name in names]
