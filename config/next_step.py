"""The one thing that happens next in a case, in a sentence for the clinic's staff."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pharmacy.domain.rules import PH_SHORTAGE
from pharmacy.models import PrescriptionStatus, RefusalCode
from pharmacy.texts import MEDICINES
from records.models import Role
from referrals.domain.decisions import FOLLOW_UP_ROLES, SENT_BACK, SENT_BACK_ROLE, DecisionCode
from referrals.domain.status import UNSENT, ReferralStatus
from referrals.texts import DECISIONS, STATUSES
from screening.texts import QUALITY_REASONS


def in_words(case: Mapping[str, Any]) -> str:
    """The next step of a case as `config.case.case_outcome` describes it, the most serious first."""
    steps = []
    if case["assessment"] is not None:
        steps.append(_STEPS[case["assessment"]["disposition"]](case))
        steps += _expected(case) if case["assessment"]["disposition"] in _BESIDES_AN_APPOINTMENT else []
    elif case["red_flags"]:
        steps.append(_("Red flag: to a hospital now, whatever the photographs will show"))
    if case["failures"]:
        steps.append(_("A step failed: see the reason and retry it"))
    elif case["assessment"] is None and (case["exam"] is None or case["exam"]["status"] == "open"):
        steps.append(_("Take the photographs and submit them, or say why they cannot be taken"))
    elif case["assessment"] is None:
        steps.append(_("Waiting for the result"))
    elif case["exam"]["status"] == "open":
        steps.append(_("A retake is open: submit its photographs"))
    return "; ".join(steps)


def _refer(case: Mapping[str, Any]) -> str:
    referral = case["referral"]
    if referral is None:
        return _("Waiting for a hospital to be proposed")
    if referral.get("refusal"):
        return _refused(referral)
    if referral["status"] in SENT_BACK or referral.get("cancelled_for"):
        return _sent_back(referral)
    if referral["status"] not in UNSENT:
        return _("Referral: %(status)s") % {"status": STATUSES[referral["status"]]}
    due = {"due": referral["due_by"]}
    if referral["hospital"] is None:
        return _("No hospital fits by %(due)s: the coordinator decides") % due
    if referral["status"] == ReferralStatus.AUTHORISED:
        return _("Coordinator to send it to %(hospital)s by %(due)s") % (
            due | {"hospital": referral["hospital"]}
        )
    return _("Physician to authorise %(hospital)s by %(due)s") % (
        due | {"hospital": _with_distance(referral)}
    )


def _with_distance(referral: Mapping[str, Any]) -> str:
    """The hospital, with its distance where it was one of the candidates."""
    named = {one["hospital"]: one["distance_km_estimate"] for one in referral["candidates"]}
    hospital: str = referral["hospital"]
    if hospital not in named:
        return hospital
    return _("%(hospital)s (about %(km)s km)") % {"hospital": hospital, "km": named[hospital]}


def _refused(referral: Mapping[str, Any]) -> str:
    """A refusal is never the end: who follows it up, or what was done."""
    why = DECISIONS[referral["refusal"]]
    if referral["follow_up"]:
        return _("Referral refused (%(why)s); then: %(what)s") % {"why": why, "what": referral["follow_up"]}
    role = Role(FOLLOW_UP_ROLES[DecisionCode(referral["refusal"])]).label
    return _("Referral refused (%(why)s): %(role)s to follow it up") % {"why": why, "role": role}


def _sent_back(referral: Mapping[str, Any]) -> str:
    status = STATUSES[referral["status"]]
    if referral["follow_up"]:
        return _("Referral: %(status)s; then: %(what)s") % {"status": status, "what": referral["follow_up"]}
    role = Role(SENT_BACK_ROLE).label
    return _("Referral: %(status)s; %(role)s to follow it up") % {"status": status, "role": role}


def _medicine(case: Mapping[str, Any]) -> str:
    medicine = case["medicine"]
    if medicine is None:
        return _("Waiting for a medicine to be proposed")
    if medicine["status"] == PrescriptionStatus.PROPOSED:
        return _("Pharmacist to release %(medicine)s") % {"medicine": MEDICINES[medicine["medicine"]]}
    if medicine.get("refusal"):
        return _medicine_refused(medicine)
    if medicine["status"] != PrescriptionStatus.NEEDS_PHARMACIST:
        return _("Medicine: %(status)s") % {"status": PrescriptionStatus(medicine["status"]).label}
    stops = dict.fromkeys(alert["rule"] for alert in medicine["alerts"] if alert["tier"] != "info")
    rules = ", ".join(stops)
    if stops and all(rule in PH_SHORTAGE for rule in stops):
        return _("The medicine waits for stock (%(rules)s)") % {"rules": rules}
    return _("Pharmacist decides instead of the machine (%(rules)s)") % {"rules": rules}


def _medicine_refused(medicine: Mapping[str, Any]) -> str:
    why = RefusalCode(medicine["refusal"]).label
    if medicine["follow_up"]:
        return _("Medicine refused (%(why)s); then: %(what)s") % {"why": why, "what": medicine["follow_up"]}
    return _("Medicine refused (%(why)s): physician to follow it up") % {"why": why}


def _repeat_imaging(case: Mapping[str, Any]) -> str:
    eyes = [
        f"{eye['laterality']}: {', '.join(str(QUALITY_REASONS[reason]) for reason in eye['quality_reasons'])}"
        for eye in case["exam"]["eyes"]
        if eye["gradability"] == "ungradable"
    ]
    return _("Photograph again: %(eyes)s") % {"eyes": "; ".join(eyes)}


def _self_care(case: Mapping[str, Any]) -> str:
    due = {action["kind"]: action["due_by"] for action in case["assessment"]["actions"]}
    steps = []
    if "grading" in due:
        steps.append(_("Grader to look at it by %(due)s") % {"due": due["grading"]})
    return "; ".join([*steps, *_expected(case), _("Recall by %(due)s") % {"due": case["recall"]["due_by"]}])


def _expected(case: Mapping[str, Any]) -> list[str]:
    """An eye clinic that already expects the patient, whatever else is done (RK-01)."""
    booked = [one["due_by"] for one in case["assessment"]["actions"] if one["kind"] == "keep-appointment"]
    return [_("Keep the appointment on %(due)s") % {"due": due} for due in booked]


_BESIDES_AN_APPOINTMENT = ("medicine", "repeat-imaging")
_STEPS = {
    "refer": _refer,
    "medicine": _medicine,
    "repeat-imaging": _repeat_imaging,
    "self-care": _self_care,
}
