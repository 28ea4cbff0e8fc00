"""What the case page shows, from the outcome of a case: grouped and in words, nothing decided here."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

import pharmacy.texts
import referrals.texts
import risk.texts
from config import case_work
from config.case_list import CaseState, case_due_by, case_state
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.rules import PH_CHOICE, PH_RED_FLAG
from records.selectors import age_years
from referrals.models import ReferralReason
from screening.domain.laterality import Laterality
from screening.models import Encounter, FundusImage
from screening.storage import derivative_name

MOST_SERIOUS_FIRST = ("present", "abstain", "absent")
NORMAL = "N"


def case_page(encounter: Encounter, outcome: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """The view model of one case; `outcome` is what `config.case.case_outcome` returns."""
    work = case_work.work_by_encounter([encounter.pk]).get(encounter.pk, [])
    images = list(FundusImage.objects.filter(exam__encounter=encounter))
    exam, assessment = outcome["exam"], outcome["assessment"]
    state = case_state(exam["status"] if exam else None, assessed=bool(assessment), work=work)
    return {
        "encounter": encounter,
        "patient": encounter.patient,
        "age_years": age_years(encounter.patient.birth_date, today),
        "outcome": outcome,
        "synthetic": any(image.synthetic for image in images),
        "possible_mix_up": any(image.possible_mix_up for image in images),
        "failed": [item for item in work if item.failed_at],
        "state": state,
        "waiting": state is CaseState.WAITING,
        "next_step": "" if state is CaseState.OPEN and not outcome["red_flags"] else outcome["next_step"],
        "eyes": [_eye(eye, exam) for eye in Laterality],
        "actions": [_action(action) for action in assessment["actions"]] if assessment else [],
        "due_by": case_due_by(assessment) if assessment else None,
        "medicine": _medicine(outcome["medicine"]) if outcome["medicine"] else None,
        "referral": _referral(outcome["referral"]) if outcome["referral"] else None,
    }


def _eye(eye: Laterality, exam: Mapping[str, Any] | None) -> dict[str, Any]:
    photograph = _of_eye(eye, exam["photographs"]) if exam else None
    result = _of_eye(eye, exam["eyes"]) if exam else None
    findings = result["findings"] if result else []
    return {
        "laterality": eye.value,
        "photograph": photograph,
        "shown": bool(photograph) and default_storage.exists(derivative_name(photograph["sha256"])),
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
    """With the bar's lengths in whole percent."""
    return {
        **finding,
        "filled": round(finding["score"] * 100),
        "mark": round(finding["threshold"] * 100),
    }


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **action,
        "reasons": [(code, _risk_reason(code, parameters)) for code, parameters in action["reasons"]],
    }


def _risk_reason(code: str, parameters: str) -> str:
    try:
        return risk.texts.reason_text(code, parameters)
    except KeyError:  # stored under rules that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": code}


def _medicine(medicine: Mapping[str, Any]) -> dict[str, Any]:
    alerts = [(alert, _alert(alert)) for alert in medicine["alerts"]]
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


def _alert(alert: Mapping[str, Any]) -> str:
    subject = alert["subject"]
    if alert["rule"] == PH_RED_FLAG:
        subject = str(risk.texts.RED_FLAGS.get(subject, subject))
    try:
        return pharmacy.texts.alert_text(
            Alert(alert["rule"], Tier(alert["tier"]), alert["medicine"], subject)
        )
    except KeyError:  # stored under a formulary that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": alert["rule"]}


def _referral(referral: Mapping[str, Any]) -> dict[str, Any]:
    reasons = [{**reason, "text": _referral_reason(reason)} for reason in referral["reasons"]]
    return {
        **referral,
        "why": [reason for reason in reasons if reason["hospital"] is None],
        "candidates": [
            {
                **one,
                "reasons": [r for r in reasons if r["hospital"] == one["hospital"] and not r["passed_over"]],
            }
            for one in referral["candidates"]
        ],
        "passed_over": [reason for reason in reasons if reason["passed_over"]],
    }


def _referral_reason(reason: Mapping[str, Any]) -> str:
    try:
        return referrals.texts.reason_text(ReferralReason(rule_id=reason["rule"], subject=reason["subject"]))
    except KeyError:  # stored under rules that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": reason["rule"]}
