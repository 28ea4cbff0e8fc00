"""The safety check at the release, on what is known then (PH-86), and what may be set aside of it (PH-85)."""

from collections.abc import Iterable
from datetime import datetime

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.domain.drug_rule_checks import drug_keys
from pharmacy.domain.formulary import entry_by_code
from pharmacy.domain.overrides import stops_left
from pharmacy.domain.safety_check import check_safety
from pharmacy.errors import SafetyStops
from pharmacy.models import AlertStage, Prescription, PrescriptionAlert
from pharmacy.safety_selectors import safety_case
from risk import selectors as risk_selectors


def alerts_now(prescription: Prescription, *, now: datetime) -> tuple[Alert, ...]:
    """Every alert of a prescription's medicine as the case stands now; nothing is stored.

    The answers in force are asked, and the assessment in force: what was corrected since counts.
    """
    code = prescription.medicine.code if prescription.medicine else ""
    policy = selectors.policy_of(prescription.organization)
    if policy is None:
        return (Alert(rules.PH_COUNTRY, Tier.HARD, subject=prescription.organization.country),)
    try:
        entry = entry_by_code(code)
    except KeyError:
        return (Alert(rules.PH_NO_MEDICINE, Tier.HARD, code, prescription.indication),)
    encounter = prescription.encounter
    assessment = risk_selectors.assessment_current_for_encounter(encounter) or prescription.assessment
    case = safety_case(
        encounter,
        policy=policy,
        answers=selectors.answers_value(selectors.safety_answers_current(encounter)),
        red_flags=selectors.red_flags_of(assessment),
        ingredients=drug_keys(entry),
        now=now,
        besides=prescription.pk,
    )
    return check_safety(entry, case)


def check_again(prescription: Prescription, *, now: datetime) -> None:
    """Check before the release and keep what was shown, in the caller's transaction.

    Raises
    ------
    SafetyStops
        A stop stands that no override of this prescription answers.
    """
    alerts = alerts_now(prescription, now=now)
    left = stops_left(alerts, prescription.overrides.values_list("rule_id", "subject"))
    if left:
        raise SafetyStops(left)
    alerts_store(prescription, alerts, AlertStage.RELEASE)


def alerts_store(prescription: Prescription, alerts: Iterable[Alert], stage: AlertStage) -> None:
    """Keep the alerts of one check, in its order."""
    PrescriptionAlert.objects.bulk_create(
        PrescriptionAlert(
            prescription=prescription,
            stage=stage,
            position=position,
            rule_id=alert.rule_id,
            tier=alert.tier,
            medicine_code=alert.medicine,
            subject=alert.subject,
        )
        for position, alert in enumerate(alerts)
    )
