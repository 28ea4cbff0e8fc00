"""What becomes of an assessment's wish for a medicine."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.models import Prescription, PrescriptionStatus
from pharmacy.services.decisions import Wish, decision_store, wish_decide
from pharmacy.services.releases import prescription_close
from records.actor import Actor
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
    decided = wish_decide(Wish(assessment, action.indication), now=now)
    return decision_store(decided, by=by, now=now)
