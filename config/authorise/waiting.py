"""One line of the list: what is proposed for whom, why, and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

import pharmacy.selectors
from config.authorise.sources import Proposal
from config.authorise.turns import medicine_turn, referral_turn
from config.blinding import visits_blinded
from config.reason_words import alert_words, risk_reason
from pharmacy.domain.alerts import Alert, Tier
from pharmacy.models import Prescription, PrescriptionStatus, SupplyBasis
from pharmacy.texts import MEDICINES
from records.actor import Actor
from records.models import Patient, Role
from referrals.domain.decisions import SENT_BACK
from referrals.domain.status import ReferralStatus
from referrals.models import Referral
from referrals.texts import DECISIONS, STATUSES
from risk.domain.disposition import ActionKind


@dataclass(frozen=True)
class Row:
    """`urgency`, `due_by`: of the proposal; a medicine has no date. `mine`: the reader's role is asked.
    `withheld`: whoever reads the list may still read the case blinded; what is proposed is not said.
    """

    key: str
    address: str
    patient: Patient
    kind: str
    urgency: str
    due_by: date | None
    since: datetime
    what: str
    why: tuple[str, ...]
    alerts: tuple[tuple[str, str], ...]
    turn: str
    mine: bool
    withheld: bool = False


def rows_of(proposals: Sequence[Proposal], *, by: Actor) -> list[Row]:
    """The lines in their order as `by` may see them; a fixed number of queries for any number of them."""
    medicines = [one for one in proposals if isinstance(one, Prescription)]
    referrals = [one for one in proposals if isinstance(one, Referral)]
    common = ("encounter__patient", "organization", "assessment__actions__reasons")
    prefetch_related_objects(medicines, *common, "medicine", "alerts")
    prefetch_related_objects(referrals, *common, "hospital")
    blinded = visits_blinded((one.encounter_id for one in proposals), by=by)
    return [_row(one, by.role, withheld=one.encounter_id in blinded) for one in proposals]


def _row(one: Proposal, role: str, *, withheld: bool) -> Row:
    row = _medicine(one, role) if isinstance(one, Prescription) else _referral(one, role)
    return replace(row, kind="", what="", why=(), alerts=(), withheld=True) if withheld else row


def _medicine(one: Prescription, role: str) -> Row:
    turn = medicine_turn(one)
    alerts = pharmacy.selectors.alerts_of(one)
    return Row(
        key=f"m{one.pk}",
        address=reverse("authorise-medicine", args=[one.pk]),
        kind="medicine",
        urgency=one.assessment.urgency,
        due_by=None,
        since=one.closed_at or one.decided_at,
        what=medicine_words(one, for_stock=pharmacy.selectors.kept_back_by_stock(one)),
        why=_medicine_reasons(one),
        alerts=tuple(
            dict.fromkeys((alert_words(alert_values(a)), str(a.tier)) for a in alerts if _speaks(a, one))
        ),
        **_whose(one, turn, role),
    )


def _referral(one: Referral, role: str) -> Row:
    return Row(
        key=f"r{one.pk}",
        address=reverse("authorise-referral", args=[one.pk]),
        kind="referral",
        urgency=one.urgency,
        due_by=one.due_by,
        since=one.refused_at or one.authorised_at or one.decided_at,
        what=referral_words(one),
        why=_reasons(one, ActionKind.REFERRAL),
        alerts=(),
        **_whose(one, referral_turn(one), role),
    )


def _whose(one: Proposal, turn: Role | None, role: str) -> dict[str, Any]:
    return {
        "patient": one.encounter.patient,
        "turn": str(turn.label) if turn else "",
        "mine": turn is not None and turn == role,
    }


def _speaks(alert: Alert, one: Prescription) -> bool:
    """Against the proposed medicine everything that fired; where none is proposed, what stopped them."""
    proposed = one.status == PrescriptionStatus.PROPOSED
    return alert.tier is not Tier.INFO and (
        not proposed or (one.medicine is not None and alert.medicine in ("", one.medicine.code))
    )


def alert_values(alert: Alert) -> dict[str, str]:
    return {
        "rule": alert.rule_id,
        "tier": str(alert.tier),
        "medicine": alert.medicine,
        "subject": alert.subject,
    }


def _medicine_reasons(one: Prescription) -> tuple[str, ...]:
    if one.basis == SupplyBasis.ASSESSMENT:
        return _reasons(one, ActionKind.MEDICINE)
    return (str(one.get_basis_display()),)


def _reasons(one: Proposal, kind: ActionKind) -> tuple[str, ...]:
    action = next((a for a in one.assessment.actions.all() if a.kind == kind), None)
    reasons = sorted(action.reasons.all(), key=lambda reason: reason.rank) if action else []
    return tuple(risk_reason(reason.code, reason.parameters) for reason in reasons)


def medicine_words(one: Prescription, *, for_stock: bool) -> str:
    """What would happen, or what did. `for_stock`: nothing but a missing pack keeps it back."""
    if one.status == PrescriptionStatus.REFUSED:
        return _("Refused: %(why)s") % {"why": one.get_refusal_code_display()}
    if one.status == PrescriptionStatus.PROPOSED and one.medicine is not None:
        return _("Release %(medicine)s, for %(days)s days") % {
            "medicine": MEDICINES.get(one.medicine.code, one.medicine.code),
            "days": one.supply_days,
        }
    if one.status == PrescriptionStatus.AUTHORISED and one.medicine is not None:
        return _("Released: %(medicine)s, for %(days)s days") % {
            "medicine": MEDICINES.get(one.medicine.code, one.medicine.code),
            "days": one.supply_days,
        }
    if for_stock and one.medicine is not None:
        medicine = MEDICINES.get(one.medicine.code, one.medicine.code)
        return _("Waits for stock: %(medicine)s") % {"medicine": medicine}
    return _("The machine hands nothing out")


def referral_words(one: Referral) -> str:
    """What would happen, or what did."""
    if one.refused_at:
        return _("Refused: %(why)s") % {"why": DECISIONS[one.refusal_code]}
    if one.cancel_code:
        return _("Cancelled: %(why)s") % {"why": DECISIONS[one.cancel_code]}
    if one.status in SENT_BACK:
        return str(STATUSES[one.status])
    if one.hospital is None:
        return _("Find a hospital")
    if one.status == ReferralStatus.AUTHORISED:
        return _("Send to %(hospital)s") % {"hospital": one.hospital.name}
    if one.status != ReferralStatus.PROPOSED:
        return one.hospital.name
    return _("Authorise %(hospital)s") % {"hospital": one.hospital.name}
