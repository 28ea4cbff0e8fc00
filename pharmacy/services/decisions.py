"""What is decided on a wish for a medicine, and how the decision is kept: one row, its alerts, its reserved packs."""

from dataclasses import dataclass
from datetime import datetime

from pharmacy import events, selectors
from pharmacy.domain.formulary import FORMULARY_VERSION, FormularyEntry, entries_for
from pharmacy.domain.proposal import MedicineDecision, Outcome, block_country, propose_medicine
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.domain.supply import decide_supply
from pharmacy.models import (
    AlertStage,
    MedicationOrder,
    Prescription,
    PrescriptionStatus,
    SafetyAnswers,
    SupplyBasis,
)
from pharmacy.order_selectors import order_value
from pharmacy.safety_selectors import safety_case
from pharmacy.services.releases import prescription_audit
from pharmacy.services.second_check import alerts_store
from pharmacy.services.stock import medicine_row, packs_reserve
from records.actor import Actor
from records.models import AuditAction
from risk.models import RiskAssessment


@dataclass(frozen=True)
class Wish:
    """What a medicine is wanted for in the visit of an assessment.

    `entry`: the one medicine that a person asked for; None asks for the best one of the indication.
    """

    assessment: RiskAssessment
    indication: str
    basis: SupplyBasis = SupplyBasis.ASSESSMENT
    order: MedicationOrder | None = None
    entry: FormularyEntry | None = None


@dataclass(frozen=True)
class Decided:
    """A decision with the answers that it rests on; None: nobody asked."""

    wish: Wish
    answers: SafetyAnswers | None
    decision: MedicineDecision


def wish_decide(wish: Wish, *, now: datetime) -> Decided:
    """Decide on what is known and on the shelf now; the clinic's lots are held from here on.

    Without a policy for the clinic's country everything is blocked (PH-17).
    """
    answers = selectors.safety_answers_current(wish.assessment.encounter)
    return Decided(wish, answers, _decide(wish, selectors.answers_value(answers), now))


def _decide(wish: Wish, answers: AnswersValue, now: datetime) -> MedicineDecision:
    encounter = wish.assessment.encounter
    red_flags = selectors.red_flags_of(wish.assessment)
    policy = selectors.policy_of(encounter.organization)
    if policy is None:
        return block_country(encounter.organization.country, red_flags)
    case = safety_case(
        encounter,
        policy=policy,
        answers=answers,
        red_flags=red_flags,
        entries=[wish.entry] if wish.entry else entries_for(wish.indication),
        now=now,
        order=order_value(wish.order) if wish.order else None,
    )
    lots = selectors.on_shelf(selectors.lots_locked(encounter.organization_id))
    if wish.entry:
        return decide_supply(wish.entry, case, lots)
    return propose_medicine(wish.indication, case, lots)


def decision_store(decided: Decided, *, by: Actor, now: datetime) -> Prescription:
    """Keep a decision with its alerts, reserve what it proposes, and announce it, in the caller's transaction."""
    wish, decision = decided.wish, decided.decision
    encounter = wish.assessment.encounter
    proposed = decision.outcome is Outcome.PROPOSED
    prescription = Prescription.objects.create(
        assessment=wish.assessment,
        encounter=encounter,
        organization_id=encounter.organization_id,
        basis=wish.basis,
        order=wish.order,
        indication=wish.indication,
        status=PrescriptionStatus.PROPOSED if proposed else PrescriptionStatus.NEEDS_PHARMACIST,
        medicine=medicine_row(decision.medicine) if decision.medicine else None,
        lot_id=decision.lot,
        packs=decision.packs,
        supply_days=decision.supply_days,
        answers=decided.answers,
        formulary_version=FORMULARY_VERSION,
        decided_at=now,
    )
    alerts_store(prescription, decision.alerts, AlertStage.PRESCRIBING)
    if proposed:
        packs_reserve(prescription, by=by, now=now)
    asked = "" if wish.basis == SupplyBasis.ASSESSMENT else wish.basis
    prescription_audit(prescription, AuditAction.CREATE, by=by, now=now, reason=asked)
    events.prescription_decided.send(sender=None, key=prescription.pk)
    return prescription
