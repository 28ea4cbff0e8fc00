"""Stored rules in words; a rule that this version no longer has is named by its id."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

import pharmacy.texts
import referrals.texts
import risk.texts
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.rules import PH_RED_FLAG
from referrals.models import ReferralReason
from risk.models import RiskAssessment


def decision_in_words(assessment: RiskAssessment) -> str:
    """What an assessment comes to; its actions are read."""
    kinds = (action.kind for action in assessment.actions.all())
    return risk.texts.decision_text(assessment.disposition, kinds)


def risk_reason(code: str, parameters: str) -> str:
    """A rule of the assessment."""
    try:
        return risk.texts.reason_text(code, parameters)
    except KeyError:  # stored under rules that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": code}


def alert_words(alert: Mapping[str, Any]) -> str:
    """A rule of the pharmacy that fired."""
    subject = alert["subject"]
    if alert["rule"] == PH_RED_FLAG:
        subject = str(risk.texts.RED_FLAGS.get(subject, subject))
    try:
        return pharmacy.texts.alert_text(
            Alert(alert["rule"], Tier(alert["tier"]), alert["medicine"], subject)
        )
    except KeyError:  # stored under a formulary that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": alert["rule"]}


def referral_reason(reason: Mapping[str, Any]) -> str:
    """A rule of the matching."""
    try:
        return referrals.texts.reason_text(ReferralReason(rule_id=reason["rule"], subject=reason["subject"]))
    except KeyError:  # stored under rules that this version no longer has
        return _("Rule %(code)s of an earlier version") % {"code": reason["rule"]}
