"""What the case page shows, from the outcome of a case: grouped and in words, nothing decided here."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.storage import default_storage

from config import case_work
from config.blinding import withheld
from config.case_list import CaseState, case_due_by, case_state
from config.case_people import consents_of, contacts_of, earlier_visits, reading_open_to, staff_of
from config.case_risks import risks_with_reasons
from config.letter.offered import papers_offered
from config.maps import labels_mapped
from config.reason_words import alert_words, referral_reason, risk_reason
from pharmacy.domain.alerts import Tier
from pharmacy.domain.rules import PH_CHOICE
from records.actor import Actor
from records.models import WorkItem
from records.permission import INTAKE_ROLES
from records.selectors import age_years
from referrals.domain.passed_over import COUNTING
from risk.texts import decision_text
from screening.domain.laterality import Laterality
from screening.models import Encounter, FundusImage, GradingTask
from screening.selectors import reads_of_visit
from screening.storage import derivative_name

MOST_SERIOUS_FIRST = ("present", "abstain", "absent")
NORMAL = "N"


def case_page(
    encounter: Encounter,
    outcome: Mapping[str, Any],
    *,
    by: Actor,
    today: date,
    blinding: GradingTask | None = None,
) -> dict[str, Any]:
    """The view model of one case for who reads it; `outcome` is what `config.case.case_outcome` returns.

    `blinding`: the read that this person could still give, for which the result is kept back from them (GR-02).
    """
    work = case_work.work_by_encounter([encounter.pk]).get(encounter.pk, [])
    images = list(FundusImage.objects.filter(exam__encounter=encounter))
    state = _state(encounter, outcome, work)
    if blinding:
        outcome = withheld(outcome)
    exam, assessment = outcome["exam"], outcome["assessment"]
    return {
        "encounter": encounter,
        "patient": encounter.patient,
        "staff": staff_of(encounter),
        "consents": consents_of(encounter),
        "contacts": contacts_of(encounter),
        "earlier": earlier_visits(encounter, by=by),
        "blinding": blinding,
        "reading": None if blinding else reading_open_to(encounter, by=by),
        "may_take_cases": by.role in INTAKE_ROLES,
        "red_flags": outcome["red_flags"],
        "risks": risks_with_reasons(encounter, assessment["risks"]) if assessment else [],
        "open_questions": assessment["open_questions"] if assessment else [],
        "age_years": age_years(encounter.patient.birth_date, today),
        "outcome": outcome,
        "synthetic": any(image.synthetic for image in images),
        "possible_mix_up": any(image.possible_mix_up for image in images),
        "failed": [item for item in work if item.failed_at],
        "state": state,
        "waiting": state is CaseState.WAITING,
        "next_step": "" if _nothing_yet(state, outcome) else outcome["next_step"],
        "eyes": [_eye(eye, exam) for eye in Laterality],
        "actions": [_action(action) for action in assessment["actions"]] if assessment else [],
        "result": _result(assessment) if assessment else "",
        "due_by": case_due_by(assessment) if assessment else None,
        "medicine": _medicine(outcome["medicine"]) if outcome["medicine"] else None,
        "reads": [] if blinding else reads_of_visit(encounter.pk),
        "referral": _referral(outcome["referral"]) if outcome["referral"] else None,
    }


def _state(encounter: Encounter, outcome: Mapping[str, Any], work: Collection[WorkItem]) -> CaseState:
    if encounter.cancelled_at:
        return CaseState.CANCELLED
    status = outcome["exam"]["status"] if outcome["exam"] else None
    return case_state(status, assessed=bool(outcome["assessment"]), work=work)


def _nothing_yet(state: CaseState, outcome: Mapping[str, Any]) -> bool:
    return state is CaseState.CANCELLED or (state is CaseState.OPEN and not outcome["red_flags"])


def _eye(eye: Laterality, exam: Mapping[str, Any] | None) -> dict[str, Any]:
    photograph = _of_eye(eye, exam["photographs"]) if exam else None
    result = _of_eye(eye, exam["eyes"]) if exam else None
    findings = result["findings"] if result else []
    return {
        "laterality": eye.value,
        "photograph": photograph,
        "shown": bool(photograph) and default_storage.exists(derivative_name(photograph["sha256"])),
        "maps": labels_mapped(photograph["sha256"], exam["release"], findings) if exam and photograph else [],
        "result": result,
        "findings": sorted(
            (_finding(one) for one in findings if one["label"] != NORMAL),
            key=lambda one: MOST_SERIOUS_FIRST.index(one["decision"]),
        ),
        "normal": next((one for one in findings if one["label"] == NORMAL), None),
    }


def _of_eye(eye: Laterality, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((row for row in rows if row["laterality"] == eye), None)


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    """With the bar's lengths in whole percent; what only a person saw has no score."""
    if finding["score"] is None:
        return {**finding, "filled": None}
    return {**finding, "filled": round(finding["score"] * 100), "mark": round(finding["threshold"] * 100)}


def _result(assessment: Mapping[str, Any]) -> str:
    return decision_text(assessment["disposition"], (action["kind"] for action in assessment["actions"]))


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **action,
        "reasons": [(code, risk_reason(code, parameters)) for code, parameters in action["reasons"]],
    }


def _medicine(medicine: Mapping[str, Any]) -> dict[str, Any]:
    alerts = [(alert, alert_words(alert)) for alert in medicine["alerts"]]
    proposed = medicine["lot"] is not None
    return {
        **medicine,
        "proposed": proposed,
        "why": [
            (alert, text)
            for alert, text in alerts
            if (alert["rule"] in PH_CHOICE if proposed else alert["tier"] != Tier.INFO)
        ],
        "advice": [
            (alert, text)
            for alert, text in alerts
            if alert["tier"] == Tier.INFO and alert["rule"] not in PH_CHOICE
        ],
        "against": [(alert, text) for alert, text in alerts if proposed and alert["tier"] != Tier.INFO],
    }


def _referral(referral: Mapping[str, Any]) -> dict[str, Any]:
    reasons = [{**reason, "text": referral_reason(reason)} for reason in referral["reasons"]]
    counted = [reason for reason in reasons if reason["rule"] in COUNTING]
    return {
        **referral,
        "papers": papers_offered(referral["status"]),
        "why": [
            reason for reason in reasons if reason["hospital"] is None and reason["rule"] not in COUNTING
        ],
        "candidates": [
            {
                **one,
                "reasons": [r for r in reasons if r["hospital"] == one["hospital"] and not r["passed_over"]],
            }
            for one in referral["candidates"]
        ],
        "passed_over": [reason for reason in reasons if reason["passed_over"]],
        "counted": counted,
        "passed_over_in_all": sum(reason["passed_over"] for reason in reasons)
        + sum(int(reason["subject"]) for reason in counted),
        "estimated": any(not one["routed"] for one in referral["candidates"]),
    }
