"""Who stands behind a case, and what else is known of its patient."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.blinding import visits_blinded
from config.moments import names_of, person
from config.reason_words import decision_in_words
from config.timeline_intake import opened_by
from pharmacy.selectors import prescription_by_assessment
from records.actor import Actor
from records.models import INTAKE_SCOPES, Consent, ConsentScope
from risk.models import ContactAttempt, RiskAssessment
from screening.blind_selectors import READER_ROLES, tasks_readable
from screening.models import Encounter, GradingTask

EARLIER_SHOWN = 10


@dataclass(frozen=True)
class Decision:
    """What a person decided about a proposal: an act, by whom, when. `act` is "authorised" or "closed"."""

    act: str
    name: str
    at: datetime


def staff_of(encounter: Encounter) -> Mapping[str, Any]:
    """Who took the case, who cancelled it, and who decided on its current proposals."""
    assessment = _current(encounter)
    prescription = prescription_by_assessment(assessment.pk) if assessment else None
    referral = assessment.referrals.order_by("pk").last() if assessment else None
    taker = opened_by(encounter)
    acts = {"medicine": _medicine_acts(prescription), "referral": _referral_acts(referral)}
    labels = {label for one in acts.values() for _, label, _ in one} | {taker, encounter.cancelled_by}
    names = names_of(labels)
    decisions = {
        kind: [Decision(act, names.get(label, ""), at) for act, label, at in found]
        for kind, found in acts.items()
    }
    return {
        "taken_by": names.get(taker, ""),
        "cancelled_by": names.get(encounter.cancelled_by, ""),
    } | decisions


def _current(encounter: Encounter) -> RiskAssessment | None:
    current = RiskAssessment.objects.filter(encounter=encounter, superseded_at=None)
    return current.order_by("-exam_id").first()


def _medicine_acts(prescription: Any) -> list[tuple[str, str, datetime]]:
    acts = []
    if prescription and prescription.authorised_at:
        acts.append(("authorised", person(prescription.authorised_by_id), prescription.authorised_at))
    if prescription and prescription.closed_at:
        acts.append(("closed", prescription.closed_by, prescription.closed_at))
    return acts


def _referral_acts(referral: Any) -> list[tuple[str, str, datetime]]:
    if referral is None or not referral.authorised_at:
        return []
    return [("authorised", person(referral.authorised_by_id), referral.authorised_at)]


def reading_open_to(encounter: Encounter, *, by: Actor) -> GradingTask | None:
    """The case on the readers' list that waits for a read this person may give, for those whose role reads."""
    if by.role not in READER_ROLES:
        return None
    return tasks_readable(by=by).filter(encounter=encounter, quality_of=None).first()


def consents_of(encounter: Encounter) -> list[dict[str, Any]]:
    """Each kind of consent with the moment it was given, None where it is not in force."""
    given = Consent.objects.filter(patient=encounter.patient_id, withdrawn_at=None)
    since = dict(given.values_list("scope", "given_at"))
    # What is asked only where a medicine is handed out is not missing before, and no care waits for training.
    wanted = set(INTAKE_SCOPES) - {ConsentScope.TRAINING}
    shown = [scope for scope in ConsentScope if scope in wanted or scope.value in since]
    return [{"text": scope.label, "since": since.get(scope.value)} for scope in shown]


def contacts_of(encounter: Encounter) -> list[ContactAttempt]:
    """Attempts to reach the patient about this visit's recalls, newest first."""
    attempts = ContactAttempt.objects.filter(recall__assessment__encounter=encounter)
    return list(attempts.select_related("attempted_by").order_by("-attempted_at"))


def earlier_visits(encounter: Encounter, *, by: Actor) -> list[dict[str, Any]]:
    """The patient's visits before this one, newest first, with what came of them as far as this person may see."""
    before = Encounter.objects.filter(patient=encounter.patient_id, started_at__lt=encounter.started_at)
    visits = list(before.exclude(pk=encounter.pk).order_by("-started_at")[:EARLIER_SHOWN])
    assessed = RiskAssessment.objects.filter(encounter__in=visits, superseded_at=None)
    decided = assessed.only("encounter", "disposition").prefetch_related("actions")
    found = {one.encounter_id: decision_in_words(one) for one in decided}
    blinded = visits_blinded((visit.pk for visit in visits), by=by) if visits else frozenset()
    return [
        {"encounter": visit, "result": found.get(visit.pk, ""), "withheld": visit.pk in blinded}
        for visit in visits
    ]
