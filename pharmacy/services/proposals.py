"""What becomes of an assessment's wish for a medicine."""

from datetime import datetime

from django.db import transaction

from pharmacy import events, selectors
from pharmacy.domain.formulary import FORMULARY_VERSION, entries_for
from pharmacy.domain.proposal import MedicineDecision, Outcome, block_country, propose_medicine
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.models import AlertStage, Prescription, PrescriptionStatus, SafetyAnswers
from pharmacy.safety_selectors import safety_case
from pharmacy.services.releases import prescription_audit, prescription_close
from pharmacy.services.second_check import alerts_store
from pharmacy.services.stock import medicine_row, packs_reserve
from records.actor import Actor
from records.models import AuditAction
from risk import selectors as risk_selectors
from risk.domain.disposition import ActionKind
from risk.models import RiskAssessment
from screening.models import Encounter


@transaction.atomic
def medicine_propose(*, assessment: RiskAssessment, by: Actor, now: datetime) -> Prescription | None:
    """Decide what becomes of an assessment's wish for a medicine, and reserve a lot when one is proposed.

    None when no medicine was wished for, the visit was cancelled, or a newer assessment of it took over. A
    second call returns the first decision: nothing is reserved twice. Whatever an earlier assessment of the
    visit proposed and nobody decided yet is withdrawn.
    """
    encounter = assessment.encounter
    # One decision at a time for a visit; then every lot, always in this order, so nobody waits in a circle.
    held = Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    existing = selectors.prescription_by_assessment(assessment.pk)
    if existing is not None:
        return existing
    if held.cancelled_at or risk_selectors.assessment_current_for_encounter(encounter) != assessment:
        return None
    selectors.lots_locked(encounter.organization_id)
    for outdated in selectors.prescriptions_open_of(encounter, besides=assessment.pk):
        prescription_close(outdated, PrescriptionStatus.CANCELLED, reason="superseded", by=by, now=now)
    action = risk_selectors.action_of_kind(assessment, ActionKind.MEDICINE)
    if action is None:
        return None
    answers = selectors.safety_answers_current(encounter)
    decision = _decide(assessment, action.indication, selectors.answers_value(answers), now)
    return _store(assessment, action.indication, answers, decision, by, now)


def _decide(
    assessment: RiskAssessment, indication: str, answers: AnswersValue, now: datetime
) -> MedicineDecision:
    encounter = assessment.encounter
    red_flags = selectors.red_flags_of(assessment)
    policy = selectors.policy_of(encounter.organization)
    if policy is None:
        return block_country(encounter.organization.country, red_flags)
    case = safety_case(
        encounter,
        policy=policy,
        answers=answers,
        red_flags=red_flags,
        entries=entries_for(indication),
        now=now,
    )
    lots = selectors.on_shelf(selectors.lots_locked(encounter.organization_id))
    return propose_medicine(indication, case, lots)


def _store(
    assessment: RiskAssessment,
    indication: str,
    answers: SafetyAnswers | None,
    decision: MedicineDecision,
    by: Actor,
    now: datetime,
) -> Prescription:
    proposed = decision.outcome is Outcome.PROPOSED
    prescription = Prescription.objects.create(
        assessment=assessment,
        encounter=assessment.encounter,
        organization_id=assessment.encounter.organization_id,
        indication=indication,
        status=PrescriptionStatus.PROPOSED if proposed else PrescriptionStatus.NEEDS_PHARMACIST,
        medicine=medicine_row(decision.medicine) if decision.medicine else None,
        lot_id=decision.lot,
        packs=decision.packs,
        supply_days=decision.supply_days,
        answers=answers,
        formulary_version=FORMULARY_VERSION,
        decided_at=now,
    )
    alerts_store(prescription, decision.alerts, AlertStage.PRESCRIBING)
    if proposed:
        packs_reserve(prescription, by=by, now=now)
    prescription_audit(prescription, AuditAction.CREATE, by=by, now=now)
    events.prescription_decided.send(sender=None, key=prescription.pk)
    return prescription
