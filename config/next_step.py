"""The one thing that happens next in a case, in a sentence for the clinic's staff."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pharmacy.models import PrescriptionStatus
from pharmacy.texts import MEDICINES
from referrals.domain.status import UNSENT
from referrals.texts import STATUSES
from screening.texts import QUALITY_REASONS


def in_words(case: Mapping[str, Any]) -> str:
    """The next step of a case as `config.case.case_outcome` describes it, the most serious first."""
    steps = []
    if case["assessment"] is not None:
        steps.append(_STEPS[case["assessment"]["disposition"]](case))
    elif case["red_flags"]:
        steps.append(_("Red flag: to a hospital now, whatever the photographs will show"))
    if case["failures"]:
        steps.append(_("A step failed: see the reason and retry it"))
    elif case["assessment"] is None:
        steps.append(_("Waiting for the result"))
    elif case["exam"]["status"] == "open":
        steps.append(_("A retake is open: submit its photographs"))
    return "; ".join(steps)


def _refer(case: Mapping[str, Any]) -> str:
    referral = case["referral"]
    if referral is None:
        return _("Waiting for a hospital to be proposed")
    if referral["status"] not in UNSENT:
        return _("Referral: %(status)s") % {"status": STATUSES[referral["status"]]}
    if referral["hospital"] is None:
        return _("No hospital fits by %(due)s: the coordinator decides") % {"due": referral["due_by"]}
    first = referral["candidates"][0]
    return _("Physician to send to %(hospital)s (about %(km)s km) by %(due)s") % {
        "hospital": referral["hospital"],
        "km": first["distance_km_estimate"],
        "due": referral["due_by"],
    }


def _medicine(case: Mapping[str, Any]) -> str:
    medicine = case["medicine"]
    if medicine is None:
        return _("Waiting for a medicine to be proposed")
    if medicine["status"] == PrescriptionStatus.PROPOSED:
        return _("Pharmacist to release %(medicine)s") % {"medicine": MEDICINES[medicine["medicine"]]}
    if medicine["status"] != PrescriptionStatus.NEEDS_PHARMACIST:
        return _("Medicine: %(status)s") % {"status": PrescriptionStatus(medicine["status"]).label}
    stops = (alert["rule"] for alert in medicine["alerts"] if alert["tier"] != "info")
    rules = ", ".join(dict.fromkeys(stops))
    return _("Pharmacist decides instead of the machine (%(rules)s)") % {"rules": rules}


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
    if "keep-appointment" in due:
        steps.append(_("Keep the appointment on %(due)s") % {"due": due["keep-appointment"]})
    return "; ".join([*steps, _("Recall by %(due)s") % {"due": case["recall"]["due_by"]}])


_STEPS = {
    "refer": _refer,
    "medicine": _medicine,
    "repeat-imaging": _repeat_imaging,
    "self-care": _self_care,
}
