"""A medicine that a person asks for: the next supply of an order, or what a confirmed diagnosis allows."""

from datetime import datetime

from django.db import transaction

from pharmacy import selectors
from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, hard_stops
from pharmacy.domain.formulary import entries_for, entry_by_code
from pharmacy.domain.overrides import OVERRIDING_ROLES
from pharmacy.errors import SafetyStops, SupplyOpen, VisitNotAssessed
from pharmacy.models import MedicationOrder, Prescription, PrescriptionStatus, SupplyBasis
from pharmacy.models.prescription import OPEN_STATUSES
from pharmacy.services.decisions import Wish, decision_store, wish_decide
from pharmacy.services.orders import order_locked
from records import access
from records.actor import Actor
from records.errors import RecordNotFound
from records.permission import own
from risk import selectors as risk_selectors
from risk.models import RiskAssessment
from screening.models import Encounter


@transaction.atomic
def order_supply_propose(*, order_id: int, encounter: Encounter, by: Actor, now: datetime) -> Prescription:
    """Propose the next supply of an order in a visit of its patient; a pharmacist releases it as any medicine.

    Raises
    ------
    RoleRefused, RecordNotFound
    VisitNotAssessed
    SupplyOpen
        One of this order waits in this visit already.
    SafetyStops
        A hard stop: the order does not allow it (PH-60 to PH-62), or something speaks against the medicine.
    """
    assessment = _visit_held(encounter, by)
    order = order_locked(order_id, by)
    if order.patient_id != encounter.patient_id:
        raise RecordNotFound("no such order of this patient; check the number")
    entry = entry_by_code(order.medicine.code)
    _none_open(encounter, SupplyBasis.ORDER, order)
    wish = Wish(assessment, entry.indication, SupplyBasis.ORDER, order, entry)
    return _supply(wish, by, now)


@transaction.atomic
def diagnosis_supply_propose(
    *, indication: str, encounter: Encounter, by: Actor, now: datetime
) -> Prescription:
    """Propose what a confirmed diagnosis allows, such as the supplement for macular degeneration (PH-63, PH-84).

    Raises
    ------
    RoleRefused, RecordNotFound
    VisitNotAssessed
    SupplyOpen
    SafetyStops
        A hard stop: the diagnosis is not confirmed, or something speaks against the medicine.
    """
    assessment = _visit_held(encounter, by)
    entries = entries_for(indication)
    if not entries:
        raise SafetyStops((Alert(rules.PH_NO_MEDICINE, Tier.HARD, subject=indication),))
    _none_open(encounter, SupplyBasis.DIAGNOSIS, None)
    wish = Wish(assessment, indication, SupplyBasis.DIAGNOSIS, entry=entries[0])
    return _supply(wish, by, now)


def _visit_held(encounter: Encounter, by: Actor) -> RiskAssessment:
    """The assessment in force of a visit, held as every proposal holds it: the visit, then the lots."""
    own(encounter.organization_id, by=by)
    access.role_required(by, *OVERRIDING_ROLES)
    held = Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    assessment = risk_selectors.assessment_current_for_encounter(encounter)
    if held.cancelled_at or assessment is None:
        raise VisitNotAssessed("finish the screening of this visit first; its warning signs are not known")
    selectors.lots_locked(encounter.organization_id)
    return assessment


def _none_open(encounter: Encounter, basis: SupplyBasis, order: MedicationOrder | None) -> None:
    waiting = Prescription.objects.filter(encounter=encounter, basis=basis, order=order)
    # A release that ended without a pack leaves the supply to be released again.
    authorised = waiting.filter(status=PrescriptionStatus.AUTHORISED, perhaps_given=False).exclude(
        dispenses__packs_handed_over__gt=0
    )
    fetched = any(not selectors.supply_ended(one) for one in authorised)
    if waiting.filter(status__in=OPEN_STATUSES).exists() or fetched:
        raise SupplyOpen("a supply waits to be decided in this visit; decide on it first")


def _supply(wish: Wish, by: Actor, now: datetime) -> Prescription:
    decided = wish_decide(wish, now=now)
    if never := hard_stops(decided.decision.alerts):
        raise SafetyStops(never)
    return decision_store(decided, by=by, now=now)
