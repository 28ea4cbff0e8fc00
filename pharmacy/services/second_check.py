"""The safety check at the release, on what is known then (PH-86), and what may be set aside of it (PH-85)."""

from collections.abc import Iterable
from datetime import datetime

from pharmacy.domain.alerts import Alert
from pharmacy.domain.overrides import stops_left
from pharmacy.errors import SafetyStops
from pharmacy.models import AlertStage, Prescription, PrescriptionAlert
from pharmacy.safety_selectors import alerts_now


def check_again(prescription: Prescription, *, now: datetime) -> None:
    """Check before the release and keep what was shown, in the caller's transaction.

    Raises
    ------
    SafetyStops
        A stop stands that no override of this prescription answers.
    """
    alerts = alerts_now(prescription, now=now)
    if left := _unanswered(prescription, alerts):
        raise SafetyStops(left)
    alerts_store(prescription, alerts, AlertStage.RELEASE)


def stops_now(prescription: Prescription, *, now: datetime) -> tuple[Alert, ...]:
    """The stops that stand now and that no override of this prescription answers; nothing is stored."""
    return _unanswered(prescription, alerts_now(prescription, now=now))


def _unanswered(prescription: Prescription, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
    return stops_left(alerts, prescription.overrides.values_list("rule_id", "subject"))


def alerts_store(
    prescription: Prescription, alerts: Iterable[Alert], stage: AlertStage, *, first: int = 0
) -> None:
    """Keep the alerts of one check, in its order, from the place `first` on."""
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
        for position, alert in enumerate(alerts, start=first)
    )
