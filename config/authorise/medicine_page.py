"""One proposed medicine with everything that its release rests on."""

from datetime import datetime
from typing import Any

from django.urls import reverse

import risk.selectors
from config.authorise.formulary_views import READERS as FORMULARY_READERS
from config.authorise.machine_page import MachineView, gives_at_once, machine_view
from config.authorise.patient_facts import patient_facts
from config.authorise.turns import medicine_turn, release_role
from config.authorise.waiting import alert_values, medicine_words
from config.intake.questions import WARNING_SIGNS
from config.reason_words import alert_words
from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, hard_stops
from pharmacy.domain.overrides import OVERRIDING_ROLES, stops_left
from pharmacy.models import Override, Prescription, PrescriptionStatus, SupplyBasis
from pharmacy.models.prescription import OPEN_STATUSES
from pharmacy.safety_selectors import alerts_now, waits_for_stock
from records import access
from records.actor import Actor
from records.models import Role
from records.selectors import local_date

RULES = {rule.id: rule for rule in rules.RULES}
REFUSING = (Role.PHARMACIST, Role.PHYSICIAN)
OVERRIDING = tuple(Role(role) for role in OVERRIDING_ROLES)


def medicine_by_id(prescription_id: int, *, by: Actor, now: datetime) -> Prescription:
    """A proposal of the actor's organization, with the read audited. Raises RecordNotFound."""
    rows = Prescription.objects.select_related(
        "medicine",
        "lot",
        "organization",
        "assessment",
        "authorised_by",
        "encounter__patient",
        "answers",
        "order",
    ).prefetch_related("alerts", "overrides__decided_by")
    return access.fetch(rows, by=by, now=now, patient="encounter.patient_id", pk=prescription_id)


def medicine_page(one: Prescription, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The view model; what the reader's role may do follows from the state."""
    turn = medicine_turn(one)
    machine = machine_view(one, by=by, now=now)
    alerts = selectors.alerts_of(one)
    role = Role(by.role)
    for_stock = waits_for_stock(one, now=now)
    return {
        "one": one,
        "turn": turn,
        "mine": turn is not None and turn == role,
        "what": medicine_words(one, for_stock=for_stock),
        "for_stock": for_stock,
        "may_reserve": for_stock and role in OVERRIDING,
        "facts": patient_facts(one.encounter, by=by, today=local_date(now, one.organization)),
        "corrected": one.answers is not None and one.answers.superseded_at is not None,
        "successor": _successor(one),
        "alerts": [_alert(alert) for alert in alerts if alert.tier is not Tier.INFO],
        "notes": [_alert(alert) for alert in alerts if alert.tier is Tier.INFO],
        "to_ask": [WARNING_SIGNS.get(name, name) for name in selectors.warning_signs_to_ask(one)],
        "may_release": one.status == PrescriptionStatus.PROPOSED
        and role == release_role(one.organization.country),
        "machine": machine,
        "at_once": gives_at_once(by=by) if one.status == PrescriptionStatus.PROPOSED else "",
        "may_read_formulary": role in FORMULARY_READERS,
        "stops": soft_stops(one, role, now),
        "overrides": [_override(given) for given in sorted(one.overrides.all(), key=lambda row: row.pk)],
        "may_refuse": role in REFUSING and (one.status in OPEN_STATUSES or _still_refusable(one, machine)),
        "may_follow_up": turn is not None
        and one.status == PrescriptionStatus.REFUSED
        and role in rules.FOLLOW_UP_ROLES,
    }


def _still_refusable(one: Prescription, machine: MachineView | None) -> bool:
    under_way = machine is None or machine.given or machine.is_open
    return not under_way and not one.perhaps_given and not selectors.supply_ended(one)


def _alert(alert: Alert) -> dict[str, Any]:
    rule = RULES.get(alert.rule_id)
    return {
        "text": alert_words(alert_values(alert)),
        "tier": str(alert.tier),
        "rule": alert.rule_id,
        "medicine": alert.medicine,
        "evidence": rule.evidence if rule else "",
    }


def soft_stops(one: Prescription, role: Role, now: datetime) -> tuple[Alert, ...]:
    """The stops that the reader may answer, as the case stands now; none where a hard one stands beside them."""
    if one.status != PrescriptionStatus.NEEDS_PHARMACIST or role not in OVERRIDING or one.medicine is None:
        return ()
    alerts = alerts_now(one, now=now)
    return () if hard_stops(alerts) else stops_left(alerts, ())


def _override(given: Override) -> dict[str, Any]:
    stop = Alert(given.rule_id, Tier(given.tier), given.medicine_code, given.subject)
    return _alert(stop) | {
        "reason": given.get_reason_display(),
        "words": given.words,
        "by": given.decided_by.name,
        "at": given.decided_at,
    }


def _successor(one: Prescription) -> str:
    """Where the case stands now, when a newer assessment replaced that of this wish; else empty."""
    if one.basis != SupplyBasis.ASSESSMENT:
        return ""
    current = risk.selectors.assessment_current_for_encounter(one.encounter)
    if current is None or current == one.assessment:
        return ""
    newer = selectors.prescription_by_assessment(current.pk)
    if newer is None:
        return reverse("case", args=[one.encounter.public_id])
    return reverse("authorise-medicine", args=[newer.pk])
